/** What may happen to relays, clocks and alice's home, in any order, and what must come of it. */
import assert from 'node:assert/strict'
import type { AddressRecord } from '@sealpost/protocol'
import fc from 'fast-check'
import { TheirAddress } from '../../src/address/their-address.ts'
import { content, deviceList, MINUTE_MS, START_MS } from '../peer/cast.ts'
import type { TestRelay } from '../peer/test-relay.ts'
import {
  DAY_MS,
  makeBundle,
  ownRows,
  receipt,
  recordOf,
  type Scene,
  scene,
  tell
} from './address-scene.ts'

const NAMES = ['rita', 'rosa', 'ruth'] as const
type Name = (typeof NAMES)[number]

/** A relay that was away for so long is taken for dead: older seeds may be given up there, with what it has of them. */
const DEAD_AFTER_DAYS = 28

type Step =
  | { readonly type: 'pass'; readonly days: number }
  | { readonly type: 'move'; readonly to: readonly Name[] }
  | { readonly type: 'up' | 'down' | 'wipe'; readonly relay: Name }
  | { readonly type: 'own-clock' | 'relay-clocks'; readonly errorDays: number }
  | { readonly type: 'receipt' | 'restart' | 'device-removed' }

const relayName = fc.constantFrom(...NAMES)
const errorDays = fc.oneof(fc.integer({ min: -14, max: 14 }), fc.constantFrom(-400, 400))
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ type: fc.constant('pass'), days: fc.nat(40) }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constantFrom('receipt', 'restart') }) },
  fc.record({ type: fc.constant('device-removed') }),
  fc.record({ type: fc.constantFrom('up', 'down', 'wipe'), relay: relayName }),
  fc.record({ type: fc.constantFrom('own-clock', 'relay-clocks'), errorDays }),
  fc.record({
    type: fc.constant('move'),
    to: fc.uniqueArray(relayName, { minLength: 1, maxLength: 3 })
  })
)

/** Alice, her relays and their clocks, and what bob may know of her. */
class Play {
  readonly scene: Scene = scene()
  readonly #relays: readonly TestRelay[] = Object.values(this.scene.relays)
  #ownErrorMs = 0
  #relayErrorMs = 0
  /** Of bob's device lists, and of his messages with them. */
  #listVersion = 1
  /** What bob has, and what he was sent since. */
  #known: readonly AddressRecord[] = [recordOf(this.scene.alice, this.scene.bob)]
  readonly #daysAway = new Map<TestRelay, number>()
  readonly #everDead = new Set<TestRelay>()

  do(given: Step): void {
    const { alice, bob, relays } = this.scene
    switch (given.type) {
      case 'pass':
        this.pass(given.days)
        break
      case 'move':
        alice.give({
          type: 'relays-changed',
          relays: given.to.map((name) => relays[name].address)
        })
        break
      case 'up':
        relays[given.relay].isUp = true
        break
      case 'down':
        alice.down(relays[given.relay])
        break
      case 'wipe':
        relays[given.relay].wipe()
        alice.cut(relays[given.relay].nodeKey)
        break
      case 'own-clock':
        // Where both were wrong at once, nobody could tell that they are.
        this.setErrors(0, 0)
        this.setErrors(given.errorDays * DAY_MS, 0)
        break
      case 'relay-clocks':
        this.setErrors(0, 0)
        this.setErrors(0, given.errorDays * DAY_MS)
        break
      case 'receipt':
        receipt(alice, bob)
        this.#known = this.#known.slice(-1)
        break
      case 'restart':
        alice.restart()
        break
      case 'device-removed':
        this.#removeDevice()
    }
    this.#settle()
  }

  pass(days: number): void {
    const { alice } = this.scene
    for (let day = 0; day < days; day++) {
      alice.nowMs += DAY_MS - 10 * MINUTE_MS
      alice.advance(10 * MINUTE_MS)
      makeBundle(alice)
      this.#settle()
      this.#countAway()
    }
  }

  /** Whether a relay was ever away for so long that nobody looks there again. */
  wasDead(relay: TestRelay): boolean {
    return this.#everDead.has(relay)
  }

