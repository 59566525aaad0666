/** What became of ways from client to client, and which texts took them. */
import type { PeerEffect, PeerInput } from '@sealpost/core'
import type { Spoken } from '../nodes/simulated-driver.ts'
import type { MessageTally } from './message-tally.ts'

export class DirectTally {
  readonly #tally: MessageTally
  /** Dials, and offers of a path where nobody can be dialled. */
  dials = 0
  /** What of them came to a stream. */
  paths = 0

  constructor(tally: MessageTally) {
    this.#tally = tally
  }

  /** What a machine says. */
  said({ type }: Spoken<PeerEffect>): void {
    if (type === 'dial-direct' || type === 'offer-path') {
      this.dials += 1
    }
  }

  /** What a machine is told, before it has it. */
  took(input: PeerInput): void {
    if (input.type === 'direct-connected' && input.isDialled) {
      this.paths += 1
    } else if (input.type === 'received' && 'stream' in input.origin) {
      const { messageId } = input.content
      if (messageId !== undefined) {
        this.#tally.cameDirectly(messageId)
      }
    }
  }

  /** What was counted until now is not. */
  beginCounting(): void {
    this.dials = 0
    this.paths = 0
  }
}
