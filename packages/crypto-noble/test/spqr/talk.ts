import assert from 'node:assert/strict'
import type { Random } from '@sealpost/crypto'
import { bytesToHex } from '@sealpost/protocol'
import type { BraidStateName } from '../../src/spqr/braid/braid-state.ts'
import { encodeSpqr, initialSpqr, spqrReceive, spqrSend } from '../../src/spqr/index.ts'
import type { SpqrState } from '../../src/spqr/index.ts'
import { seededRandom } from '../seeded-random.ts'

/** Who talks. Alice initiated. */
export type Talker = 'alice' | 'bob'

/** A message on its way. */
export interface OnItsWay {
  readonly to: Talker
  readonly message: Uint8Array
  /** What it was encrypted with. */
  readonly key: Uint8Array
}

/** How a network behaves, as shares of 1. */
export interface Weather {
  readonly loss: number
  readonly reordering: number
  readonly duplication: number
  /** How much of all messages is alice's. */
  readonly balance: number
}

/** Two states that talk over a network on seeded randomness, and hold each key against the other side's. */
export class Talk {
  readonly states: Record<Talker, SpqrState>
  /** Each way that a state became another, as `from > to`, and the states as they were when first seen. */
  readonly steps = new Set<string>()
  readonly seen = new Map<BraidStateName, SpqrState>()
  /** What can come in any order. */
  readonly network: OnItsWay[] = []
  readonly #random: Random
  /** The keys given out to send with; none twice. */
  readonly #keys = new Set<string>()

  constructor(seed: string) {
    this.#random = seededRandom(seed)
    const authKey = this.#random.bytes(32)
    this.states = { alice: initialSpqr(authKey, 'a2b'), bob: initialSpqr(authKey, 'b2a') }
    this.#note(this.states.alice)
    this.#note(this.states.bob)
  }

  /** The epoch that both sides have a key of. */
  get epoch(): number {
    return Math.min(this.states.alice.parts.chain.epoch, this.states.bob.parts.chain.epoch)
  }

  /** A number from 0 to below 1. */
  chance(): number {
    const [high = 0, low = 0] = this.#random.bytes(2)
    return (high * 256 + low) / 65_536
  }

  send(from: Talker): OnItsWay {
    const before = this.states[from]
    const { key, message, state } = spqrSend(before, this.#random)
    const shown = bytesToHex(key)
    assert.ok(!this.#keys.has(shown), 'a key was given out twice')
    this.#keys.add(shown)
    this.#step(from, state)
    return { to: from === 'alice' ? 'bob' : 'alice', message, key }
  }

  receive({ key, message, to }: OnItsWay): void {
    const before = this.states[to]
    const received = spqrReceive(before, message)
    assert.deepEqual(received.key, key)
    this.#step(to, received.state)
    const after = encodeSpqr(received.state)
    assert.throws(() => spqrReceive(received.state, message), { reason: 'used' })
    assert.deepEqual(encodeSpqr(this.states[to]), after)
  }

  /** A message each way, and both arrive. */
  roundTrip(): void {
    this.receive(this.send('alice'))
    this.receive(this.send('bob'))
  }

  /** One message more, and perhaps some that arrive, late or twice or never. */
  turn({ balance, duplication, loss, reordering }: Weather): void {
    const sent = this.send(this.chance() < balance ? 'alice' : 'bob')
    if (this.chance() >= loss) {
      this.network.push(sent)
    }
    while (this.network.length > 0 && this.chance() < 0.6) {
      const at = this.chance() < reordering ? Math.floor(this.chance() * this.network.length) : 0
      const [arrived] = this.network.splice(at, 1)
      assert.ok(arrived)
      this.receive(arrived)
      if (this.chance() < duplication) {
        const state = this.states[arrived.to]
        assert.throws(() => spqrReceive(state, arrived.message), { reason: 'used' })
      }
    }
  }

  #step(talker: Talker, state: SpqrState): void {
    const [from, to] = [this.states[talker].parts.braid.name, state.parts.braid.name]
    if (from !== to) {
      this.steps.add(`${from} > ${to}`)
    }
    this.states[talker] = state
    this.#note(state)
  }

  #note(state: SpqrState): void {
    if (!this.seen.has(state.parts.braid.name)) {
      this.seen.set(state.parts.braid.name, state)
    }
  }
}

/** One state of each of the eleven kinds, from a conversation that loses and reorders. */
export function stateOfEachKind(): ReadonlyMap<BraidStateName, SpqrState> {
  const talk = new Talk('one of each kind')
  for (let turn = 0; turn < 3_000 && talk.seen.size < 11; turn += 1) {
    talk.turn({ loss: 0.3, reordering: 0.5, duplication: 0, balance: 0.5 })
  }
  assert.equal(talk.seen.size, 11)
  return talk.seen
}
