/**
 * First contact among misfortunes: links that are made and opened, twice at times, while either side is killed after whatever
 * commit, closed, or away for days, and relays stop, start and lose what they held; and public addresses whose requests are
 * accepted late. Once all is well the two know each other, and what was said meanwhile arrives.
 */
import assert from 'node:assert/strict'
import type { SeededRandom } from '@sealpost/host/testing'
import { type Person, toldOnly } from './scenario-people.ts'
import type { Meeting, Name } from './scenario-plan.ts'
import { killHome, personOf, relayOf, sideOf, type Stage } from './scenario-stage.ts'
import { LINK_LIFE_MS } from './scenario-meeting.ts'

const MINUTE_MS = 60_000
const HOUR_MS: number = 60 * MINUTE_MS

type MeetingStep =
  | { readonly type: 'invite' | 'add' | 'open' | 'close' | 'say'; readonly who: Name }
  | { readonly type: 'accept' }
  /** Killed after so many more commits. */
  | {
      readonly type: 'kill-after'
      readonly who: Name
      readonly commits: number
      readonly untoldCount: number
    }
  | { readonly type: 'stop' | 'start' | 'wipe' | 'cut'; readonly relay: number }
  | { readonly type: 'pass' | 'skip'; readonly ms: number }

export interface TroubledMeeting extends Meeting {
  readonly steps: readonly MeetingStep[]
}

// ---- what is drawn

export function drawMeeting(
  random: SeededRandom,
  meeting: Meeting,
  relayCount: number
): TroubledMeeting {
  const { inviter, guest, how } = meeting
  const first: MeetingStep[] = [
    { type: 'invite', who: inviter },
    { type: 'add', who: guest }
  ]
  const second: MeetingStep[] = [
    { type: 'invite', who: guest },
    { type: 'add', who: inviter }
  ]
  const deeds = how !== 'both' ? first : random.chance(0.5) ? alternating(first, second) : first
  const adders = how === 'both' ? [inviter, guest] : [guest]
  let down: number | undefined
  const trouble = (): MeetingStep => {
    const who = random.pick([inviter, guest])
    const relay = random.below(relayCount)
    const drawn = random.below(16)
    if (drawn < 4) {
      const [commits, untoldCount] = [1 + random.below(8), random.below(3)]
      return { type: 'kill-after', who, commits, untoldCount }
    }
    if (drawn < 7) {
      return { type: 'pass', ms: random.pick([50, 200, 1_000, 5_000, MINUTE_MS, 10 * MINUTE_MS]) }
    }
    if (drawn < 9) {
      const type = down === undefined ? 'stop' : 'start'
      const step: MeetingStep = { type, relay: down ?? relay }
      down = down === undefined ? relay : undefined
      return step
    }
    switch (drawn) {
      case 9:
        return { type: 'wipe', relay }
      case 10:
        return { type: 'cut', relay }
      case 11:
        return { type: 'skip', ms: random.pick([6, 30, 80]) * HOUR_MS }
      case 12:
        return { type: random.pick(['open', 'close']), who }
      case 13:
        return { type: 'accept' }
      default:
        return { type: drawn === 14 ? 'add' : 'say', who: random.pick(adders) }
    }
  }
  const steps = deeds.flatMap((deed) => [
    ...Array.from({ length: random.below(3) }, trouble),
    deed,
    ...Array.from({ length: random.below(4) }, trouble)
  ])
  const rest = Array.from({ length: 2 + random.below(6) }, trouble)
  const all = how === 'both' && deeds === first ? [...steps, ...second] : steps
  return { ...meeting, steps: [...all, ...rest] }
}

function alternating(
  first: readonly MeetingStep[],
  second: readonly MeetingStep[]
): readonly MeetingStep[] {
  return first.flatMap((step, at) => [step, ...second.slice(at, at + 1)])
}

// ---- how it is played

