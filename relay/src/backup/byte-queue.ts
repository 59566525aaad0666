import { OperatorError } from '@sealpost/operator'

/** Bytes of a source, taken in lengths that whoever reads asks for. Holds no more than was asked for and one chunk. */
export class ByteQueue {
  readonly #source: AsyncIterator<Uint8Array>
  #chunks: Uint8Array[] = []
  #byteLength = 0
  #isEnded = false

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]()
  }

  /** So many bytes, in an array of their own. @returns undefined where the source ends before. */
  async take(length: number): Promise<Uint8Array | undefined> {
    while (this.#byteLength < length) {
      if (!(await this.#pull())) {
        return undefined
      }
    }
    const taken = new Uint8Array(length)
    let at = 0
    while (at < length) {
      const [chunk = new Uint8Array()] = this.#chunks
      const part = chunk.subarray(0, length - at)
      taken.set(part, at)
      at += part.length
      if (part.length === chunk.length) {
        this.#chunks.shift()
      } else {
        this.#chunks[0] = chunk.subarray(part.length)
      }
    }
    this.#byteLength -= length
    return taken
  }

  /** @throws OperatorError `SEALPOST_BACKUP_DAMAGED` where something follows */
  async requireEnd(): Promise<void> {
    while (this.#byteLength === 0 && (await this.#pull())) {
      // A chunk may be empty.
    }
    if (this.#byteLength > 0) {
      throw new OperatorError(
        'SEALPOST_BACKUP_DAMAGED',
        'Something follows behind the end of the backup; use another.'
      )
    }
  }

  /** Reads no more. */
  async close(): Promise<void> {
    if (!this.#isEnded) {
      this.#isEnded = true
      await this.#source.return?.()
    }
  }

  async #pull(): Promise<boolean> {
    const result = this.#isEnded ? undefined : await this.#source.next()
    if (result === undefined || result.done === true) {
      this.#isEnded = true
      return false
    }
    if (result.value.length > 0) {
      this.#chunks.push(result.value)
      this.#byteLength += result.value.length
    }
    return true
  }
}
