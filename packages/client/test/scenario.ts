/** Plays a scenario with whole clients, and looks whether what it says is true, while it goes on and at its end. */
import assert from 'node:assert/strict'
import { formatRelayAddress } from '@sealpost/protocol'
import type { Message } from '../src/index.ts'
import {
  backUpHome,
  contactNamed,
  meetAgain,
  restoreLostHome,
  watchDenials
} from './scenario-homes.ts'
import { describePlan, type Name, type Step } from './scenario-plan.ts'
import { hasDevices, isWovenStep, playWovenStep, type WovenPlan } from './scenario-kinds.ts'
import { closeOthers, gatherDevices, putDevicesRight, sayFromAll } from './scenario-devices.ts'
import { checkDevices } from './scenario-devices-claims.ts'
import { meetInTrouble } from './scenario-first-contact.ts'
import { meet } from './scenario-meeting.ts'
import type { Stage } from './scenario-stage.ts'
import {
  checkConversation,
  checkNoStorm,
  checkRows,
  describeMessages,
  isDelivered,
  isOver
} from './scenario-claims.ts'
import { contactOf, nothing, type Person, type Side, toldOnly } from './scenario-people.ts'
import { type TestRelay, World } from './world.ts'

const MINUTE_MS = 60_000
const HOUR_MS: number = 60 * MINUTE_MS
const DAY_MS: number = 24 * HOUR_MS
/** Steps between two looks at what is claimed. */
const LOOK_EVERY = 6
const ALL = { limit: 10_000 }
/** How much had to happen until all was well. */
export interface Outcome {
  readonly messageCount: number
  /** What was waited for at the end: 0 for seconds, up to weeks. */
  readonly settledAfter: number
}

