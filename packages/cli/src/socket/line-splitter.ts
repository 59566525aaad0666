/** Cuts a byte stream into lines of UTF-8. */
import { ProtocolError } from '@sealpost/protocol'
import { LINE_BYTES_MAX } from './socket-words.ts'

const NEW_LINE = 0x0a

export class LineSplitter {
  #parts: Uint8Array[] = []
  #byteCount = 0

  /**
   * The lines that are whole now. `chunk` may be kept until the next call.
   *
   * @throws ProtocolError `SEALPOST_FRAME_TOO_LARGE` for a line of more than `LINE_BYTES_MAX` bytes
   */
  push(chunk: Uint8Array): readonly string[] {
    const lines: string[] = []
    let from = 0
    for (;;) {
      const end = chunk.indexOf(NEW_LINE, from)
      this.#take(chunk.subarray(from, end < 0 ? chunk.length : end))
      if (end < 0) {
        return lines
      }
      lines.push(Buffer.concat(this.#parts).toString('utf8'))
      this.#parts = []
      this.#byteCount = 0
      from = end + 1
    }
  }

  #take(part: Uint8Array): void {
    this.#byteCount += part.length
    if (this.#byteCount > LINE_BYTES_MAX) {
      throw new ProtocolError('SEALPOST_FRAME_TOO_LARGE', 'a line that never ends')
    }
    if (part.length > 0) {
      this.#parts.push(part)
    }
  }
}
