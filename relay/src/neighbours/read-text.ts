import type { IncomingMessage } from 'node:http'

/** A message's text, of at most so many bytes. @throws RangeError for more; Error where it breaks off */
export async function readText(message: IncomingMessage, bytesMax: number): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of message as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > bytesMax) {
      message.destroy()
      throw new RangeError('too long')
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
