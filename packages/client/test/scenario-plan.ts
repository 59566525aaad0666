/**
 * What happens in a scenario, drawn whole from its seed before anything happens: who there is, how they met, and the steps of their
 * conversations with misfortunes in between. Each scenario has some kinds of misfortune and not others, so that rare ones meet
 * each other often.
 *
 * Four things are never drawn, since only a new link could help: two people who both lose every relay they had while neither
 * could hear of the other's new ones, two who block each other, two who both lose their homes, and an absence longer than relays
 * keep mailboxes.
 */
import { type SeededRandom, seededRandom } from '@sealpost/host/testing'
import type { RelayLie } from './relay-lies.ts'

export type Name = 'alice' | 'bob' | 'carol'

export interface PersonPlan {
  readonly name: Name
  /** Numbers of the world's relays. */
  readonly relays: readonly number[]
  readonly clockErrorMs: number
}

export interface Meeting {
  readonly inviter: Name
  readonly guest: Name
  readonly how: 'one-time' | 'public' | 'both'
}

export type Step =
  | {
      readonly type: 'say'
      readonly who: Name
      readonly to: Name
      readonly count: number
      readonly isAwaited: boolean
    }
  | { readonly type: 'recall'; readonly who: Name; readonly to: Name }
  | { readonly type: 'read'; readonly who: Name }
  | { readonly type: 'kill'; readonly who: Name; readonly untoldCount: number }
  | { readonly type: 'open' | 'close' | 'go-offline' | 'go-online'; readonly who: Name }
  | { readonly type: 'clock'; readonly who: Name; readonly errorMs: number }
  | { readonly type: 'relay-clock'; readonly relay: number; readonly errorMs: number }
  | {
      readonly type: 'stop' | 'start' | 'wipe' | 'back-up' | 'restore' | 'cut'
      readonly relay: number
    }
  | { readonly type: 'lie'; readonly relay: number; readonly lie: RelayLie | undefined }
  | { readonly type: 'add-relay' | 'remove-relay'; readonly who: Name; readonly relay: number }
  | { readonly type: 'block' | 'unblock'; readonly who: Name; readonly to: Name }
  /** A backup file; and the home lost with all it held, and made again of the last one as a new device. */
  | { readonly type: 'back-up-home' | 'restore-home'; readonly who: Name }
  /** The next commit of a home fails. */
  | { readonly type: 'disk-fails'; readonly who: Name }
  /** A relay says nothing any more, and hears nothing, until it is healed. */
  | { readonly type: 'stall' | 'heal'; readonly relay: number }
  /** Everybody who is there does what there is to do. */
  | { readonly type: 'pass'; readonly ms: number }
  /** Days and weeks in which nobody looks. */
  | { readonly type: 'skip'; readonly ms: number }

export interface Plan {
  readonly seed: number
  readonly relayCount: number
  readonly people: readonly PersonPlan[]
  readonly meetings: readonly Meeting[]
  readonly steps: readonly Step[]
}

const HOUR_MS = 3_600_000
const DAY_MS: number = 24 * HOUR_MS
const WEEK_MS: number = 7 * DAY_MS
const NAMES: readonly Name[] = ['alice', 'bob', 'carol']
const CLOCK_ERRORS_MS: readonly number[] = [2 * HOUR_MS, -2 * HOUR_MS, WEEK_MS, -WEEK_MS]
const LIES: readonly RelayLie[] = [
  'stores-nothing',
  'denies',
  'drops-acks',
  'delivers-twice',
  'withholds'
]
/** Weeks that a scenario may last beside what its steps take. */
const WEEKS_MAX = 30

const KINDS = [
  'kills',
  'outages',
  'wipes',
  'restores',
  'cuts',
  'lies',
  'clocks',
  'relay-clocks',
  'absences',
  'moves',
  'recalls',
  'blocks'
] as const
/**
 * Not drawn where others are asked for by name: homes that are lost and restored from a backup, disks that fail, relays that fall
 * silent.
 */
export const FURTHER_KINDS = ['losses', 'disks', 'stalls'] as const

export type FurtherKind = (typeof FURTHER_KINDS)[number]
type Kind = (typeof KINDS)[number] | FurtherKind

export function isFurtherKind(text: string): text is FurtherKind {
  return FURTHER_KINDS.some((kind) => kind === text)
}

interface DrawnPerson {
  readonly name: Name
  readonly relays: number[]
  clockErrorMs: number
}

class Drawing {
  readonly #random: SeededRandom
  readonly #relayCount: number
  readonly #people: readonly DrawnPerson[]
  readonly #kinds: readonly Kind[]
  readonly #steps: Step[] = []
  /** At most one relay is down or lies at a time; another may have a wrong clock. */
  #down: number | undefined
  #liar: number | undefined
  readonly #backups = new Set<number>()
  /** Who made a backup, and how often that home may still be lost: each time another device joins the list. */
  #loser: Name | undefined
  #lossesLeft = 3
  #stalled: number | undefined
  /** The only block of the scenario, which is taken back and made again. */
  #blocking: { readonly who: Name; readonly to: Name } | undefined
  #isBlocked = false
  #weeks = 0

