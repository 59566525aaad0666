/**
 * Has this device join an account that is on another one: what the person must see and say on the way goes to the pages.
 *
 * ```
 *   closed --start, with a code that was read--> digits shown ---welcome--> account shown --answer--> joined | stopped --> closed
 *          --start, with relays--> code and digits shown --------welcome--> account shown
 *                                  --stop, or another start--> closed
 * ```
 */
import {
  askToJoin,
  type ClientPorts,
  joinAccount,
  type JoinOptions,
  type OfferedAccount
} from '@sealpost/client'
import { parseRelayAddress } from '@sealpost/protocol'
import type { PageEvent } from '../wire/messages.ts'
import type { JoinWish } from '../wire/peer-api.ts'

export class JoiningDesk {
  readonly #tell: (event: PageEvent) => void
  #ending: AbortController | undefined
  #answer: ((isRight: boolean) => void) | undefined

  constructor(tell: (event: PageEvent) => void) {
    this.#tell = tell
  }

  /** @throws as `joinAccount` and `askToJoin` of the client; ConfigError for what is no address of a relay */
  async start(ports: ClientPorts, { by, name, protection }: JoinWish): Promise<void> {
    this.stop()
    const ending = new AbortController()
    this.#ending = ending
    const { passphrase, passkey } = protection
    const options = {
      name,
      passphrase,
      passkey,
      signal: ending.signal,
      onAccount: (account: OfferedAccount) => this.#askAccount(account)
    }
    try {
      if (by.type === 'reading') {
        const onDigits = (digits: string): void => {
          this.#tell({ type: 'joining', step: { type: 'digits', digits } })
        }
        await joinAccount(ports, by.code, { ...options, onDigits })
      } else {
        await this.#show(ports, by.relays, options)
      }
    } finally {
      if (this.#ending === ending) {
        this.#forget()
      }
    }
  }

  /** Whether the account is the one that the person wants. */
  answer(isRight: boolean): void {
    this.#answer?.(isRight)
  }

  /** Nobody lets this device in, or the person thought better of it. */
  stop(): void {
    this.#ending?.abort()
    this.#forget()
  }

  async #show(
    ports: ClientPorts,
    relays: readonly string[],
    options: Omit<JoinOptions, 'onDigits'>
  ): Promise<void> {
    let code = ''
    await askToJoin(ports, relays.map(parseRelayAddress), {
      ...options,
      onCode: (shown) => {
        code = shown
      },
      onDigits: (digits) => {
        this.#tell({ type: 'joining', step: { type: 'code', code, digits } })
      }
    })
  }

  #askAccount({ name }: OfferedAccount): Promise<boolean> {
    this.#tell({ type: 'joining', step: { type: 'account', name } })
    return new Promise((resolve) => {
      this.#answer = resolve
    })
  }

  #forget(): void {
    this.#ending = undefined
    this.#answer = undefined
  }
}
