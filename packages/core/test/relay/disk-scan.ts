/**
 * A stolen disk: the rows of a relay that many people used for weeks, and what somebody who has nothing else makes of them.
 *
 * An attack is a number for any two mailboxes: the greater, the likelier they have to do with each other. It is judged by how often it
 * puts two that do above two that do not, 0.5 by chance, and that beside the same with everybody's names shuffled.
 */
import assert from 'node:assert/strict'
import { epochAt, mailboxSecrets, type Random, randomBelow, sha256 } from '@sealpost/core'
import { type Envelope, envelopeIds, type NodeKey, nodeKeys } from '@sealpost/protocol'
import { fetchToken, SeedChain } from '../../src/address/seeds.ts'
import { LIVE, parseEnvelope, parseMailbox, parseTimedKey } from '../../src/relay/rows.ts'
import { deposit, register, subscribe, type TestMailbox } from './cast.ts'
import { RelayWorld, SeededRandom } from './relay-world.ts'

const CONTACTS = 6
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const WEEK_MS = 7 * DAY_MS
const RITA: NodeKey = nodeKeys.fromBytes(new Uint8Array(32).fill(1))
const PLENTY = 1_000_000_000
const SEALED_BYTES = [2_048, 2_048, 2_048, 8_192] as const

/** What one person reads of what another writes: a mailbox for every week. */
interface Reading {
  readonly owner: number
  readonly sender: number
  readonly chain: SeedChain
  readonly phaseMs: number
  readonly made: Map<number, TestMailbox>
}

/** Who a mailbox is of: what the disk must not say. */
export interface Truth {
  readonly owner: number
  readonly sender: number
  readonly reading: number
  /** Of the two who write each other. */
  readonly pair: string
}

export interface Crowd {
  readonly people: number
  readonly days: number
}

/** The rows, and whose they are. */
export interface Disk {
  readonly world: RelayWorld
  readonly truths: ReadonlyMap<string, Truth>
}

/** People use a relay. */
export function usedRelay(seed: number, crowd: Crowd): Disk {
  return new Usage(seed, crowd).use()
}

