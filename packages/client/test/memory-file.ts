/** A file in memory, as an app would write a backup: it is only there once it was kept. */
import type { BackupSink } from '../src/index.ts'

export class MemoryFile implements BackupSink {
  /** What a crash leaves, before and after it was kept. */
  part: Uint8Array[] = []
  kept: Uint8Array | undefined
  /** Bytes of the pieces in which it is read. */
  readonly #pieceBytes: number

  constructor(pieceBytes: number = 100_000) {
    this.#pieceBytes = pieceBytes
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.part.push(bytes)
  }

  async flush(): Promise<void> {
    // Memory is as durable as it will be.
  }

  read(): AsyncIterable<Uint8Array> {
    return pieces(Buffer.concat(this.part), this.#pieceBytes)
  }

  async keep(): Promise<void> {
    this.kept = new Uint8Array(Buffer.concat(this.part))
  }

  /** What is in the file. */
  get bytes(): Uint8Array {
    if (this.kept === undefined) {
      throw new Error('no backup was kept')
    }
    return this.kept
  }
}

/** Bytes as they come from a disk. */
export async function* pieces(
  bytes: Uint8Array,
  pieceBytes: number = 100_000
): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    yield new Uint8Array(bytes.subarray(at, at + pieceBytes))
  }
}
