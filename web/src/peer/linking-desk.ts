/**
 * Lets another device into the account: what the person must see and say on the way goes to the pages.
 *
 * ```
 *   closed --start--> code shown --somebody asks--> asking --answer--> linked | refused --> closed
 *          --letIn--> code read --the device is there--> typing --answerDigits--> typing | linked | refused --> closed
 *                     --stop, or another start--> closed
 * ```
 */
import type { LinkedDevice, SealpostClient } from '@sealpost/client'
import type { PageEvent } from '../wire/messages.ts'

export class LinkingDesk {
  readonly #tell: (event: PageEvent) => void
  #ending: AbortController | undefined
  #answer: ((isWelcome: boolean) => void) | undefined
  #answerDigits: ((digits: string | undefined) => void) | undefined

  constructor(tell: (event: PageEvent) => void) {
    this.#tell = tell
  }

  /** @throws as `SealpostClient.linkDevice` */
  start(client: SealpostClient): Promise<LinkedDevice> {
    return this.#run((signal) =>
      client.linkDevice({
        signal,
        onCode: (code) => {
          this.#tell({ type: 'linking', step: { type: 'code', code } })
        },
        onAsk: ({ name, digits }) => {
          this.#tell({ type: 'linking', step: { type: 'asking', name, digits } })
          return new Promise((resolve) => {
            this.#answer = resolve
          })
        }
      })
    )
  }

  /** @throws as `SealpostClient.letIn` */
  letIn(client: SealpostClient, code: string): Promise<LinkedDevice> {
    return this.#run((signal) =>
      client.letIn(code, {
        signal,
        onAsk: ({ name, triesLeft }) => {
          this.#tell({ type: 'linking', step: { type: 'typing', name, triesLeft } })
          return new Promise((resolve) => {
            this.#answerDigits = resolve
          })
        }
      })
    )
  }

  /** What the person said of the device that asks. */
  answer(isWelcome: boolean): void {
    this.#answer?.(isWelcome)
  }

  /** What the person typed of the digits that the device shows; undefined for no. */
  answerDigits(digits: string | undefined): void {
    this.#answerDigits?.(digits)
  }

  stop(): void {
    this.#ending?.abort()
    this.#forget()
  }

  async #run(link: (signal: AbortSignal) => Promise<LinkedDevice>): Promise<LinkedDevice> {
    this.stop()
    const ending = new AbortController()
    this.#ending = ending
    try {
      return await link(ending.signal)
    } finally {
      if (this.#ending === ending) {
        this.#forget()
      }
    }
  }

  #forget(): void {
    this.#ending = undefined
    this.#answer = undefined
    this.#answerDigits = undefined
  }
}
