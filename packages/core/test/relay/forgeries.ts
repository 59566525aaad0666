/**
 * Requests that a relay must deny, with secrets as clients derive them: what mallory holds of other people, other relays, other
 * connections and other weeks. Whatever it is, she must hear the same at the same time.
 */
import assert from 'node:assert/strict'
import {
  bytesToHex,
  encodeRelayFrame,
  type Envelope,
  envelopeIds,
  type MailboxRequest,
  type NodeKey,
  nodeKeys
} from '@sealpost/protocol'
import { mailboxSecrets, randomBelow, sha256 } from '@sealpost/core'
import { fetchToken, SeedChain } from '../../src/address/seeds.ts'
import { destroy, register, subscribe, testEnvelope, type TestMailbox } from './cast.ts'
import { type Client, RelayWorld, SeededRandom } from './relay-world.ts'

export const WRONGS = ['forged', 'replayed', 'cross-relay', 'cross-session', 'stale'] as const
export type Wrong = (typeof WRONGS)[number]

export const VERBS = ['deposit', 'subscribe', 'ack', 'destroy'] as const
type Verb = (typeof VERBS)[number]

const DENIED_MS = 25
/** Of one connection in a minute: one more would be `slow-down`. */
const DENIALS = 30
/** What mallory's request is numbered, so that answers can be compared to the byte. */
const NUMBER = 5
const RITA: NodeKey = nodeKeys.fromBytes(new Uint8Array(32).fill(1))
const ROSA: NodeKey = nodeKeys.fromBytes(new Uint8Array(32).fill(2))

/** A contact mailbox as its owner makes it of a seed. */
function mailboxAt(relay: NodeKey, seed: Uint8Array, secret: Uint8Array): TestMailbox {
  const { mailboxId, depositToken } = mailboxSecrets(seed, relay)
  const token = fetchToken(secret, relay, mailboxId)
  return {
    id: mailboxId,
    depositToken,
    fetchToken: token,
    registration: {
      type: 'mailbox',
      mailboxId,
      depositHash: sha256(depositToken),
      fetchHash: sha256(token),
      kind: 'contact',
      isQuiet: false
    }
  }
}

/** A relay that serves bob and carol, and what there is to be misused. */
class Forgeries {
  readonly world = new RelayWorld()
  readonly #random: SeededRandom
  readonly #bobs: TestMailbox
  readonly #carols: TestMailbox
  /** Bob's of this week at another relay. */
  readonly #elsewhere: TestMailbox
  /** Bob's of a week that is over: destroyed here. */
  readonly #former: TestMailbox
  readonly #sentBefore: Readonly<Record<Verb, MailboxRequest>>
  #mallory: Client
  #denials = 0

