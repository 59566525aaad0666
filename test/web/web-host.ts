/** A host of files beside the relays, which serves one build of the web client and then another, under one address. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import { loadWebClient, serveWebClient, type WebClient } from '@sealpost/web-files'

export interface WebHost extends AsyncDisposable {
  /** Where a browser opens it. */
  readonly link: string
  /** Serves the build in this folder from now on. */
  use(folder: string): Promise<void>
}

export interface WebHostOptions {
  /** Addresses of relays that are named to newcomers. */
  readonly relays: readonly string[]
  /** Changes the headers of a file. @param path as a URL has it */
  readonly headers?: (
    path: string,
    headers: Readonly<Record<string, string>>
  ) => Readonly<Record<string, string>>
}

export async function hostClient(
  folder: string,
  { relays, headers = (_, as) => as }: WebHostOptions
): Promise<WebHost> {
  const load = async (from: string): Promise<ReturnType<typeof serveWebClient>> => {
    const client = await loadWebClient(from)
    return serveWebClient(withHeaders(client, headers), { relays: () => relays })
  }
  let serve = await load(folder)
  const server = createServer((request, response) => {
    serve(request, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  return {
    link: `http://127.0.0.1:${String(port)}/`,
    use: async (next) => {
      serve = await load(next)
    },
    [Symbol.asyncDispose]: async () => {
      server.close()
      server.closeAllConnections()
    }
  }
}

function withHeaders(client: WebClient, change: NonNullable<WebHostOptions['headers']>): WebClient {
  const files = [...client.files].map(([path, file]) => {
    const [headers, loopbackHeaders] = [file.headers, file.loopbackHeaders].map((as) =>
      change(path, as)
    )
    return [
      path,
      { ...file, headers: headers ?? {}, loopbackHeaders: loopbackHeaders ?? {} }
    ] as const
  })
  return { ...client, files: new Map(files) }
}
