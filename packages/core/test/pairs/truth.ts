/** What really happened, as nobody in the world can know it: what left each device, and what relays and devices hold. */
import assert from 'node:assert/strict'
import { type EnvelopeOrigin, type PeerAppEffect, sha256 } from '@sealpost/core'
import {
  bytesToHex,
  type Content,
  decodeContent,
  type EnvelopeId,
  type MessageId,
  type NodeKey
} from '@sealpost/protocol'
import { parseCiphertext } from './fake-sessions.ts'
import type { Everybody, HomeEnd } from './pair-contract.ts'

type Deposit = Extract<PeerAppEffect, { type: 'deposit' | 'direct-deposit' }>

/** One message of a device, to whichever of the contact's devices. */
interface Told {
  readonly meaning: string
  readonly number: number
  /** Envelopes of it, by relay. */
  readonly envelopes: Map<string, Set<EnvelopeId>>
  depositCount: number
}

export class Truth {
  readonly #world: Everybody
  /** By device and number. */
  readonly #told = new Map<string, Told>()
  readonly #byId = new Map<MessageId, Told>()
  /** The ciphertext of each envelope id, by relay. */
  readonly #envelopes = new Map<string, string>()
  /** What was encrypted with each key of a session. */
  readonly #keys = new Map<string, string>()
  /** What homes have written down what became of. */
  readonly #dealtWith = new Set<string>()
  /** Whether some session went back to what it was: what is encrypted then uses keys again. */
  isRolledBack = false
  /** Whether some relay ever lied: one of those that make a tick may be a lie. */
  hadLiar = false
  depositCount = 0

  constructor(world: Everybody) {
    this.#world = world
  }

  /** Something leaves a device: it must be the only thing that its names were ever used for. */
  left(home: HomeEnd, effect: Deposit): void {
    const { type, bytes } = effect.ciphertext
    if (effect.isLive) {
      return
    }
    this.depositCount += 1
    const where = effect.type === 'deposit' ? effect.relay : 'direct'
    const hash = bytesToHex(sha256(bytes))
    const envelope = `${where} ${effect.envelopeId}`
    const before = this.#envelopes.get(envelope)
    assert.ok(before === undefined || before === hash, 'an envelope id for two ciphertexts')
    this.#envelopes.set(envelope, hash)
    if (type !== 2 && type !== 3) {
      return
    }
    const { session, count, contentBytes } = parseCiphertext(bytes)
    const key = `${home.name} ${session} ${String(count)}`
    const encrypted = this.#keys.get(key)
    assert.ok(
      this.isRolledBack || encrypted === undefined || encrypted === hash,
      `${home.name}: a key of a session for two ciphertexts`
    )
    this.#keys.set(key, hash)
    const content = decodeContent(contentBytes)
    if (content.number > 0) {
      this.#numbered(home, content, where, effect.envelopeId)
    }
  }

  #numbered(home: HomeEnd, content: Content, where: string, envelopeId: EnvelopeId): void {
    const { number, messageId, body } = content
    const text = body.type === 'text' ? body.text : body.type
    const meaning = `${messageId ?? ''} ${text}`
    const name = `${home.name} ${String(number)}`
    const told: Told = this.#told.get(name) ?? {
      meaning,
      number,
      envelopes: new Map(),
      depositCount: 0
    }
    assert.equal(told.meaning, meaning, `${name} is two messages`)
    this.#told.set(name, told)
    told.depositCount += 1
    if (messageId !== undefined) {
      this.#byId.set(messageId, told)
    }
    const envelopes = told.envelopes.get(where) ?? new Set<EnvelopeId>()
    told.envelopes.set(where, envelopes.add(envelopeId))
  }

  /** What became of something that came is on the disk. */
  dealtWith(home: HomeEnd, origin: EnvelopeOrigin): void {
    this.#dealtWith.add(
      'stream' in origin
        ? `${home.name} ${String(origin.stream)} ${String(origin.number)}`
        : `${home.name} ${origin.relay} ${origin.envelopeId}`
    )
  }

  /** A home has envelopes taken away: what became of them must be on the disk. */
  acked(home: HomeEnd, relay: NodeKey, envelopeIds: readonly EnvelopeId[]): void {
    for (const envelopeId of envelopeIds) {
      const isDealtWith = this.#dealtWith.has(`${home.name} ${relay} ${envelopeId}`)
      assert.ok(isDealtWith, `${home.name}: acknowledged before it was dealt with`)
    }
  }

  ackedDirectly(home: HomeEnd, stream: number, number: number): void {
    const isDealtWith = this.#dealtWith.has(`${home.name} ${String(stream)} ${String(number)}`)
    assert.ok(isDealtWith, `${home.name}: said to be stored before it was dealt with`)
  }

  /** A home says what became of a message: it must be so. */
  claimed(home: HomeEnd, messageId: MessageId, state: 'on-relay' | 'delivered' | 'read'): void {
    const told = this.#byId.get(messageId)
    assert.ok(told !== undefined, `${home.name}: what never left is ${state}`)
    const { number, envelopes } = told
    const others = this.#world.homes.filter(({ person }) => person !== home.person)
    const isHeld = others.some((other) => other.holds(home, number))
    if (state !== 'on-relay') {
      assert.ok(isHeld, `${home.name} ${String(number)} is ${state} and nobody has it`)
      return
    }
    const honest = this.#world.relays.filter(({ address, stored }) =>
      [...(envelopes.get(address.nodeKey) ?? [])].some((envelopeId) => stored.has(envelopeId))
    )
    const leastRelays = Math.min(...others.map((other) => home.relayCountOf(other)))
    const quorum = Math.min(2, leastRelays) - (this.hadLiar && leastRelays > 2 ? 1 : 0)
    assert.ok(
      isHeld || honest.length >= quorum,
      `${home.name} ${String(number)} is at ${String(honest.length)} relays`
    )
  }

  /** How many different messages left. */
  get messageCount(): number {
    return this.#told.size
  }
}
