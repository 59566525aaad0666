/**
 * Two people, one of whom may have two devices, their relays, and what may happen to all of them, in any order. At the end all is
 * well again, and what must come of it is looked at.
 */
import type { ContactId, SignedDeviceList } from '@sealpost/protocol'
import { keysUnder, readMessage, type StoredMessage } from '@sealpost/core'
import { sessionKey } from '../../src/peer/keys.ts'
import { contactId, DAY_MS, deviceList, HOUR_MS, identity, MINUTE_MS } from '../peer/cast.ts'
import { type Breakage, breakSession } from './fake-sessions.ts'
import type { Misfortune } from './misfortunes.ts'
import { PairHome } from './pair-home.ts'
import type { PairRelay } from './pair-relay.ts'
import { Truth } from './truth.ts'
import { World } from './world.ts'

const RELAYS = ['rita', 'rosa', 'ruth'] as const
/** Long enough for everybody to be at their relays. */
const BEGIN_MS = 20_000
const SLEEP_MS: number = 3.5 * DAY_MS

export interface PlayInit {
  readonly seed: number
  readonly relayCount: 2 | 3
  readonly bobsDevices: 1 | 2
}

export class Play {
  readonly world: World
  readonly truth: Truth
  readonly homes: readonly PairHome[]
  readonly relays: readonly PairRelay[]
  /** Texts that were durable at who wrote them, by home. */
  readonly promised = new Map<PairHome, string[]>()
  /** What stood above each text where it was written. */
  readonly above = new Map<string, ReadonlySet<string>>()
  /** How often each took something back, durably. */
  readonly recallCounts = new Map<PairHome, number>()
  /** Who blocked the other, and may again. Where both did, neither can tell the other where they are: that takes a new link. */
  blocker: PairHome | undefined
  /** Sessions as they once were. */
  readonly #earlier = new Map<string, Uint8Array | undefined>()
  readonly #isTwo: boolean
  #textCount = 0

  constructor({ seed, relayCount, bobsDevices }: PlayInit) {
    this.world = new World(seed, RELAYS.slice(0, relayCount))
    this.truth = new Truth(this.world)
    this.relays = this.world.relays
    this.#isTwo = bobsDevices === 2
    const lists = new Map<string, SignedDeviceList>([
      ['alice', deviceList(1, 1)],
      ['bob', bobsDevices === 2 ? deviceList(1, 1, 2) : deviceList(1, 1)]
    ])
    const devices: readonly (readonly [string, number])[] = [
      ['alice', 1],
      ['bob', 1],
      ...(bobsDevices === 2 ? [['bob', 2] as const] : [])
    ]
    this.homes = devices.map(([person, device], index) => {
      const list = lists.get(person) ?? deviceList(1, 1)
      return new PairHome(this.world, this.truth, {
        person,
        device,
        deviceList: list,
        relays: this.relays,
        seed: seed * 8 + index
      })
    })
    this.world.homes.push(...this.homes)
    for (const home of this.homes) {
      const other = this.otherOf(home)
      home.knows(other, lists.get(other) ?? deviceList(1, 1))
    }
    for (const home of this.homes) {
      for (const other of this.homes.filter(({ person }) => person !== home.person)) {
        home.reaches(other)
      }
    }
    for (const home of this.homes) {
      this.promised.set(home, [])
      home.setOnline(true)
    }
    this.world.advance(BEGIN_MS)
  }

  otherOf({ person }: PairHome): string {
    return person === 'alice' ? 'bob' : 'alice'
  }

  contactOf(home: PairHome): ContactId {
    return contactId(this.otherOf(home))
  }

