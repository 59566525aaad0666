import { join } from 'node:path'
import type { Clock, Log } from '@sealpost/host'
import { type Closing, closingText, parseClosing } from '@sealpost/operator'
import { Turns } from './turns.ts'
import { readWhole, removeWhole, type WholeFile, writeWhole } from './whole-file.ts'

const FILE_BYTES_MAX = 4_096

export interface ClosingWorld {
  readonly clock: Clock
  readonly log: Log
}

/** Who has to know of the end. */
export interface ClosingWatcher {
  /** It is given up, or goes on after all. */
  readonly onChange: () => void
  /** Its last day is over, while it runs, and its process is to end. */
  readonly onEnd: () => void
}

/** When this relay closes, in a file of the data directory, which is there only where it does. */
export class ClosingBook {
  readonly #file: WholeFile
  readonly #world: ClosingWorld
  readonly #turns = new Turns()
  #closing: Closing | undefined
  #watcher: ClosingWatcher | undefined
  #cancelTimer: () => void = () => undefined

  private constructor(file: WholeFile, closing: Closing | undefined, world: ClosingWorld) {
    this.#file = file
    this.#closing = closing
    this.#world = world
  }

  /** @param directory the data directory. @throws StorageError `SEALPOST_STORE_CORRUPT`, `SEALPOST_STORE_FAILED` */
  static async open(directory: string, world: ClosingWorld): Promise<ClosingBook> {
    const file = { path: join(directory, 'closing.json'), bytesMax: FILE_BYTES_MAX }
    const text = await readWhole(file)
    const closing = text === undefined ? undefined : parseClosing(file.path, text)
    return new ClosingBook(file, closing, world)
  }

  /** Tells from here on. Where the last day was over before, nothing ends: whoever starts a relay then wants it to run. */
  watch(watcher: ClosingWatcher): void {
    this.#watcher = watcher
    this.#setTimer()
  }

  /** Nobody is told any more. */
  close(): void {
    this.#watcher = undefined
    this.#cancelTimer()
  }

  get closing(): Closing | undefined {
    return this.#closing
  }

  get closesAtMs(): number | undefined {
    return this.#closing?.closesAtMs
  }

  /** Gives the relay up, or moves its end; it holds once this resolves. @throws StorageError */
  begin(lifeMs: number, isEnding: boolean): Promise<Closing> {
    return this.#turns.take(async () => {
      const nowMs = this.#world.clock.wallMs()
      const beganAtMs = this.#closing?.beganAtMs ?? nowMs
      const closing: Closing = { beganAtMs, closesAtMs: nowMs + lifeMs, isEnding }
      await writeWhole(this.#file, closingText(closing))
      this.#hold(closing)
      return closing
    })
  }

  /** The relay goes on. @throws StorageError */
  undo(): Promise<void> {
    return this.#turns.take(async () => {
      await removeWhole(this.#file)
      this.#hold(undefined)
    })
  }

  #hold(closing: Closing | undefined): void {
    this.#closing = closing
    this.#world.log.info('relay.closing.changed', { isClosing: closing !== undefined })
    this.#watcher?.onChange()
    this.#setTimer()
  }

  #setTimer(): void {
    this.#cancelTimer()
    const { clock } = this.#world
    const waitMs = (this.#closing?.closesAtMs ?? 0) - clock.wallMs()
    this.#cancelTimer =
      waitMs <= 0
        ? () => undefined
        : clock.setTimer(waitMs, () => {
            this.#onTimer()
          })
  }

  /** A timer may go off early: none waits for longer than some weeks. */
  #onTimer(): void {
    const { clock, log } = this.#world
    if (this.#closing === undefined || clock.wallMs() < this.#closing.closesAtMs) {
      this.#setTimer()
      return
    }
    log.info('relay.closed')
    if (this.#closing.isEnding) {
      this.#watcher?.onEnd()
    }
  }
}
