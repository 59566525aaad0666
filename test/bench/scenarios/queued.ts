/** A client that was away: 1,000 envelopes wait for it, from many contacts; how long until the first is there, and all of them. */
import { envelopeMaker, newMailbox } from '../bench-mailbox.ts'
import { BenchPeer } from '../bench-peer.ts'
import { RAISED_RATES, startBenchRelay } from '../bench-relay.ts'
import { figure } from '../figures.ts'
import { keepInFlight, quiet } from '../load.ts'
import type { Bench, Findings, Scenario } from '../scenario.ts'
import { IN_FLIGHT } from '../senders.ts'

const SEALED_BYTES = 2_048
const MAILBOX_COUNT = 20
const QUEUED_EACH = 50
const QUEUED_COUNT = MAILBOX_COUNT * QUEUED_EACH
const FIRST_MS_MAX = 20
const ALL_MS_MAX = 500

export const queued: Scenario = {
  names: { queued: `a client with ${QUEUED_COUNT} queued envelopes: the first, and all` },
  run
}

async function run(bench: Bench): Promise<Findings> {
  const relay = await startBenchRelay(bench, 'relay-queued', RAISED_RATES)
  const sender = await BenchPeer.dial(relay.address)
  const mailboxes = Array.from({ length: MAILBOX_COUNT }, () => newMailbox())
  await sender.register(mailboxes)
  const next = envelopeMaker(SEALED_BYTES)
  const lanes = mailboxes.map(
    (mailbox) => (answered: () => void) => sender.deposit(mailbox, next(), answered)
  )
  const firsts: number[] = []
  const alls: number[] = []
  for (let round = 0; round < bench.depth.rounds; round++) {
    bench.say(`queued, round ${round + 1} of ${bench.depth.rounds}`)
    await keepInFlight(lanes, { inFlight: IN_FLIGHT / 4, count: QUEUED_EACH })
    await quiet(relay.process)
    const recipient = await BenchPeer.dial(relay.address)
    const { firstMs, allMs } = await take(recipient, mailboxes)
    firsts.push(firstMs)
    alls.push(allMs)
    await recipient.close()
  }
  await sender.close()
  await relay.process.stop()
  const figures = [
    figure({
      scenario: 'queued',
      name: `${QUEUED_COUNT} queued: from subscribe to the first`,
      unit: 'ms',
      rounds: firsts,
      goalMax: FIRST_MS_MAX,
      limit: 'the summaries of all mailboxes are read before anything is delivered.'
    }),
    figure({
      scenario: 'queued',
      name: `${QUEUED_COUNT} queued: from subscribe to all, acked as they come`,
      unit: 'ms',
      rounds: alls,
      goalMax: ALL_MS_MAX,
      limit:
        'at most 64 envelopes are on their way unacked, and an ack is answered once it is synced.'
    })
  ]
  return {
    figures,
    remarks: [
      `Queued envelopes wait in ${MAILBOX_COUNT} mailboxes of ${QUEUED_EACH}, with an operator's usual quotas; they are acked and not decrypted.`
    ]
  }
}

async function take(
  recipient: BenchPeer,
  mailboxes: Parameters<BenchPeer['subscribe']>[0]
): Promise<{ readonly firstMs: number; readonly allMs: number }> {
  const { promise, resolve } = Promise.withResolvers<undefined>()
  let firstMs: number | undefined
  let allMs = 0
  let delivered = 0
  let acked = 0
  const startMs = performance.now()
  recipient.onDelivered = (count) => {
    firstMs ??= performance.now() - startMs
    delivered += count
    if (delivered === QUEUED_COUNT) {
      allMs = performance.now() - startMs
    }
  }
  recipient.ackEachTurn((count) => {
    acked += count
    if (acked === QUEUED_COUNT) {
      resolve(undefined)
    }
  })
  await recipient.subscribe(mailboxes)
  await promise
  return { firstMs: firstMs ?? NaN, allMs }
}