  constructor(
    random: SeededRandom,
    relayCount: number,
    people: readonly DrawnPerson[],
    kinds: readonly Kind[]
  ) {
    this.#random = random
    this.#relayCount = relayCount
    this.#people = people
    this.#kinds = kinds
  }

  draw(stepCount: number): readonly Step[] {
    for (let count = 0; count < stepCount; count++) {
      if (this.#random.chance(0.45)) {
        this.#say(this.#person())
      } else {
        this.#misfortune(this.#random.pick(this.#kinds))
      }
      if (this.#random.chance(0.3)) {
        const ms = this.#random.pick([500, 5_000, 60_000, 20 * 60_000, 3 * HOUR_MS])
        this.#steps.push({ type: 'pass', ms })
      } else if (this.#random.chance(0.1)) {
        this.#steps.push({ type: 'read', who: this.#person().name })
      }
    }
    return this.#steps
  }

  #person(): DrawnPerson {
    return this.#random.pick(this.#people)
  }

  #other({ name }: DrawnPerson): Name {
    return this.#random.pick(this.#people.filter((person) => person.name !== name)).name
  }

  #relay(): number {
    return this.#random.below(this.#relayCount)
  }

  #say(person: DrawnPerson): void {
    const count = 1 + this.#random.below(4)
    const isAwaited = this.#random.chance(0.4)
    this.#steps.push({
      type: 'say',
      who: person.name,
      to: this.#other(person),
      count,
      isAwaited
    })
  }

  #misfortune(kind: Kind): void {
    const person = this.#person()
    const relay = this.#relay()
    switch (kind) {
      case 'kills':
        this.#steps.push({ type: 'kill', who: person.name, untoldCount: this.#random.below(3) })
        return
      case 'outages':
        this.#outage(relay)
        return
      case 'wipes':
        this.#steps.push({ type: 'wipe', relay })
        return
      case 'restores':
        this.#steps.push({ type: this.#backups.has(relay) ? 'restore' : 'back-up', relay })
        this.#backups.add(relay)
        return
      case 'cuts':
        this.#steps.push({ type: 'cut', relay })
        return
      case 'lies':
        this.#lie(relay)
        return
      case 'clocks':
        person.clockErrorMs = person.clockErrorMs === 0 ? this.#random.pick(CLOCK_ERRORS_MS) : 0
        this.#steps.push({ type: 'clock', who: person.name, errorMs: person.clockErrorMs })
        return
      case 'relay-clocks': {
        const errorMs = this.#random.pick([0, ...CLOCK_ERRORS_MS])
        this.#steps.push({ type: 'relay-clock', relay, errorMs })
        return
      }
      case 'absences':
        this.#absence(person)
        return
      case 'moves':
        this.#move(person)
        return
      case 'recalls':
        this.#steps.push({ type: 'recall', who: person.name, to: this.#other(person) })
        return
      case 'blocks':
        this.#block(person)
        return
      case 'losses':
        this.#lose(person)
        return
      case 'disks':
        this.#steps.push({ type: 'disk-fails', who: person.name })
        return
      case 'stalls':
        this.#stall(relay)
    }
  }

  #outage(relay: number): void {
    if (this.#down === undefined) {
      this.#down = relay
      this.#steps.push({ type: 'stop', relay })
    } else {
      this.#heal()
    }
  }

  #lie(relay: number): void {
    const isOver = this.#liar !== undefined
    const lie = isOver ? undefined : this.#random.pick(LIES)
    this.#steps.push({ type: 'lie', relay: this.#liar ?? relay, lie })
    this.#liar = isOver ? undefined : relay
  }

  #lose({ name }: DrawnPerson): void {
    if (this.#loser === undefined || this.#random.chance(0.3)) {
      this.#loser ??= name
      this.#steps.push({ type: 'back-up-home', who: this.#loser })
    } else if (this.#lossesLeft > 0) {
      this.#lossesLeft -= 1
      this.#steps.push({ type: 'restore-home', who: this.#loser })
    }
  }

  #stall(relay: number): void {
    const isOver = this.#stalled !== undefined
    this.#steps.push({ type: isOver ? 'heal' : 'stall', relay: this.#stalled ?? relay })
    this.#stalled = isOver ? undefined : relay
  }

  /** No relay is ill any more. */
  #heal(): void {
    if (this.#down !== undefined) {
      this.#steps.push({ type: 'start', relay: this.#down })
      this.#down = undefined
    }
    if (this.#liar !== undefined) {
      this.#steps.push({ type: 'lie', relay: this.#liar, lie: undefined })
      this.#liar = undefined
    }
    if (this.#stalled !== undefined) {
      this.#stall(this.#stalled)
    }
  }

  #absence(person: DrawnPerson): void {
    const weeks = this.#random.pick([0.2, 1, 1, 3, 3, 8, 20])
    if (this.#weeks + weeks > WEEKS_MAX) {
      return
    }
    this.#weeks += weeks
    const isOffline = this.#random.chance(0.5)
    const who = person.name
    this.#steps.push({ type: isOffline ? 'go-offline' : 'close', who })
    const others = this.#people.filter((other) => other !== person)
    for (const speaker of isOffline ? this.#people : others) {
      if (this.#random.chance(0.5)) {
        this.#say(speaker)
      }
    }
    this.#steps.push({ type: 'skip', ms: (weeks / 2) * WEEK_MS })
    if (this.#random.chance(0.3)) {
      this.#misfortune(this.#random.pick(this.#kinds.filter((kind) => kind !== 'absences')))
    }
    for (const speaker of others) {
      if (this.#random.chance(0.5)) {
        this.#say(speaker)
      }
    }
    this.#steps.push({ type: 'skip', ms: (weeks / 2) * WEEK_MS })
    this.#steps.push({ type: isOffline ? 'go-online' : 'open', who })
  }

  /** Adds a relay, removes one, or leaves all for others. */
  #move(person: DrawnPerson): void {
    const who = person.name
    const free = Array.from({ length: this.#relayCount }, (_, at) => at).filter(
      (relay) => !person.relays.includes(relay)
    )
    if (free.length > 0 && (person.relays.length === 1 || this.#random.chance(0.6))) {
      const former = this.#random.chance(0.4) ? [...person.relays] : []
      const relay = this.#random.pick(free)
      if (who !== 'alice' || former.includes(this.#down ?? -1)) {
        this.#heal()
      }
      this.#steps.push({ type: 'add-relay', who, relay })
      person.relays.push(relay)
      for (const old of former) {
        this.#remove(person, old)
      }
    } else if (person.relays.length > 1) {
      if (who !== 'alice') {
        this.#heal()
      }
      this.#remove(person, this.#random.pick(person.relays))
    }
  }

  #remove(person: DrawnPerson, relay: number): void {
    person.relays.splice(person.relays.indexOf(relay), 1)
    this.#steps.push({ type: 'remove-relay', who: person.name, relay })
  }

  #block(person: DrawnPerson): void {
    this.#blocking ??= { who: person.name, to: this.#other(person) }
    this.#steps.push({ type: this.#isBlocked ? 'unblock' : 'block', ...this.#blocking })
    this.#isBlocked = !this.#isBlocked
  }
}