  setErrors(ownMs: number, relayMs: number): void {
    const { alice } = this.scene
    alice.setClock(alice.nowMs + ownMs - this.#ownErrorMs)
    this.#ownErrorMs = ownMs
    this.#relayErrorMs = relayMs
    for (const relay of this.#relays) {
      relay.change({ timeMs: START_MS + relayMs - ownMs })
      alice.cut(relay.nodeKey)
    }
    alice.advance(10 * MINUTE_MS)
  }

  heal(): void {
    for (const relay of this.#relays) {
      relay.isUp = true
    }
    this.setErrors(0, 0)
    this.pass(3)
  }

  /** Bob's search, as he would make it with each of the addresses that he may know. */
  check(): void {
    const { alice, bob } = this.scene
    assert.equal(this.#relayErrorMs, 0)
    for (const record of this.#known) {
      const address = new TheirAddress(bob, record)
      const found = this.#relays.filter((relay) => this.#isFound(address, relay))
      assert.ok(found.length > 0, `version ${String(record.version)} leads nowhere`)
    }
    const { phaseMs } = recordOf(alice, bob)
    assert.equal(this.#known.at(-1)?.phaseMs, phaseMs, 'bob was told of the last seed')
  }

  #isFound(address: TheirAddress, relay: TestRelay): boolean {
    const { alice } = this.scene
    if (!address.record.relays.some(({ nodeKey }) => nodeKey === relay.nodeKey)) {
      return false
    }
    for (;;) {
      const mailbox = address.mailbox(relay.nodeKey, alice.nowMs)
      if (mailbox === undefined) {
        return false
      }
      const { mailboxId } = mailbox.secrets
      if (relay.mailboxes.has(mailboxId)) {
        return alice.machine.mailbox(relay.nodeKey, mailboxId) !== undefined
      }
      address.denied(relay.nodeKey, mailbox.epoch)
    }
  }

  #removeDevice(): void {
    const { alice, bob } = this.scene
    const { version } = recordOf(alice, bob)
    for (const devices of [[1, 2], [1]]) {
      this.#listVersion += 1
      const list = deviceList(this.#listVersion, ...devices)
      const body = { type: 'address-update' as const, address: undefined, deviceList: list }
      alice.receive(bob, content(this.#listVersion, body))
    }
    assert.ok(recordOf(alice, bob).version > version)
  }

  /** A day is over. */
  #countAway(): void {
    for (const relay of this.#relays) {
      const days = relay.isUp ? 0 : (this.#daysAway.get(relay) ?? 0) + 1
      this.#daysAway.set(relay, days)
      if (days >= DEAD_AFTER_DAYS) {
        this.#everDead.add(relay)
      }
    }
  }

  #settle(): void {
    const { alice, bob } = this.scene
    const before = recordOf(alice, bob).version
    if (tell(alice).length > 0) {
      this.#known = [...this.#known, recordOf(alice, bob)]
      assert.equal(recordOf(alice, bob).version, before)
    }
  }
}

/** Once all is well again, bob finds a mailbox that is fetched from under every address that he may know. */
export function leadsSomewhere(numRuns: number): void {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
      const play = new Play()
      for (const given of steps) {
        play.do(given)
      }
      play.heal()
      play.check()
    }),
    { numRuns }
  )
}

/**
 * Once bob has the last address for long enough, no relay has anything of the older ones; but for relays that were taken for dead,
 * which erase by themselves what nobody subscribes to.
 */
export function leavesNothing(numRuns: number): void {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 15 }), (steps) => {
      const play = new Play()
      for (const given of steps) {
        play.do(given)
      }
      play.heal()
      const { alice, bob, relays } = play.scene
      for (const days of [22, 22, 22, 1]) {
        receipt(alice, bob)
        play.pass(days)
      }
      receipt(alice, bob)
      const { old } = ownRows(alice, bob)
      assert.ok(old.every(({ servedUntilMs }) => servedUntilMs > alice.nowMs))
      const own = new Set(recordOf(alice, bob).relays.map(({ nodeKey }) => nodeKey))
      for (const relay of Object.values(relays)) {
        if (old.length === 0 && !own.has(relay.nodeKey) && !play.wasDead(relay)) {
          assert.equal(relay.mailboxes.size, 0)
        }
      }
    }),
    { numRuns }
  )
}
