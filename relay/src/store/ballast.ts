import { randomFillSync } from 'node:crypto'
import { open, rm, stat, truncate } from 'node:fs/promises'

const MIB = 1024 * 1024
const BALLAST_BYTES_MAX = 64 * MIB
const STEP_BYTES = MIB
/** By so much it grows at once. */
const GROWTH_BYTES_MAX = 8 * MIB

/** The size of a ballast: 64 MiB, or 2 % of a smaller file system. */
export function ballastBytesOf(totalBytes: number): number {
  return Math.min(BALLAST_BYTES_MAX, Math.floor(totalBytes * 0.02))
}

/**
 * A file that holds room on the disk, to be given up when there is none left: a store can erase nothing on a disk that is
 * full to the last byte.
 */
export class Ballast {
  readonly #path: string
  #bytes = 0

  constructor(path: string) {
    this.#path = path
  }

  /** Bytes that it holds now. */
  get bytes(): number {
    return this.#bytes
  }

  /** Looks at what an earlier process left. */
  async find(): Promise<void> {
    this.#bytes = await stat(this.#path).then(
      ({ size }) => size,
      () => 0
    )
  }

  /**
   * Makes it larger, by a part of what is missing, so that a process that only just started has the disk for other things.
   * Leaves none where there is no room.
   *
   * @returns whether it is as large as it should be.
   */
  async grow(targetBytes: number): Promise<boolean> {
    const untilBytes = Math.min(targetBytes, this.#bytes + GROWTH_BYTES_MAX)
    try {
      const file = await open(this.#path, 'a', 0o600)
      try {
        const step = new Uint8Array(STEP_BYTES)
        while (this.#bytes < untilBytes) {
          // Some file systems keep zeros, and what repeats, in no room at all.
          randomFillSync(step)
          const count = Math.min(STEP_BYTES, untilBytes - this.#bytes)
          const { bytesWritten } = await file.write(step, 0, count)
          this.#bytes += bytesWritten
        }
        await file.sync()
      } finally {
        await file.close()
      }
    } catch {
      await this.release()
    }
    return this.#bytes >= targetBytes
  }

  /** Gives the room back. */
  async release(): Promise<void> {
    // On a file system that is full and copies what it changes, only the first of these two may work, or only the second.
    await truncate(this.#path).catch(ignore)
    await rm(this.#path, { force: true }).catch(ignore)
    await this.find()
  }
}

function ignore(): void {
  // What it still holds is looked at afterwards.
}