class Usage {
  readonly #world = new RelayWorld({
    depositsPerSecond: PLENTY,
    depositBurst: PLENTY,
    requestsPerSecond: PLENTY,
    requestBurst: PLENTY,
    mailboxDepositsPerMinute: PLENTY,
    registrationsPerHourPerRange: PLENTY
  })
  readonly #random: SeededRandom
  readonly #secrets: readonly Uint8Array[]
  readonly #readings: Reading[] = []
  readonly #truths = new Map<string, Truth>()
  readonly #crowd: Crowd
  #count = 0

  constructor(seed: number, crowd: Crowd) {
    this.#random = new SeededRandom(seed)
    this.#crowd = crowd
    const { people } = crowd
    this.#secrets = Array.from({ length: people }, () => this.#random.bytes(32))
    const pairs = new Set<string>()
    while (pairs.size < (people * CONTACTS) / 2) {
      const [a, b] = [this.#below(people), this.#below(people)]
      if (a < b) {
        pairs.add(`${String(a)} ${String(b)}`)
      }
    }
    for (const [a = 0, b = 0] of [...pairs].map((pair) => pair.split(' ').map(Number))) {
      this.#readings.push(this.#reading(a, b), this.#reading(b, a))
    }
  }

  #below(bound: number): number {
    return randomBelow(this.#random, bound)
  }

  #reading(owner: number, sender: number): Reading {
    const phaseMs = this.#below(WEEK_MS)
    const firstEpoch = epochAt(this.#world.nowMs, phaseMs) - 1
    const chain = new SeedChain(this.#random.bytes(32), firstEpoch)
    return { owner, sender, chain, phaseMs, made: new Map() }
  }

  use(): Disk {
    const { nowMs } = this.#world
    const { days, people } = this.#crowd
    for (let day = 0; day < days; day++) {
      // Everybody once a day, in an order and at times of their own.
      const times = Array.from({ length: people }, (_, who) => ({ who, atMs: this.#below(DAY_MS) }))
      for (const { who, atMs } of times.sort((a, b) => a.atMs - b.atMs)) {
        this.#world.advance(Math.max(0, nowMs + day * DAY_MS + atMs - this.#world.nowMs))
        this.#session(who)
      }
    }
    return { world: this.#world, truths: this.#truths }
  }

  /** Somebody is online: registers what is due, takes what there is, and writes. */
  #session(who: number): void {
    const client = this.#world.connect()
    const mine = this.#readings.filter(({ owner }) => owner === who)
    const fresh = mine.flatMap((reading) => this.#due(reading))
    for (let at = 0; at < fresh.length; at += 64) {
      this.#world.ask(client, register(...fresh.slice(at, at + 64)))
    }
    const boxes = mine.flatMap(({ made }) => [...made.values()])
    for (let at = 0; at < boxes.length; at += 256) {
      this.#world.ask(client, subscribe(boxes.slice(at, at + 256), who))
    }
    for (const push of client.pushes()) {
      if (push.type === 'deliver') {
        const { mailboxId, envelope } = push
        const envelopeIdsTaken = [envelope.envelopeId]
        this.#world.send(client, { type: 'ack', mailboxId, envelopeIds: envelopeIdsTaken })
      }
    }
    this.#world.disconnect(client)
    const theirs = this.#readings.filter(({ sender }) => sender === who)
    for (let count = 3 + this.#below(4); count > 0; count--) {
      const reading = theirs[this.#below(theirs.length)]
      if (reading !== undefined) {
        this.#write(reading)
      }
    }
  }

  /** The mailboxes of e-1 to e+2 that are not there yet. */
  #due(reading: Reading): readonly TestMailbox[] {
    const { chain, phaseMs, made, owner, sender } = reading
    const present = epochAt(this.#world.nowMs, phaseMs)
    const fresh: TestMailbox[] = []
    for (let epoch = present - 1; epoch <= present + 2; epoch++) {
      const seed = chain.at(epoch)
      if (seed === undefined || made.has(epoch)) {
        continue
      }
      const { mailboxId, depositToken } = mailboxSecrets(seed, RITA)
      const token = fetchToken(this.#secrets[owner] ?? new Uint8Array(32), RITA, mailboxId)
      const registration = {
        type: 'mailbox',
        mailboxId,
        depositHash: sha256(depositToken),
        fetchHash: sha256(token),
        kind: 'contact',
        isQuiet: false
      } as const
      const mailbox = { id: mailboxId, depositToken, fetchToken: token, registration }
      made.set(epoch, mailbox)
      fresh.push(mailbox)
      const pair = [owner, sender].sort((a, b) => a - b).join(' ')
      const truth = { owner, sender, reading: this.#readings.indexOf(reading), pair }
      this.#truths.set(mailboxId, truth)
    }
    return fresh
  }

  #write({ made, phaseMs }: Reading): void {
    const mailbox = made.get(epochAt(this.#world.nowMs, phaseMs))
    if (mailbox !== undefined) {
      const client = this.#world.connect()
      const answer = this.#world.ask(client, deposit(mailbox, this.#envelope()))
      assert.equal(answer?.type, 'deposited')
      this.#world.disconnect(client)
    }
  }

  #envelope(): Envelope {
    const random = new SeededRandom(++this.#count * 7_919)
    const size = SEALED_BYTES[this.#below(SEALED_BYTES.length)] ?? 2_048
    return {
      envelopeId: envelopeIds.fromBytes(random.bytes(16)),
      recallHash: sha256(random.bytes(32)),
      lifetime: 2,
      sealed: random.bytes(size)
    }
  }
}

/** What the rows say of one mailbox. */
export interface Seen {
  readonly id: string
  /** Among all mailboxes, by key: where it lies. */
  readonly rank: number
  readonly kind: string
  /** The week in which it was subscribed to last, as its idle row has it. */
  readonly week: number
  readonly bytes: number
  readonly count: number
  readonly hours: ReadonlySet<number>
  readonly days: ReadonlySet<number>
  /** Runs of three bytes in its hashes, and in the heads of its envelopes. */
  readonly grams: ReadonlySet<number>
}

const GRAM_BYTES = 3
/** Of each envelope: ids, the hash, and the beginning of what is sealed. */
const HEAD_BYTES = 96

/** Reads a disk as its thief does. */
export function scan({ world }: Disk): readonly Seen[] {
  const { rows } = world
  const weeks = new Map<string, number>()
  for (const { key } of rows.all('idle-mailbox')) {
    const timed = parseTimedKey(key)
    if (timed !== 'corrupt') {
      weeks.set(timed.id, timed.time)
    }
  }
  return rows.all('mailbox').map(({ key: id, value }, rank): Seen => {
    const mailbox = parseMailbox(value)
    assert.ok(mailbox !== 'corrupt')
    const hours = new Set<number>()
    const grams = new Set<number>()
    addGrams(grams, mailbox.hashes)
    let bytes = 0
    const envelopes = rows.range({ table: 'envelope', from: id, to: `${id}g`, limit: 1e9 }).rows
    for (const row of envelopes) {
      const envelope = parseEnvelope(row.value)
      assert.ok(envelope !== 'corrupt')
      hours.add(envelope.expiryHour)
      bytes += envelope.state === LIVE ? envelope.size : 0
      // Behind what is counted: state, lifetime, hour and size.
      addGrams(grams, row.value.subarray(9, HEAD_BYTES))
    }
    const kind = `${mailbox.kind} ${String(mailbox.isQuiet)}`
    const week = weeks.get(id) ?? 0
    const days = new Set([...hours].map((hour) => Math.floor(hour / 24)))
    return { id, rank, kind, week, bytes, count: mailbox.nextSequence, hours, days, grams }
  })
}

function addGrams(grams: Set<number>, bytes: Uint8Array): void {
  for (let at = 0; at + GRAM_BYTES <= bytes.length; at++) {
    grams.add(((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0))
  }
}

function commonCount(a: ReadonlySet<number>, b: ReadonlySet<number>): number {
  const [few, many] = a.size < b.size ? [a, b] : [b, a]
  let count = 0
  for (const one of few) {
    count += many.has(one) ? 1 : 0
  }
  return count
}

function commonPrefix(a: string, b: string): number {
  let at = 0
  while (at < a.length && a[at] === b[at]) {
    at++
  }
  return at
}

export type Attack = (a: Seen, b: Seen) => number

/** What the disk gives to go by. */
export const ATTACKS: Readonly<Record<string, Attack>> = {
  'how their ids begin': (a, b) => commonPrefix(a.id, b.id),
  'how near their keys are': (a, b) => -Math.abs(a.rank - b.rank),
  'bytes that they share': (a, b) => commonCount(a.grams, b.grams),
  'their kinds': (a, b) => (a.kind === b.kind ? 1 : 0),
  'weeks in which somebody asked for them': (a, b) => -Math.abs(a.week - b.week),
  'how many envelopes came': (a, b) => -Math.abs(a.count - b.count),
  'bytes that they hold': (a, b) => -Math.abs(a.bytes - b.bytes),
  'hours in which envelopes expire': (a, b) => commonCount(a.hours, b.hours),
  'days in which envelopes expire': (a, b) => commonCount(a.days, b.days)
}

/** What two mailboxes may have in common. */
export const GROUPS: Readonly<Record<string, (truth: Truth) => string>> = {
  'one person reads': ({ owner }) => String(owner),
  'one person writes to': ({ sender }) => String(sender),
  'two people use to write each other': ({ pair }) => pair
}

export interface Finding {
  /** How often the attack is right about two pairs; 0.5 by chance. */
  readonly right: number
  /** How far that is from what shuffled names give, in their standard deviations. */
  readonly deviations: number
}

const PAIRS = 1_000

/** How well an attack finds groups, beside what it finds where there are none. */
export function judge(
  { truths }: Disk,
  seen: readonly Seen[],
  attack: Attack,
  groupOf: (truth: Truth) => string,
  shuffles: number
): Finding {
  const random = new SeededRandom(31)
  // Weeks of one reading follow each other; whose they are is asked of two different readings, in weeks that overlap.
  const names = seen.map(({ id }) => {
    const truth = truths.get(id)
    assert.ok(truth)
    return { group: groupOf(truth), reading: truth.reading }
  })
  const right = rightness(seen, names, attack, random)
  const chance: number[] = []
  for (let count = 0; count < shuffles; count++) {
    chance.push(rightness(seen, shuffled(names, random), attack, random))
  }
  const mean = chance.reduce((sum, value) => sum + value, 0) / shuffles
  const variance = chance.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (shuffles - 1)
  const deviations = variance === 0 ? 0 : (right - mean) / Math.sqrt(variance)
  return { right, deviations }
}

interface Name {
  readonly group: string
  readonly reading: number
}

/** Names of mailboxes, dealt out anew. */
function shuffled(names: readonly Name[], random: Random): readonly Name[] {
  const dealt = [...names]
  for (let at = dealt.length - 1; at > 0; at--) {
    const other = randomBelow(random, at + 1)
    const [a, b] = [dealt[at], dealt[other]]
    assert.ok(a !== undefined && b !== undefined)
    dealt[at] = b
    dealt[other] = a
  }
  return dealt
}

/** The share of drawn couples of pairs of which the one of a group is put above the other; half of a tie. */
function rightness(
  seen: readonly Seen[],
  names: readonly Name[],
  attack: Attack,
  random: Random
): number {
  const members = Map.groupBy(seen.keys(), (at) => names[at]?.group ?? '')
  const scoreOf = (one: number, other: number): number => {
    const [a, b] = [seen[one], seen[other]]
    assert.ok(a !== undefined && b !== undefined)
    return attack(a, b)
  }
  let sum = 0
  for (let count = 0; count < PAIRS;) {
    const one = randomBelow(random, seen.length)
    const group = members.get(names[one]?.group ?? '') ?? []
    const fellow = group[randomBelow(random, group.length)] ?? one
    const stranger = randomBelow(random, seen.length)
    const isFellow = names[fellow]?.reading !== names[one]?.reading
    const isStranger = names[stranger]?.group !== names[one]?.group
    if (isFellow && isStranger) {
      const [near, far] = [scoreOf(one, fellow), scoreOf(one, stranger)]
      sum += near > far ? 1 : near === far ? 0.5 : 0
      count++
    }
  }
  return sum / PAIRS
}
