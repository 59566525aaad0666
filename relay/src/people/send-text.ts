import type { ServerResponse } from 'node:http'

/** Answers with a short text that nobody keeps; plain, where `headers` do not say otherwise. */
export function sendText(
  response: ServerResponse,
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {}
): void {
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...headers,
    'content-length': Buffer.byteLength(text)
  })
  response.end(text)
}