class Scenario {
  readonly #plan: WovenPlan
  readonly #world = new World()
  readonly #people = new Map<Name, Person>()
  readonly #backups = new Map<number, ReturnType<TestRelay['backUp']>>()
  readonly #stage: Stage = {
    world: this.#world,
    people: this.#people,
    open: (person) => this.#open(person),
    close: (person) => this.#close(person)
  }

  constructor(plan: WovenPlan) {
    this.#plan = plan
  }

  /** @throws AssertionError with all that happened, where something is not as it should be. */
  async play(): Promise<Outcome> {
    let at = 0
    try {
      await this.#begin()
      for (const step of this.#plan.steps) {
        at += 1
        await (isWovenStep(step) ? playWovenStep(this.#stage, step) : this.#do(step))
        await this.#world.pass(20, 5)
        if (at % LOOK_EVERY === 0) {
          await this.#look()
        }
      }
      at = -1
      await this.#makeWell()
      const settledAfter = await this.#converge()
      at = -100 - settledAfter
      await this.#check()
      return { messageCount: this.#messageCount(), settledAfter }
    } catch (error) {
      const place = `${describePlan(this.#plan)}\nafter step ${String(at)}${await this.#describe()}`
      throw new Error(
        `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n${place}`,
        { cause: error }
      )
    }
  }

  // ---- the beginning

  async #begin(): Promise<void> {
    const { relayCount, people, meetings } = this.#plan
    await this.#world.addRelays(relayCount, {
      depositsPerSecond: 1_000,
      depositBurst: 1_000,
      mailboxDepositsPerMinute: 100_000
    })
    for (const { name, relays, clockErrorMs } of people) {
      const home = await this.#world.addHome(
        name,
        relays.map((relay) => this.#relay(relay)),
        this.#plan.direct.get(name)
      )
      home.clockErrorMs = clockErrorMs
      await home.open()
      const sides = people
        .filter((other) => other.name !== name)
        .map((other): [Name, Side] => [
          other.name,
          {
            to: other.name,
            contactId: undefined,
            triedCount: 0,
            promised: [],
            recalled: new Set(),
            wasBlocked: false,
            isBlocking: false
          }
        ])
      this.#people.set(name, {
        name,
        home,
        lost: [],
        backup: undefined,
        denied: new Set(),
        isOpen: true,
        isOnline: true,
        others: [],
        gone: [],
        sides: new Map(sides)
      })
    }
    for (const meeting of meetings) {
      await ('steps' in meeting ? meetInTrouble(this.#stage, meeting) : meet(this.#stage, meeting))
    }
  }

  // ---- the steps

  async #do(step: Step): Promise<void> {
    switch (step.type) {
      case 'say':
        return this.#say(step)
      case 'recall':
        return this.#recall(this.#person(step.who), step.to)
      case 'read':
        return this.#read(this.#person(step.who))
      case 'kill':
        this.#kill(this.#person(step.who), step.untoldCount)
        return undefined
      case 'open':
        return this.#open(this.#person(step.who))
      case 'close':
        return this.#close(this.#person(step.who))
      case 'go-offline':
      case 'go-online':
        return this.#setOnline(this.#person(step.who), step.type === 'go-online')
      case 'clock':
        this.#person(step.who).home.clockErrorMs = step.errorMs
        return undefined
      case 'relay-clock':
        this.#relay(step.relay).clockErrorMs = step.errorMs
        return undefined
      case 'lie':
        this.#relay(step.relay).lie = step.lie
        return undefined
      case 'add-relay':
      case 'remove-relay':
        return this.#move(step)
      case 'block':
      case 'unblock':
        return this.#block(step)
      case 'back-up-home':
        return this.#backUp(this.#person(step.who))
      case 'restore-home':
        return this.#restore(this.#person(step.who))
      case 'disk-fails':
        return this.#failDisk(this.#person(step.who))
      case 'pass':
        return this.#world.pass(step.ms, Math.max(50, step.ms / 200))
      case 'skip':
        return this.#world.skip(step.ms)
      default:
        return this.#relayStep(step.type, step.relay)
    }
  }

  async #say({ who, to, count, isAwaited }: Extract<Step, { type: 'say' }>): Promise<void> {
    const person = this.#person(who)
    const side = this.#side(person, to)
    await this.#open(person)
    for (let number = 0; number < count; number++) {
      side.triedCount += 1
      const text = `${who} to ${to} ${String(side.triedCount)}`
      const sending = person.home.client
        .send(contactOf(side), text)
        .then(() => {
          side.promised.push(text)
        })
        .catch(toldOnly)
      if (isAwaited) {
        await this.#world.run(sending)
      }
    }
  }

  async #recall(person: Person, to: Name): Promise<void> {
    await this.#open(person)
    const { client } = person.home
    const side = this.#side(person, to)
    const last = (await this.#sent(person, side)).findLast(
      ({ withdrawnAtMs }) => withdrawnAtMs === undefined
    )
    if (last?.messageId !== undefined) {
      side.recalled.add(last.text)
      await this.#world.run(client.recall(last.messageId).then(nothing, toldOnly))
    }
  }

  async #read(person: Person): Promise<void> {
    await this.#open(person)
    const { client } = person.home
    await this.#world.run(client.markShown(await this.#world.run(client.received(ALL))))
  }

  #kill(person: Person, untoldCount: number): void {
    if (person.isOpen) {
      person.home.kill(untoldCount)
      person.isOpen = false
    }
  }

  async #open(person: Person): Promise<void> {
    if (!person.isOpen) {
      const client = await this.#world.run(person.home.open())
      person.isOpen = true
      watchDenials(person)
      if (!person.isOnline) {
        client.setOnline(false)
      }
    }
  }

  async #close(person: Person): Promise<void> {
    if (person.isOpen) {
      await this.#world.run(person.home.close())
      person.isOpen = false
    }
  }

  async #setOnline(person: Person, isOnline: boolean): Promise<void> {
    person.isOnline = isOnline
    await this.#open(person)
    person.home.client.setOnline(isOnline)
  }

  async #move({
    type,
    who,
    relay
  }: Extract<Step, { type: 'add-relay' | 'remove-relay' }>): Promise<void> {
    const person = this.#person(who)
    await this.#open(person)
    const { client } = person.home
    const { address } = this.#relay(relay)
    const moving =
      type === 'add-relay'
        ? client.addRelay(formatRelayAddress(address))
        : client.removeRelay(address.nodeKey)
    await this.#world.run(moving.then(nothing, toldOnly))
  }

  async #block({ type, who, to }: Extract<Step, { type: 'block' | 'unblock' }>): Promise<void> {
    const person = this.#person(who)
    await this.#open(person)
    const side = this.#side(person, to)
    side.wasBlocked = true
    side.isBlocking = type === 'block'
    this.#side(this.#person(to), who).wasBlocked = true
    const { client } = person.home
    const deciding =
      type === 'block' ? client.block(contactOf(side)) : client.unblock(contactOf(side))
    await this.#world.run(deciding.then(nothing, toldOnly))
  }

  /** A name is not kept, and the client opens its store again. */
  async #failDisk(person: Person): Promise<void> {
    await this.#open(person)
    person.home.disk.failNext('commits')
    const [side] = person.sides.values()
    if (side !== undefined) {
      const { client } = person.home
      const name = `${side.to} at ${String(this.#world.clock.monotonicMs())}`
      await this.#world.run(client.rename(contactOf(side), name).then(nothing, toldOnly))
    }
    await this.#world.pass(6_000, 100)
  }

  async #backUp(person: Person): Promise<void> {
    await this.#open(person)
    await backUpHome(this.#world, person)
  }

  /** The home and all it held are lost; another one is made of the last backup, if there is any. */
  async #restore(person: Person): Promise<void> {
    if (person.backup === undefined) {
      return
    }
    this.#kill(person, 0)
    // The hours since the backup tell one device that was made of it from the next.
    await this.#world.pass(HOUR_MS + MINUTE_MS, 10_000)
    await restoreLostHome(this.#world, person)
    await this.#open(person)
    for (const side of person.sides.values()) {
      side.contactId = await contactNamed(this.#world, person, side.to)
    }
  }

  async #relayStep(
    type: 'stop' | 'start' | 'wipe' | 'back-up' | 'restore' | 'cut' | 'stall' | 'heal',
    number: number
  ): Promise<void> {
    const relay = this.#relay(number)
    switch (type) {
      case 'stop':
        return this.#world.run(relay.stop())
      case 'start':
        return relay.isUp ? undefined : this.#world.run(relay.start())
      case 'wipe':
        return this.#world.run(relay.wipe())
      case 'back-up':
        this.#backups.set(number, relay.backUp())
        return undefined
      case 'restore':
        return this.#world.run(relay.restore(this.#backups.get(number) ?? []))
      case 'cut':
        this.#world.network.cut(relay.address.nodeKey)
        return undefined
      case 'stall':
        this.#world.network.stall(relay.address.nodeKey)
        return undefined
      case 'heal':
        this.#world.network.heal(relay.address.nodeKey)
    }
  }

  // ---- the end

  /** Nothing is ill, wrong or away any more. */
  async #makeWell(): Promise<void> {
    for (const relay of this.#world.relays) {
      relay.lie = undefined
      relay.clockErrorMs = 0
      if (!relay.isUp) {
        await this.#world.run(relay.start())
      }
    }
    this.#world.network.heal()
    this.#world.network.cut()
    for (const person of this.#people.values()) {
      person.home.clockErrorMs = 0
      person.isOnline = true
      await this.#open(person)
      person.home.client.setOnline(true)
    }
    await this.#unblockAll()
    await gatherDevices(this.#stage)
    // The device at hand may hear only now that another one had blocked somebody.
    await this.#unblockAll()
    // Clocks are looked at once a minute.
    await this.#world.pass(2 * MINUTE_MS, 500)
    await sayFromAll(this.#stage, (who, to) =>
      this.#say({ type: 'say', who, to, count: 1, isAwaited: true })
    )
  }

  async #unblockAll(): Promise<void> {
    for (const person of this.#people.values()) {
      for (const side of [...person.sides.values()].filter(({ wasBlocked }) => wasBlocked)) {
        const { standing } = await this.#world.run(person.home.client.contact(contactOf(side)))
        if (side.isBlocking || standing === 'blocked') {
          await this.#block({ type: 'unblock', who: person.name, to: side.to })
        }
      }
    }
  }

  /** Lets time pass until everything is delivered. @returns how much it took. */
  async #converge(): Promise<number> {
    const waits: readonly (() => Promise<void>)[] = [
      () => this.#world.pass(5_000, 50),
      () => this.#world.pass(MINUTE_MS, 500),
      () => this.#world.pass(30 * MINUTE_MS, 5_000),
      () => this.#world.skip(7 * HOUR_MS),
      () => this.#world.skip(25 * HOUR_MS),
      () => this.#world.skip(11 * DAY_MS),
      () => this.#world.skip(11 * DAY_MS)
    ]
    for (const [at, wait] of waits.entries()) {
      await wait()
      // Relays that were lost meanwhile are dialled every few minutes.
      await this.#world.pass(12 * MINUTE_MS, 1_000)
      await meetAgain(this.#world, this.#people)
      await putDevicesRight(this.#stage)
      await this.#look()
      if (await this.#isSettled()) {
        return at
      }
    }
    return waits.length
  }

  /** Whether everything is delivered; of those where one blocked the other, the last word. */
  async #isSettled(): Promise<boolean> {
    if (hasDevices(this.#plan)) {
      return checkDevices(this.#stage).then(
        () => true,
        () => false
      )
    }
    for (const person of this.#people.values()) {
      if (person.home.disk.rows('outbox').length > 0) {
        return false
      }
      for (const side of person.sides.values()) {
        const sent = (await this.#sent(person, side)).filter((message) => !isOver(message))
        const { missingCount } = await this.#world.run(person.home.client.contact(contactOf(side)))
        const mayBeOpen = side.wasBlocked || this.#lostCount() > 0
        const owed = mayBeOpen ? sent.slice(-1) : sent
        if ((missingCount > 0 && !mayBeOpen) || !owed.every(isDelivered)) {
          return false
        }
      }
    }
    return true
  }

  /** What is claimed is true: a message that is shown as delivered is held by who it is for. */
  async #look(): Promise<void> {
    if (hasDevices(this.#plan)) {
      return
    }
    for (const person of this.#people.values()) {
      for (const side of person.sides.values()) {
        const other = this.#person(side.to)
        if (person.isOpen && other.isOpen && other.lost.length === 0) {
          const received = await this.#received(other, person.name)
          checkNoStorm(received, `${person.name} to ${other.name}`)
          const held = new Set(received.map(({ text }) => text))
          for (const message of await this.#sent(person, side)) {
            const isHeld = held.has(message.text) || side.recalled.has(message.text)
            assert.ok(
              !isDelivered(message) || isOver(message) || isHeld,
              `${message.text} is shown as ${String(message.state)}, and is not there`
            )
          }
        }
      }
    }
  }

  async #check(): Promise<void> {
    if (hasDevices(this.#plan)) {
      await checkDevices(this.#stage)
      await closeOthers(this.#stage)
      for (const person of this.#people.values()) {
        await this.#close(person)
      }
      return
    }
    for (const person of this.#people.values()) {
      for (const side of person.sides.values()) {
        await this.#checkSide(person, side)
      }
    }
    for (const { home, lost, name } of this.#people.values()) {
      assert.deepEqual(
        home.log.entries.filter(({ fields }) => fields['code'] === 'SEALPOST_BUG'),
        [],
        `${name} logged no bug`
      )
      const contactCount = this.#people.size - 1
      checkRows(home, name, {
        deviceCount: contactCount + this.#lostCount(),
        copiesCount: contactCount * lost.length
      })
    }
    for (const { log } of this.#world.relays) {
      assert.deepEqual(log.events('error'), [])
    }
    for (const person of this.#people.values()) {
      await this.#close(person)
    }
  }

  async #checkSide(person: Person, side: Side): Promise<void> {
    const other = this.#person(side.to)
    checkConversation({
      where: `${person.name} to ${other.name}`,
      sent: await this.#sent(person, side),
      held: await this.#received(other, person.name),
      missingCount: await this.#namedMissing(other, person.name),
      promised: side.promised,
      recalled: side.recalled,
      wasBlocked: side.wasBlocked,
      senderLosses: person.lost.length,
      recipientLosses: other.lost.length
    })
  }

  // ---- what there is

  /** How many messages of another's somebody knows that they lack: those that may still come, and those that never will. */
  async #namedMissing(person: Person, from: Name): Promise<number> {
    const { client } = person.home
    const contactId = contactOf(this.#side(person, from))
    const { missingCount } = await this.#world.run(client.contact(contactId))
    const messages = await this.#world.run(client.messages(contactId, ALL))
    return messages.reduce((count, message) => count + message.missingCount, missingCount)
  }

  /** What both sides hold, for who has to find out why. */
  async #describe(): Promise<string> {
    const parts: string[] = []
    for (const person of this.#people.values()) {
      for (const side of person.isOpen ? person.sides.values() : []) {
        if (side.contactId !== undefined) {
          const messages = await this.#world.run(person.home.client.messages(side.contactId, ALL))
          parts.push(`\n${person.name} with ${side.to}${describeMessages(messages)}`)
        }
      }
    }
    return parts.join('')
  }

  #messageCount(): number {
    const sides = [...this.#people.values()].flatMap(({ sides: all }) => [...all.values()])
    return sides.reduce((count, { triedCount }) => count + triedCount, 0)
  }

  #lostCount(): number {
    return [...this.#people.values()].reduce((count, { lost }) => count + lost.length, 0)
  }

  async #sent(person: Person, side: Side): Promise<readonly Message[]> {
    const messages = await this.#world.run(person.home.client.messages(contactOf(side), ALL))
    return messages.filter(({ kind }) => kind === 'sent')
  }

  /** What somebody holds of another's words, those that were taken back left out. */
  async #received(person: Person, from: Name): Promise<readonly Message[]> {
    const side = this.#side(person, from)
    const messages = await this.#world.run(person.home.client.messages(contactOf(side), ALL))
    return messages.filter(
      (message) =>
        (message.kind === 'received' && message.withdrawnAtMs === undefined) ||
        message.kind === 'unreadable'
    )
  }

  #person(name: Name): Person {
    const person = this.#people.get(name)
    assert.ok(person !== undefined)
    return person
  }

  #side(person: Person, to: Name): Side {
    const side = person.sides.get(to)
    assert.ok(side !== undefined)
    return side
  }

  #relay(number: number): TestRelay {
    const relay = this.#world.relays[number]
    assert.ok(relay !== undefined)
    return relay
  }
}

export async function playScenario(plan: WovenPlan): Promise<Outcome> {
  return new Scenario(plan).play()
}
