/**
 * Lets another device into the account: what the person must see and say on the way goes to the pages.
 *
 * ```
 *   closed --start--> code shown --somebody asks--> asking --answer--> linked | refused --> closed
 *                                --stop, or another start--> closed
 * ```
 */
import type { LinkedDevice, SealpostClient } from '@sealpost/client'
import type { PageEvent } from '../wire/messages.ts'

export class LinkingDesk {
  readonly #tell: (event: PageEvent) => void
  #ending: AbortController | undefined
  #answer: ((isWelcome: boolean) => void) | undefined

  constructor(tell: (event: PageEvent) => void) {
    this.#tell = tell
  }

  /** @throws as `SealpostClient.linkDevice` */
  async start(client: SealpostClient): Promise<LinkedDevice> {
    this.stop()
    const ending = new AbortController()
    this.#ending = ending
    try {
      return await client.linkDevice({
        signal: ending.signal,
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
    } finally {
      if (this.#ending === ending) {
        this.#ending = undefined
        this.#answer = undefined
      }
    }
  }

  /** What the person said of the device that asks. */
  answer(isWelcome: boolean): void {
    this.#answer?.(isWelcome)
  }

  stop(): void {
    this.#ending?.abort()
    this.#ending = undefined
    this.#answer = undefined
  }
}