export async function meetInTrouble(stage: Stage, meeting: TroubledMeeting): Promise<void> {
  await new Encounter(stage, meeting).play()
}

class Encounter {
  readonly #stage: Stage
  readonly #meeting: TroubledMeeting
  readonly #links = new Map<Name, string>()
  /** At which commit of whose home it is killed. */
  readonly #kills = new Map<Name, { readonly atCommit: number; readonly untoldCount: number }>()

  constructor(stage: Stage, meeting: TroubledMeeting) {
    this.#stage = stage
    this.#meeting = meeting
  }

  async play(): Promise<void> {
    for (const step of this.#meeting.steps) {
      await this.#do(step)
    }
    await this.#end()
  }

  async #do(step: MeetingStep): Promise<void> {
    const { world } = this.#stage
    switch (step.type) {
      case 'invite':
        return this.#invite(step.who)
      case 'add':
        return this.#add(step.who)
      case 'say':
        return this.#say(step.who)
      case 'accept':
        return this.#accept()
      case 'open':
        return this.#stage.open(this.#person(step.who))
      case 'close':
        return this.#stage.close(this.#person(step.who))
      case 'kill-after': {
        const { commits, untoldCount } = step
        const atCommit = this.#person(step.who).home.disk.commitCount + commits
        this.#kills.set(step.who, { atCommit, untoldCount })
        return undefined
      }
      case 'pass':
        return this.#pass(step.ms)
      case 'skip':
        return world.skip(step.ms)
      case 'stop':
        return world.run(relayOf(this.#stage, step.relay).stop())
      case 'start':
        return this.#start(step.relay)
      case 'wipe':
        return world.run(relayOf(this.#stage, step.relay).wipe())
      case 'cut':
        world.network.cut(relayOf(this.#stage, step.relay).address.nodeKey)
    }
  }

  async #start(relay: number): Promise<void> {
    const { isUp } = relayOf(this.#stage, relay)
    await (isUp ? undefined : this.#stage.world.run(relayOf(this.#stage, relay).start()))
  }

  #person(name: Name): Person {
    return personOf(this.#stage, name)
  }

  #otherThan(name: Name): Name {
    const { inviter, guest } = this.#meeting
    return name === inviter ? guest : inviter
  }

  /** Time passes; whoever is to be killed is, as soon as that commit is made. */
  async #pass(ms: number): Promise<void> {
    const stepMs = Math.max(5, ms / 400)
    for (let passed = 0; passed < ms; passed += stepMs) {
      await this.#stage.world.pass(stepMs, stepMs)
      this.#killThoseDue()
    }
  }

  #killThoseDue(): void {
    for (const [name, { atCommit, untoldCount }] of this.#kills) {
      const person = this.#person(name)
      if (person.home.disk.commitCount >= atCommit) {
        this.#kills.delete(name)
        killHome(person, untoldCount)
      }
    }
  }

  /** Does what somebody wants until it is done, their home is killed, or ten seconds are over. @returns what came of it. */
  async #try<Result>(
    name: Name,
    begin: (person: Person) => Promise<Result>
  ): Promise<Result | undefined> {
    const person = this.#person(name)
    await this.#stage.open(person)
    let end: { readonly result?: Result; readonly error?: unknown } | undefined
    begin(person).then(
      (result) => {
        end = { result }
      },
      (error: unknown) => {
        end = { error }
      }
    )
    for (let turns = 0; turns < 2_000 && end === undefined && person.isOpen; turns++) {
      await this.#pass(5)
    }
    if (end?.error !== undefined) {
      toldOnly(end.error)
    }
    return end?.result
  }

  /** Makes a link; there is none where no relay that could be reached has it. */
  async #invite(who: Name): Promise<void> {
    const isReusable = this.#meeting.how === 'public'
    const expiresInMs = isReusable ? undefined : LINK_LIFE_MS
    await this.#try(who, async ({ home }) => {
      const { link } = await home.client.invite({ isReusable, expiresInMs })
      this.#links.set(who, link)
    })
  }

  /** Opens the other's link; once more where the home was killed before it knew of it, as a person would. */
  async #add(who: Name): Promise<void> {
    const name = this.#otherThan(who)
    const link = this.#links.get(name)
    if (link === undefined) {
      return
    }
    const contact = await this.#try(who, ({ home }) => home.client.add(link, { name }))
    if (contact !== undefined) {
      sideOf(this.#person(who), name).contactId = contact.contactId
    }
  }

  /** Makes up for a link that was never published, or never opened. */
  async #addIfUnknown(who: Name): Promise<void> {
    const name = this.#otherThan(who)
    const contacts = await this.#stage.world.run(this.#person(who).home.client.contacts())
    if (!contacts.some((contact) => contact.name === name)) {
      await (this.#links.has(name) ? undefined : this.#invite(name))
      await this.#add(who)
    }
  }

  /** Writes to somebody who may not have answered yet. */
  async #say(who: Name): Promise<void> {
    const to = this.#otherThan(who)
    const side = sideOf(this.#person(who), to)
    await this.#try(who, async ({ home }) => {
      const contact = (await home.client.contacts()).find(({ name }) => name === to)
      if (contact !== undefined) {
        side.triedCount += 1
        const text = `${who} to ${to} ${String(side.triedCount)}`
        await home.client.send(contact.contactId, text)
        side.promised.push(text)
      }
    })
  }

  async #accept(): Promise<void> {
    await this.#try(this.#meeting.inviter, async ({ home }) => {
      for (const { contactId } of home.client.requests()) {
        await home.client.acceptRequest(contactId)
      }
    })
  }

  // ---- the end

  /** All is well again, and the two come to know each other, soon or within days. */
  async #end(): Promise<void> {
    const { inviter, guest, how } = this.#meeting
    const { world } = this.#stage
    this.#kills.clear()
    for (const at of world.relays.keys()) {
      await this.#start(at)
    }
    for (const who of [inviter, guest]) {
      await this.#stage.open(this.#person(who))
    }
    const waits = [
      ...Array.from({ length: 60 }, () => () => world.pass(1_000, 20)),
      ...Array.from({ length: 12 }, () => () => world.pass(10 * MINUTE_MS, 1_000)),
      ...Array.from({ length: 16 }, () => async () => {
        await world.skip(12 * HOUR_MS)
        await world.pass(12 * MINUTE_MS, 1_000)
      })
    ]
    for (const wait of waits) {
      await wait()
      for (const who of how === 'both' ? [inviter, guest] : [guest]) {
        await this.#addIfUnknown(who)
      }
      await this.#accept()
      const [alice, bob] = [this.#person(inviter), this.#person(guest)]
      if ((await this.#knows(alice, guest)) && (await this.#knows(bob, inviter))) {
        return
      }
    }
    const ends = await Promise.all(
      [inviter, guest].map(async (who) => {
        const contacts = await world.run(this.#person(who).home.client.contacts())
        return `${who}: ${contacts.map(({ name, standing }) => `${name} ${standing}`).join()}`
      })
    )
    assert.fail(`${inviter} and ${guest} do not come to know each other: ${ends.join('; ')}`)
  }

  /**
   * Whether somebody is an accepted contact. A link that one has used oneself, and opens again, leads nowhere the second time;
   * where the relay has lost it, that is only known once it expires.
   */
  async #knows(person: Person, to: Name): Promise<boolean> {
    const contacts = await this.#stage.world.run(person.home.client.contacts())
    const found = contacts.filter(({ profileName, name }) => profileName === to || name === to)
    const [accepted, ...others] = found.filter(({ standing }) => standing === 'accepted')
    sideOf(person, to).contactId = accepted?.contactId
    return (
      accepted !== undefined &&
      others.length === 0 &&
      contacts.every(
        ({ standing, name }) => standing !== 'pending' && (name !== to || standing === 'accepted')
      )
    )
  }
}
