/** Run by the bench: peers that only stay connected. Each is a libp2p node of its own, as in life. */
import type { RelayAddress } from '@sealpost/protocol'
import { answerCalls } from './answer-calls.ts'
import { newMailbox } from './bench-mailbox.ts'
import { BenchPeer } from './bench-peer.ts'

/** Handshakes at once: a relay takes some 150 a second. */
const DIALS_AT_ONCE = 4
const MAILBOXES_EACH = 4

const peers: BenchPeer[] = []

answerCalls({
  /** Connects `count` peers, each subscribed to mailboxes of its own; resolves once all are. */
  connect: async ({ address, count }: { address: RelayAddress; count: number }) => {
    let left = count
    const dialSome = async (): Promise<void> => {
      while (left > 0) {
        left--
        const peer = await BenchPeer.dial(address)
        const mailboxes = Array.from({ length: MAILBOXES_EACH }, () => newMailbox())
        await peer.register(mailboxes)
        await peer.subscribe(mailboxes)
        peers.push(peer)
      }
    }
    await Promise.all(Array.from({ length: DIALS_AT_ONCE }, dialSome))
  },
  /** How many pings were answered so far, by all. */
  pings: async () => Promise.resolve(peers.reduce((sum, peer) => sum + peer.pingCount, 0))
})