  constructor(seed: number) {
    this.#random = new SeededRandom(seed)
    const [bob, carol] = [this.#random.bytes(32), this.#random.bytes(32)]
    const lastWeek = this.#random.bytes(32)
    const thisWeek = new SeedChain(lastWeek, 0).at(1) ?? lastWeek
    this.#bobs = mailboxAt(RITA, thisWeek, bob)
    this.#carols = mailboxAt(RITA, this.#random.bytes(32), carol)
    this.#elsewhere = mailboxAt(ROSA, thisWeek, bob)
    this.#former = mailboxAt(RITA, lastWeek, bob)
    const stored = this.#envelope()
    const { world } = this
    const owner = world.connect()
    world.ask(owner, register(this.#bobs, this.#carols, this.#former))
    this.#sentBefore = {
      deposit: this.#deposit(this.#former, stored),
      subscribe: subscribe([this.#former]),
      ack: { type: 'ack', mailboxId: this.#former.id, envelopeIds: [stored.envelopeId] },
      destroy: destroy(this.#former)
    }
    for (const verb of VERBS) {
      const answer = world.ask(owner, this.#sentBefore[verb])
      assert.notEqual(answer?.type, 'refused', `${verb} was right once`)
    }
    world.ask(owner, subscribe([this.#bobs, this.#carols]))
    this.#mallory = world.connect()
  }

  #envelope(): Envelope {
    const envelopeId = envelopeIds.fromBytes(this.#random.bytes(16))
    return { ...testEnvelope(1), envelopeId }
  }

  #deposit({ id, depositToken }: TestMailbox, envelope: Envelope): MailboxRequest {
    return {
      type: 'deposit',
      mailboxId: id,
      depositToken,
      envelope,
      isLive: false,
      work: undefined
    }
  }

  /** A mailbox under tokens that are not its own, or one that is not here. */
  #target(wrong: Exclude<Wrong, 'replayed'>): TestMailbox {
    const { id } = this.#bobs
    switch (wrong) {
      case 'forged': {
        const token = this.#random.bytes(32)
        return { ...this.#bobs, depositToken: token, fetchToken: token }
      }
      case 'cross-relay':
        return randomBelow(this.#random, 2) === 0 ? this.#elsewhere : { ...this.#elsewhere, id }
      case 'cross-session':
        return { ...this.#carols, id }
      case 'stale':
        return this.#former
    }
  }

  request(verb: Verb, wrong: Wrong): MailboxRequest {
    if (wrong === 'replayed') {
      return this.#sentBefore[verb]
    }
    const target = this.#target(wrong)
    switch (verb) {
      case 'deposit':
        return this.#deposit(target, this.#envelope())
      case 'subscribe':
        return subscribe([target], 2)
      case 'ack':
        // Right for whoever is subscribed to it, and mallory is not.
        return { type: 'ack', mailboxId: target.id, envelopeIds: [this.#envelope().envelopeId] }
      case 'destroy':
        return destroy(target)
    }
  }

  /** What mallory hears of it, to the byte, and how long after it was sent; the rows take their time. */
  heard(request: MailboxRequest): string {
    const { world } = this
    this.#denials += 1
    if (this.#denials % DENIALS === 0) {
      world.disconnect(this.#mallory)
      this.#mallory = world.connect()
    }
    world.advance(randomBelow(this.#random, 10))
    const mallory = this.#mallory
    mallory.frames.length = 0
    world.isHolding = true
    const sentAtMs = world.nowMs
    const frame = { type: 'request', number: NUMBER, request } as const
    world.give({ type: 'frame', connection: mallory.id, frame })
    world.advance(randomBelow(this.#random, DENIED_MS))
    world.isHolding = false
    world.answerReads()
    world.advance(DENIED_MS)
    return mallory.frames
      .map((one) => `${String(one.atMs - sentAtMs)} ms ${bytesToHex(encodeRelayFrame(one.frame))}`)
      .join(', ')
  }
}

/** So many of each kind, in an order that is drawn; each must be told the same after the same time. */
export function checkForgeries(verb: Verb, countOfEach: number, seed: number): void {
  const forgeries = new Forgeries(seed)
  const order = new SeededRandom(seed + 1)
  const left = WRONGS.map((wrong) => ({ wrong, count: countOfEach }))
  const heard = new Map<string, Set<Wrong>>()
  while (left.length > 0) {
    const at = randomBelow(order, left.length)
    const one = left[at]
    assert.ok(one)
    const what = forgeries.heard(forgeries.request(verb, one.wrong))
    heard.set(what, (heard.get(what) ?? new Set<Wrong>()).add(one.wrong))
    one.count -= 1
    if (one.count === 0) {
      left.splice(at, 1)
    }
  }
  const [[what, wrongs] = ['nothing', new Set<Wrong>()]] = heard
  assert.equal(heard.size, 1, JSON.stringify([...heard].map(([key, value]) => [key, ...value])))
  assert.equal(wrongs.size, WRONGS.length)
  assert.ok(what.startsWith(`${String(DENIED_MS)} ms `) && !what.includes(','), what)
}
