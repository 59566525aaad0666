/** What a relay on a disk that fills must do, whatever the disk is. */
import assert from 'node:assert/strict'
import { setTimeout } from 'node:timers/promises'
import { type EnvelopeId, isSubscribed, type MailboxAnswer } from '@sealpost/protocol'
import { RawClient, testEnvelope, type TestMailbox, testMailbox } from './raw-client.ts'
import type { RelayScene } from './relay-scene.ts'

const IN_FLIGHT = 16
const SEALED_BYTES = 8_192
/** Between two looks at a relay that gets better by itself. */
const LOOK_MS = 100

export class FullDisk {
  readonly mailbox: TestMailbox = testMailbox()
  readonly stored = new Set<EnvelopeId>()
  readonly acked = new Set<EnvelopeId>()
  scene: RelayScene

  constructor(scene: RelayScene) {
    this.scene = scene
  }

  connect(): Promise<RawClient> {
    return RawClient.connect(this.scene.relay.address)
  }

  /** Deposits until nothing more is taken. */
  async fill(alice: RawClient): Promise<void> {
    await Promise.all(Array.from({ length: IN_FLIGHT }, () => this.#depositUntilRefused(alice)))
  }

  async #depositUntilRefused(alice: RawClient): Promise<void> {
    for (;;) {
      const answer = await this.deposit(alice)
      if (answer.type === 'refused') {
        assert.equal(answer.reason, 'busy')
        return
      }
    }
  }

  async deposit(alice: RawClient): Promise<MailboxAnswer> {
    const envelope = testEnvelope(SEALED_BYTES)
    const answer = await alice.deposit(this.mailbox, envelope)
    if (answer.type === 'deposited') {
      assert.equal(answer.outcome, 'stored')
      this.stored.add(envelope.envelopeId)
    }
    return answer
  }

  /** Takes all that is there, and acks it, coming back as a client does; checks that nothing is missing. */
  async ackAll(): Promise<void> {
    const taken = new Set<EnvelopeId>(this.acked)
    for (let isDrained = false; !isDrained;) {
      await using bob = await this.connect()
      isDrained = await this.#ackUntilDrained(bob, taken)
    }
    const lost = [...this.stored].filter((id) => !taken.has(id))
    assert.deepEqual(lost, [], 'nothing that was answered `stored` is missing')
  }

  /** @returns false where the relay closed the connection, or is opening its store again. */
  async #ackUntilDrained(bob: RawClient, taken: Set<EnvelopeId>): Promise<boolean> {
    const subscribed = await bob.subscribe([this.mailbox]).catch(() => undefined)
    if (subscribed?.type !== 'subscribed') {
      await setTimeout(LOOK_MS)
      return false
    }
    assert.ok(isSubscribed(subscribed.outcomes[0]))
    const isDrained = (): boolean => bob.pushes.some(({ type }) => type === 'drained')
    for (let seen = 0; !isDrained() && !bob.isClosed;) {
      await bob.until(() => bob.deliveries.length > seen || isDrained())
      const fresh = bob.deliveries.slice(seen).map(({ envelope }) => envelope.envelopeId)
      seen += fresh.length
      for (const id of fresh) {
        taken.add(id)
      }
      const isAcked = fresh.length === 0 || (await this.#ack(bob, fresh))
      if (!isAcked) {
        await setTimeout(LOOK_MS)
        return false
      }
    }
    return isDrained()
  }

  async #ack(bob: RawClient, envelopeIds: readonly EnvelopeId[]): Promise<boolean> {
    const { mailboxId } = this.mailbox
    const answer = await bob.ask({ type: 'ack', mailboxId, envelopeIds }).catch(() => undefined)
    if (answer?.type !== 'acked') {
      return false
    }
    for (const id of envelopeIds) {
      this.acked.add(id)
    }
    return true
  }

  /** Resolves once the relay takes deposits again, of its own accord. */
  async untilTaken(alice: RawClient): Promise<void> {
    while ((await this.deposit(alice)).type !== 'deposited') {
      await setTimeout(LOOK_MS)
    }
  }

  /** Resolves once there is room for everybody again. */
  async untilOpen(): Promise<void> {
    while (this.scene.relay.overview().machine?.capacity !== 'open') {
      await setTimeout(LOOK_MS)
    }
  }
}
