/**
 * Two people talk over a network that loses, repeats, reorders, holds back and changes what they send, and start again now and
 * then. What arrives unchanged and in time is read; nothing is read twice, and nothing that was changed.
 */
import assert from 'node:assert/strict'
import { Party, deliver } from '@sealpost/crypto/compliance'
import type { Ciphertext, SignalEngine } from '@sealpost/crypto'
import { isSealpostError } from '@sealpost/protocol'
import { dice, seededRandom } from './seeded-random.ts'

/** A message under way. */
interface UnderWay {
  readonly from: Party
  readonly to: Party
  readonly text: string
  readonly ciphertext: Ciphertext
  readonly sentAtStep: number
  isRead: boolean
}

/** What came of a conversation. */
export interface ConversationTally {
  readonly sent: number
  readonly read: number
  readonly refused: number
}

/** Held back for longer, a message may belong to a chain or an epoch that was forgotten. */
const STEPS_KEPT = 8

/** Talks for `steps` steps; everything but libsignal's own randomness follows from `seed`. */
export async function converse(
  seed: string,
  engines: readonly [SignalEngine, SignalEngine],
  steps: number
): Promise<ConversationTally> {
  const conversation = await Conversation.begin(seed, engines)
  for (let step = 0; step < steps; step++) {
    await conversation.step(step)
  }
  return conversation.finish(steps)
}

/** Talks without faults, one message each in turn. */
export async function inTurns(
  engines: readonly [SignalEngine, SignalEngine],
  roundTrips: number
): Promise<void> {
  const [alice, bob] = [await Party.create(engines[0]), await Party.create(engines[1])]
  await alice.startSession(bob, await bob.publish({ hasOneTimePrekey: true }))
  for (let turn = 0; turn < roundTrips; turn++) {
    await deliver(alice, bob, `there ${String(turn)}`)
    await deliver(bob, alice, `and back ${String(turn)}`)
  }
}

class Conversation {
  readonly #roll: (bound: number) => number
  readonly #parties: readonly [Party, Party]
  readonly #lossPercent: number
  readonly #repeatPercent: number
  readonly #holdPercent: number
  readonly #changePercent: number
  readonly #alicePercent: number
  #underWay: UnderWay[] = []
  #sent = 0
  #read = 0
  #refused = 0

  private constructor(seed: string, parties: readonly [Party, Party]) {
    this.#roll = dice(seededRandom(seed))
    this.#parties = parties
    this.#lossPercent = this.#roll(51)
    this.#repeatPercent = this.#roll(21)
    this.#holdPercent = this.#roll(3) * 15
    this.#changePercent = this.#roll(6)
    this.#alicePercent = [3, 50, 50, 97][this.#roll(4)] ?? 50
  }

  static async begin(
    seed: string,
    engines: readonly [SignalEngine, SignalEngine]
  ): Promise<Conversation> {
    const parties = [await Party.create(engines[0]), await Party.create(engines[1])] as const
    const conversation = new Conversation(seed, parties)
    await conversation.#start(parties[0], parties[1])
    if (conversation.#roll(5) === 0) {
      await conversation.#start(parties[1], parties[0])
    } else {
      // The other side has a session only once a first message came.
      await conversation.#send(parties[0], parties[1], 0)
      await conversation.#deliver(0, 0)
    }
    return conversation
  }

  async step(step: number): Promise<void> {
    const [alice, bob] = this.#parties
    const [from, to] = this.#roll(100) < this.#alicePercent ? [alice, bob] : [bob, alice]
    if (this.#roll(150) === 0) {
      await this.#start(from, to)
    }
    for (let burst = 1 + (this.#roll(4) === 0 ? this.#roll(5) : 0); burst > 0; burst--) {
      await this.#send(from, to, step)
    }
    while (this.#underWay.length > 0 && this.#roll(100) >= this.#holdPercent) {
      await this.#deliver(this.#roll(3) === 0 ? this.#roll(this.#underWay.length) : 0, step)
    }
  }

  /** Without faults everything arrives again. */
  async finish(step: number): Promise<ConversationTally> {
    const [alice, bob] = this.#parties
    for (const [from, to] of [
      [alice, bob],
      [bob, alice],
      [alice, bob]
    ] as const) {
      this.#underWay = []
      await this.#send(from, to, step)
      await this.#receive(this.#underWay[0] ?? assert.fail('nothing was sent'), step)
    }
    return { sent: this.#sent, read: this.#read, refused: this.#refused }
  }

  async #start(from: Party, to: Party): Promise<void> {
    await from.startSession(to, await to.publish({ hasOneTimePrekey: this.#roll(2) === 0 }))
  }

  async #send(from: Party, to: Party, sentAtStep: number): Promise<void> {
    const text = 'x'.repeat(this.#roll(40)) + String(this.#sent)
    const ciphertext = await from.send(to, text)
    this.#sent++
    this.#underWay.push({ from, to, text, ciphertext, sentAtStep, isRead: false })
  }

  async #deliver(index: number, step: number): Promise<void> {
    const message = this.#underWay[index]
    assert.ok(message !== undefined)
    const isFirstEver = this.#read === 0
    if (!isFirstEver && this.#roll(100) < this.#changePercent) {
      await this.#receiveChanged(message)
    }
    if (isFirstEver || this.#roll(100) >= this.#lossPercent) {
      await this.#receive(message, step)
    }
    if (this.#roll(100) >= this.#repeatPercent) {
      this.#underWay.splice(index, 1)
    }
  }

  async #receive(message: UnderWay, step: number): Promise<void> {
    const { ciphertext, from, text, to } = message
    try {
      const read = await to.receive(from, ciphertext)
      assert.ok(!message.isRead, 'a message was read twice')
      assert.equal(read, text)
      message.isRead = true
      this.#read++
    } catch (error) {
      assert.ok(isSealpostError(error), String(error))
      this.#refused++
      const isDuplicate = error.code === 'SEALPOST_DUPLICATE_MESSAGE'
      const isLate = step - message.sentAtStep > STEPS_KEPT
      assert.ok(
        message.isRead ? isDuplicate || error.code === 'SEALPOST_MESSAGE_INVALID' : isLate,
        `a message of ${String(step - message.sentAtStep)} steps ago was refused: ${error.code}`
      )
    }
  }

  /** One bit of it changed. What no key depends on may be changed in a first message, and is read. */
  async #receiveChanged(message: UnderWay): Promise<void> {
    const bytes = message.ciphertext.bytes.slice()
    const at = this.#roll(bytes.length)
    bytes[at] = (bytes[at] ?? 0) ^ (1 << this.#roll(8))
    const { from, text, to } = message
    try {
      const read = await to.receive(from, { type: message.ciphertext.type, bytes })
      assert.equal(message.ciphertext.type, 3, `byte ${String(at)} may be changed`)
      assert.ok(!message.isRead, 'a message was read twice')
      assert.equal(read, text)
      message.isRead = true
      this.#read++
    } catch (error) {
      assert.ok(isSealpostError(error) && error.name === 'CryptoError', String(error))
      this.#refused++
    }
  }
}