/** Several of them, each once. */
function some<Item>(random: SeededRandom, items: readonly Item[], count: number): Item[] {
  const left = [...items]
  return Array.from({ length: Math.min(count, left.length) }, () => {
    const at = random.below(left.length)
    return left.splice(at, 1)
  }).flat()
}

/** @param further kinds of misfortune that are drawn from beside those that always are. */
export function drawPlan(seed: number, further: readonly FurtherKind[]): Plan {
  const random = seededRandom(seed)
  const relayCount = 1 + random.below(5)
  const all = Array.from({ length: relayCount }, (_, at) => at)
  const names = NAMES.slice(0, random.chance(0.25) ? 3 : 2)
  const kinds = some<Kind>(random, [...KINDS, ...further], 2 + random.below(6))
  const people = names.map((name): PersonPlan => {
    const isWrong = kinds.includes('clocks') && random.chance(0.5)
    return {
      name,
      relays: some(random, all, 1 + random.below(3)),
      clockErrorMs: isWrong ? random.pick(CLOCK_ERRORS_MS) : 0
    }
  })
  const meetings = names.flatMap((inviter, at) =>
    names.slice(at + 1).map((guest): Meeting => {
      const how = random.pick(['one-time', 'one-time', 'public', 'both'] as const)
      return random.chance(0.5) ? { inviter, guest, how } : { inviter: guest, guest: inviter, how }
    })
  )
  const drawn = people.map((person) => ({ ...person, relays: [...person.relays] }))
  const steps = new Drawing(random, relayCount, drawn, kinds).draw(25 + random.below(35))
  return { seed, relayCount, people, meetings, steps }
}

/** As a failure shows it: enough to see what happened; the seed is enough to do it again. */
export function describePlan({
  seed,
  relayCount,
  people,
  meetings,
  steps
}: Omit<Plan, 'steps'> & { readonly steps: readonly object[] }): string {
  const lines = [
    `seed ${String(seed)}: ${String(relayCount)} relays`,
    ...people.map((person) => JSON.stringify(person)),
    ...meetings.map((meeting) => JSON.stringify(meeting)),
    ...steps.map((step, at) => `${String(at + 1)}. ${JSON.stringify(step)}`)
  ]
  return lines.join('\n')
}
