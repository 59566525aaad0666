/**
 * A relay that is killed again and again while people use it, and what it must have kept.
 *
 * ```
 *   round: start -> bob subscribes, acks most of what comes; senders deposit -> after some answers: SIGKILL
 *   end:   start -> bob subscribes and takes all: everything answered `stored` and not acked, nothing answered `acked`
 * ```
 *
 * What was asked and not answered may have come about or not; nobody was told.
 */
import assert from 'node:assert/strict'
import { SeededRandom } from '@sealpost/host/testing'
import type { Envelope, EnvelopeId, MailboxPush } from '@sealpost/protocol'
import { RawClient, testEnvelope, type TestMailbox, testMailbox, Unanswered } from './raw-client.ts'
import { readyProcess, type RelayProcess } from './relay-process.ts'

/** Mailboxes that are deposited into, and senders at once; each sender has so many deposits in flight. */
const MAILBOXES = 4
const SENDERS = 2
const IN_FLIGHT = 8
/** Of what is delivered, bob keeps back so much unacked, until it is delivered again. */
const KEPT_BACK = 0.1

export interface KillRoundsOptions {
  readonly data: string
  readonly seed: number
  /** Deposits that are to be answered, in all rounds together. */
  readonly depositCount: number
  /** Of them in one round, on average. */
  readonly perRound: number
}

export interface KillRoundsResult {
  readonly roundCount: number
  readonly storedCount: number
  readonly ackedCount: number
}

type Delivery = Extract<MailboxPush, { readonly type: 'deliver' }>

class Ledger {
  /** Answered `stored`. */
  readonly stored = new Map<EnvelopeId, Envelope>()
  /** Acks that were answered. */
  readonly acked = new Set<EnvelopeId>()
  /** Acks that were sent, answered or not. */
  readonly ackSent = new Set<EnvelopeId>()
  /** Every envelope that was ever sent. */
  readonly sent = new Map<EnvelopeId, Envelope>()

  checkDelivery({ envelope }: Delivery): void {
    const { envelopeId } = envelope
    assert.ok(!this.acked.has(envelopeId), 'what was acked is never delivered again')
    const sent = this.sent.get(envelopeId)
    assert.ok(sent !== undefined, 'what is delivered was deposited')
    assert.deepEqual(envelope, sent, 'what is delivered is what was deposited')
  }
}

/** @throws AssertionError where the relay lost what it answered for, or made up what nobody said. */
export async function killRounds(options: KillRoundsOptions): Promise<KillRoundsResult> {
  const random = new SeededRandom(options.seed)
  const mailboxes = Array.from({ length: MAILBOXES }, () => testMailbox())
  const ledger = new Ledger()
  let roundCount = 0
  while (ledger.stored.size < options.depositCount) {
    roundCount++
    const { process, address } = await readyProcess(options.data)
    await using relay = process
    await using bob = await RawClient.connect(address)
    const registered = await bob.register(mailboxes)
    assert.deepEqual(registered.type, 'registered')
    const killAfter = 1 + random.below(2 * options.perRound)
    const life = new Life(relay, ledger, random, killAfter)
    const senders = Array.from({ length: SENDERS }, async () => {
      await using alice = await RawClient.connect(address)
      await Promise.all(Array.from({ length: IN_FLIGHT }, () => life.send(alice, mailboxes)))
    })
    await Promise.all([life.receive(bob, mailboxes), ...senders])
    const ending = await relay.ended()
    assert.equal(ending.signal, 'SIGKILL', ending.stderr)
  }
  await takeAll(options.data, mailboxes, ledger)
  return { roundCount, storedCount: ledger.stored.size, ackedCount: ledger.acked.size }
}

/** The relay between a start and its kill. */
class Life {
  readonly #relay: RelayProcess
  readonly #ledger: Ledger
  readonly #random: SeededRandom
  #answersLeft: number

  constructor(relay: RelayProcess, ledger: Ledger, random: SeededRandom, killAfter: number) {
    this.#relay = relay
    this.#ledger = ledger
    this.#random = random
    this.#answersLeft = killAfter
  }

  #countAnswer(): void {
    this.#answersLeft--
    if (this.#answersLeft === 0) {
      this.#relay.kill('SIGKILL')
    }
  }

  async send(alice: RawClient, mailboxes: readonly TestMailbox[]): Promise<void> {
    for (;;) {
      const envelope = testEnvelope()
      this.#ledger.sent.set(envelope.envelopeId, envelope)
      const answer = await answerOrEnd(alice.deposit(this.#random.pick(mailboxes), envelope))
      if (answer === undefined) {
        return
      }
      assert.deepEqual(answer, { type: 'deposited', outcome: 'stored' })
      this.#ledger.stored.set(envelope.envelopeId, envelope)
      this.#countAnswer()
    }
  }

  async receive(bob: RawClient, mailboxes: readonly TestMailbox[]): Promise<void> {
    if ((await answerOrEnd(bob.subscribe(mailboxes))) === undefined) {
      return
    }
    let seen = 0
    while (!bob.isClosed) {
      await bob.until(() => bob.deliveries.length > seen)
      const fresh = bob.deliveries.slice(seen)
      seen += fresh.length
      for (const delivery of fresh) {
        this.#ledger.checkDelivery(delivery)
      }
      const wanted = fresh.filter(() => !this.#random.chance(KEPT_BACK))
      await Promise.all(wanted.map((delivery) => ack(bob, delivery, this.#ledger)))
    }
  }
}

async function ack(bob: RawClient, delivery: Delivery, ledger: Ledger): Promise<void> {
  const { mailboxId, envelope } = delivery
  const envelopeIds = [envelope.envelopeId]
  ledger.ackSent.add(envelope.envelopeId)
  const answer = await answerOrEnd(bob.ask({ type: 'ack', mailboxId, envelopeIds }))
  if (answer !== undefined) {
    assert.deepEqual(answer, { type: 'acked' })
    ledger.acked.add(envelope.envelopeId)
  }
}

async function takeAll(
  data: string,
  mailboxes: readonly TestMailbox[],
  ledger: Ledger
): Promise<void> {
  const { process, address } = await readyProcess(data)
  await using relay = process
  await using bob = await RawClient.connect(address)
  await bob.subscribe(mailboxes)
  const taken = new Set<EnvelopeId>()
  let seen = 0
  const isDrained = (): boolean =>
    bob.pushes.filter(({ type }) => type === 'drained').length === mailboxes.length
  while (!isDrained()) {
    await bob.until(() => bob.deliveries.length > seen || isDrained())
    assert.equal(bob.isClosed, false, relay.stderr)
    const fresh = bob.deliveries.slice(seen)
    seen += fresh.length
    for (const delivery of fresh) {
      ledger.checkDelivery(delivery)
      taken.add(delivery.envelope.envelopeId)
    }
    await Promise.all(fresh.map((delivery) => ack(bob, delivery, ledger)))
  }
  const lost = [...ledger.stored.keys()].filter((id) => !taken.has(id) && !ledger.ackSent.has(id))
  assert.deepEqual(lost, [], 'nothing that was answered `stored` is missing')
}

/** @returns undefined where the connection ended before the answer. */
async function answerOrEnd<Answer>(asked: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await asked
  } catch (error) {
    if (error instanceof Unanswered) {
      return undefined
    }
    throw error
  }
}
