/** Backup files in a browser: written into memory that the browser may keep on its disk, and read from a file that a person chose. */
import type { BackupSink } from '@sealpost/client'

/** Bytes that are read at once. */
const PIECE_BYTES = 1024 * 1024

/** A file that is being written; `file` is the whole of it once it was proven and kept. */
export class BackupBlob implements BackupSink {
  #written = new Blob()
  #pieces: Uint8Array<ArrayBuffer>[] = []
  #kept: Blob | undefined

  /** Undefined before the backup was proven. */
  get file(): Blob | undefined {
    return this.#kept
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.#pieces.push(new Uint8Array(bytes))
  }

  async flush(): Promise<void> {
    this.#written = new Blob([this.#written, ...this.#pieces])
    this.#pieces = []
  }

  read(): AsyncIterable<Uint8Array> {
    return piecesOf(this.#written)
  }

  async keep(): Promise<void> {
    this.#kept = this.#written
  }
}

export async function* piecesOf(file: Blob): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < file.size; at += PIECE_BYTES) {
    yield new Uint8Array(await file.slice(at, at + PIECE_BYTES).arrayBuffer())
  }
}