  #home(index: number): PairHome {
    const home = this.homes[index % this.homes.length]
    if (home === undefined) {
      throw new Error('there are no homes')
    }
    return home
  }

  #relay(index: number): PairRelay {
    const relay = this.relays[index % this.relays.length]
    if (relay === undefined) {
      throw new Error('there are no relays')
    }
    return relay
  }

  // ---- what may happen

  do(given: Misfortune): void {
    switch (given.type) {
      case 'say':
        this.#say(this.#home(given.home), given)
        break
      case 'recall':
        this.#recall(this.#home(given.home), given.which)
        break
      case 'show':
        this.#show(this.#home(given.home))
        break
      case 'pass':
        this.world.advance(given.ms)
        break
      case 'sleep':
        this.world.sleep(given.ms)
        this.world.advance(MINUTE_MS)
        break
      case 'crash':
        this.#crash(this.#home(given.home), given)
        break
      case 'stop':
        this.#home(given.home).crash()
        break
      case 'start':
        this.#home(given.home).start()
        break
      case 'wipe-all':
        for (const relay of this.relays) {
          relay.stop(true)
        }
        break
      case 'cut':
        this.#cut(this.#home(given.home), given)
        break
      case 'online':
        this.#home(given.home).setOnline(given.is)
        break
      case 'relay':
        this.#toRelay(this.#relay(given.relay), given.what)
        break
      case 'clock':
        this.#home(given.home).setClock(given.offsetMs)
        break
      case 'relay-clock':
        this.#relay(given.relay).setClock(given.offsetMs)
        break
      case 'break-session':
        this.#breakSession(given.from, given.to, given.breakage)
        break
      case 'direct':
        this.#direct(given.is)
        break
      case 'move':
        this.#move(this.#home(given.home), new Set(given.relays.map((at) => this.#relay(at))))
        break
      case 'block':
        this.#block(this.#home(given.home), given.is)
        break
      case 'away':
        this.#away(this.#home(given.home), given.weeks)
    }
    this.world.advance(given.thenMs)
  }

  #say(home: PairHome, { count, isUnheard }: Extract<Misfortune, { type: 'say' }>): void {
    for (const other of isUnheard ? this.homes : []) {
      if (other.person !== home.person) {
        other.setOnline(false)
      }
    }
    this.say(home, count)
  }

  say(home: PairHome, count: number): void {
    if (!home.isRunning) {
      return
    }
    for (let at = 0; at < count; at++) {
      this.#textCount += 1
      const text = `${String(this.#textCount)} by ${home.name}`
      home.client.say(this.contactOf(home), { type: 'text', text }, () => {
        this.promised.get(home)?.push(text)
        const texts = this.messages(home).map((message) => message.text)
        this.above.set(text, new Set(texts.slice(0, texts.indexOf(text))))
      })
    }
  }

  #recall(home: PairHome, which: number): void {
    const own = this.messages(home).filter(
      ({ kind, withdrawnAtMs }) => kind === 'sent' && withdrawnAtMs === undefined
    )
    const message = own.at(-1 - (which % Math.max(1, own.length)))
    if (message?.messageId !== undefined) {
      const { messageId, number } = message
      home.client.say(this.contactOf(home), { type: 'withdrawal', messageId, number }, () => {
        this.recallCounts.set(home, (this.recallCounts.get(home) ?? 0) + 1)
      })
    }
  }

  #show(home: PairHome): void {
    const contact = this.contactOf(home)
    const messages = this.messages(home)
      .filter(({ kind }) => kind === 'received')
      .map(({ device, number, key }) => ({ contactId: contact, device, number, messageKey: key }))
    home.give({ type: 'shown', messages })
  }

  #crash(
    home: PairHome,
    { inputs, performed, downMs }: Extract<Misfortune, { type: 'crash' }>
  ): void {
    if (home.isRunning) {
      home.crashIn = { inputs, performed, downMs }
    }
  }

  #cut(
    home: PairHome,
    { relay, frames, isSilent }: { relay: number; frames: number; isSilent: boolean }
  ): void {
    for (const link of this.world.links) {
      if (link.home === home && link.relay === this.#relay(relay) && !link.isOver) {
        link.framesLeft = frames
        // What was swallowed once never comes.
        link.isSilent ||= isSilent
      }
    }
  }

  #toRelay(relay: PairRelay, what: 'up' | 'down' | 'wipe' | 'busy' | 'lie' | 'honest'): void {
    switch (what) {
      case 'up':
        relay.isUp = true
        return
      case 'down':
        relay.isUp = false
        relay.stop(false)
        return
      case 'wipe':
        relay.stop(true)
        return
      case 'busy':
        relay.busyUntilMs = this.world.nowMs + 10 * MINUTE_MS
        return
      case 'lie':
        this.#lie(relay)
        return
      case 'honest':
        relay.isLying = false
    }
  }

  /** One of three, wherever anybody is reached: who trusts a single liar is lost. */
  #lie(relay: PairRelay): void {
    const areMany = this.homes.every(({ machine }) => machine.account.relays.length > 2)
    if (areMany && this.relays.every(({ isLying }) => !isLying)) {
      relay.isLying = true
      this.truth.hadLiar = true
    }
  }

  #move(home: PairHome, relays: ReadonlySet<PairRelay>): void {
    if (relays.size > 2 || this.relays.every(({ isLying }) => !isLying)) {
      const addresses = [...relays].map(({ address }) => address)
      home.give({ type: 'relays-changed', relays: addresses })
    }
  }

  #breakSession(from: number, to: number, breakage: Breakage): void {
    const home = this.#home(from)
    const others = this.homes.filter(({ person }) => person !== home.person)
    const other = others[to % others.length]
    if (other === undefined || !home.isRunning) {
      return
    }
    const key = sessionKey(identity(other.person), other.account.device)
    const name = `${home.name} ${key}`
    const earlier = this.#earlier.get(name)
    this.#earlier.set(name, home.rows.get({ table: 'session', key }))
    const mutations = breakSession(home.rows, key, breakage, earlier)
    if (mutations.length > 0) {
      this.truth.isRolledBack ||= breakage === 'rolled-back'
      home.give({ type: 'timeout' }, mutations)
    }
  }

  #direct(is: boolean): void {
    this.world.direct.isUp = is
    if (!is) {
      this.world.direct.drop()
    }
  }

  #block(home: PairHome, is: boolean): void {
    this.blocker ??= home
    if (this.blocker === home) {
      home.give({ type: is ? 'block' : 'unblock', contactId: this.contactOf(home) })
    }
  }

  /** One device is silent, and the others write now and then. */
  #away(home: PairHome, weeks: number): void {
    home.setOnline(false)
    for (let slept = 0; slept < weeks * 2; slept++) {
      this.world.sleep(SLEEP_MS)
      this.world.advance(2 * MINUTE_MS)
      for (const other of this.homes) {
        if (other !== home && slept % 3 === 0) {
          this.say(other, 1)
        }
      }
      this.world.advance(2 * MINUTE_MS)
    }
    home.setOnline(true)
  }

  // ---- all is well again

  /** @param isSaying whether everybody has a last word. */
  heal(isSaying: boolean): void {
    for (const relay of this.relays) {
      relay.isUp = true
      relay.isLying = false
      relay.busyUntilMs = 0
      relay.setClock(0)
    }
    for (const link of this.world.links) {
      link.framesLeft = undefined
    }
    for (const home of this.homes) {
      home.crashIn = undefined
      home.start()
      home.setClock(0)
      home.give({ type: 'unblock', contactId: this.contactOf(home) })
      home.setOnline(true)
      if (isSaying) {
        this.say(home, 1)
      }
    }
  }

  /** Time passes until nothing is on its way any more, or for longer than anything is waited for: 6 hours, a day for gaps. */
  settle(): void {
    const rounds = [
      ...Array<number>(2).fill(0),
      ...Array<number>(6).fill(HOUR_MS),
      ...Array<number>(8).fill(6 * HOUR_MS),
      ...Array<number>(3).fill(DAY_MS)
    ]
    for (const sleepMs of rounds) {
      this.world.sleep(sleepMs)
      this.world.advance(10 * MINUTE_MS)
      if (this.isSettled) {
        return
      }
    }
  }

  get isSettled(): boolean {
    return this.homes.every((home) => {
      const contact = this.contactOf(home)
      const isWhole = this.homes
        .filter(({ person }) => person !== home.person)
        .every(({ account }) => home.machine.gaps(contact, account.device).length === 0)
      const isRead = this.messages(home).every(({ kind }) => kind !== 'unreadable')
      const isEmpty = (['outbox', 'recall', 'withdrawal'] as const).every(
        (table) => home.rows.count(table) === 0
      )
      return isWhole && isRead && isEmpty
    })
  }

  /** A conversation as a home has it, in its order. */
  messages(home: PairHome): readonly StoredMessage[] {
    const limit = Number.MAX_SAFE_INTEGER
    const range = { table: 'message' as const, ...keysUnder(this.contactOf(home)), limit }
    return home.rows.range(range).rows.map((row) => readMessage(row))
  }
}
