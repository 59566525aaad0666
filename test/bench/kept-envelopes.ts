import { envelopeMaker, newMailbox } from './bench-mailbox.ts'
import { BenchPeer } from './bench-peer.ts'
import type { BenchRelay } from './bench-relay.ts'
import { keepInFlight } from './load.ts'

/** Into how many mailboxes they go. */
const MAILBOX_COUNT = 20
/** A text of 256 B. */
const SEALED_BYTES = 2_048
/** For each mailbox: a relay ends a connection with more than 256 requests unanswered. */
const IN_FLIGHT_EACH = 8

/** Deposits `count` envelopes of 2 KiB, which nobody fetches. */
export async function depositKept(relay: BenchRelay, count: number): Promise<void> {
  const sender = await BenchPeer.dial(relay.address)
  const mailboxes = Array.from({ length: MAILBOX_COUNT }, () => newMailbox())
  await sender.register(mailboxes)
  const next = envelopeMaker(SEALED_BYTES)
  const lanes = mailboxes.map(
    (mailbox) => (answered: () => void) => sender.deposit(mailbox, next(), answered)
  )
  await keepInFlight(lanes, { inFlight: IN_FLIGHT_EACH, count: count / MAILBOX_COUNT })
  await sender.close()
}
