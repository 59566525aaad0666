import type { RelayAddress } from '@sealpost/protocol'
import { type BenchMailbox, envelopeMaker, newMailbox } from './bench-mailbox.ts'
import { BenchPeer } from './bench-peer.ts'
import { FloorPeer } from './floor-peer.ts'
import type { Operation } from './load.ts'

/** What each sender has in flight. */
export const IN_FLIGHT = 16

/** Those who send, to a relay or to what stands for one. */
export interface Senders {
  readonly lanes: readonly Operation[]
  readonly close: () => Promise<void>
}

/** How many, and what they send. */
export interface Sending {
  readonly senderCount: number
  readonly sealedBytes: number
}

/** Senders to `echo-relay.ts`. */
export async function floorSenders(
  address: RelayAddress,
  { senderCount, sealedBytes }: Sending
): Promise<Senders> {
  const peers = await times(senderCount, async () => FloorPeer.dial(address))
  return {
    lanes: peers.map((peer) => {
      const mailbox = newMailbox()
      const next = envelopeMaker(sealedBytes)
      return (answered) => peer.deposit(mailbox, next(), answered)
    }),
    close: async () => closeAll(peers)
  }
}

/** Senders to a relay, each with the one who fetches what it sends. */
export class RelaySenders implements Senders {
  readonly lanes: readonly Operation[]
  readonly #peers: readonly BenchPeer[]
  readonly #recipients: readonly BenchPeer[]
  readonly #mailboxes: readonly BenchMailbox[]

  private constructor(
    pairs: readonly (readonly [BenchPeer, BenchPeer, BenchMailbox])[],
    sealedBytes: number
  ) {
    this.#peers = pairs.map(([peer]) => peer)
    this.#recipients = pairs.map(([, recipient]) => recipient)
    this.#mailboxes = pairs.map(([, , mailbox]) => mailbox)
    this.lanes = pairs.map(([peer, , mailbox]) => {
      const next = envelopeMaker(sealedBytes)
      return (answered) => peer.deposit(mailbox, next(), answered)
    })
  }

  static async dial(
    address: RelayAddress,
    { senderCount, sealedBytes }: Sending
  ): Promise<RelaySenders> {
    const pairs = await times(senderCount, async () => {
      const mailbox = newMailbox()
      const recipient = await BenchPeer.dial(address)
      await recipient.register([mailbox])
      return [await BenchPeer.dial(address), recipient, mailbox] as const
    })
    return new RelaySenders(pairs, sealedBytes)
  }

  /** All recipients subscribe, take `count` envelopes in all, ack what came in one turn with one request, and leave. */
  async drain(count: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<undefined>()
    let left = count
    const onAcked = (acked: number): void => {
      left -= acked
      if (left <= 0) {
        resolve(undefined)
      }
    }
    for (const [at, recipient] of this.#recipients.entries()) {
      recipient.ackEachTurn(onAcked)
      void recipient.subscribe(this.#mailboxes.slice(at, at + 1))
    }
    await promise
    for (const [at, recipient] of this.#recipients.entries()) {
      await recipient.unsubscribe(this.#mailboxes.slice(at, at + 1))
    }
  }

  async close(): Promise<void> {
    await closeAll([...this.#peers, ...this.#recipients])
  }
}

async function times<Value>(count: number, make: () => Promise<Value>): Promise<readonly Value[]> {
  return Promise.all(Array.from({ length: count }, make))
}

async function closeAll(peers: readonly { close(): Promise<void> }[]): Promise<void> {
  await Promise.all(peers.map(async (peer) => peer.close()))
}
