/** The worker's end of the channel: answers what pages ask, and tells all of them what happens. */
import { type ErrorCode, isSealpostError } from '@sealpost/protocol'
import type { Ask, PageEvent, WorkerWord } from './messages.ts'
import type { Channel } from './page-end.ts'

/** Performs what a page asked for. @throws SealpostError */
export type Performer = (name: string, args: readonly unknown[]) => Promise<unknown>

export class WorkerEnd {
  readonly #channel: Channel
  readonly #worker: string
  readonly #perform: Performer
  readonly #onBug: (error: unknown) => void
  /** A page asks again what it asked a worker before this one, and may have asked this one meanwhile. */
  readonly #underWay = new Set<string>()

  /**
   * @param worker a name that no other worker has: random.
   * @param onBug gets what was thrown and is none of our errors; pages are told that it is a bug, and no more.
   */
  constructor(
    channel: Channel,
    worker: string,
    perform: Performer,
    onBug: (error: unknown) => void
  ) {
    this.#channel = channel
    this.#worker = worker
    this.#perform = perform
    this.#onBug = onBug
  }

  /** Answers from now on: what pages asked before, they ask again. */
  open(): void {
    this.#channel.addEventListener('message', ({ data }) => {
      void this.#hear(data as Ask)
    })
    this.#post({ kind: 'hello', worker: this.#worker })
  }

  tell(event: PageEvent): void {
    this.#post({ kind: 'event', event })
  }

  async #hear({ kind, id, name, args }: Ask): Promise<void> {
    if (kind !== 'ask' || this.#underWay.has(id)) {
      return
    }
    this.#underWay.add(id)
    try {
      this.#post({ kind: 'answer', id, value: await this.#perform(name, args) })
    } catch (error) {
      const isOurs = isSealpostError(error)
      if (!isOurs) {
        this.#onBug(error)
      }
      const code: ErrorCode = isOurs ? error.code : 'SEALPOST_BUG'
      this.#post({ kind: 'refusal', id, code, detail: isOurs ? error.detail : undefined })
    } finally {
      this.#underWay.delete(id)
    }
  }

  #post(word: WorkerWord): void {
    this.#channel.postMessage(word)
  }
}
