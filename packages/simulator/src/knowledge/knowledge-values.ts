/** What relays learn, as values of a run. */
import { randomStream } from '../random/random-stream.ts'
import { drawColluding } from './colluding.ts'
import type { RelayKnowledge } from './relay-knowledge.ts'
import { log2 } from './sender-entropy.ts'
import type { KnownOfPerson, WatchedPerson } from './watched-person.ts'

const COLLUDING = [0.1, 0.25, 0.5] as const
const US_PER_MS = 1_000

/** Who puts together what they see. */
export interface Collusion {
  /** That of the faults: it draws them. */
  readonly seed: number
  /** Relays that one operator runs, if any do. */
  readonly sybils: ReadonlySet<number>
}

export function knowledgeValues(
  knowledge: RelayKnowledge,
  { seed, sybils }: Collusion
): ReadonlyMap<string, number> {
  const { pairs, relayCount, watched } = knowledge
  watched.end(knowledge.nowUs)
  const values = new Map<string, number>()
  values.set('mailboxesPerAddress', pairs.mailboxesPerAddress())
  values.set('linkedByOneShare', pairs.linkedByOne())
  const each = Array.from({ length: relayCount }, (_, relay) => [relay])
  const all = [{ name: 'One', sets: each as readonly (readonly number[])[] }]
  for (const share of COLLUDING) {
    const name = `${String(share * 100)}Percent`
    const sets = drawColluding(relayCount, share, randomStream(seed, `colluding ${String(share)}`))
    values.set(`linkedBy${name}Share`, pairs.linkedBy(sets))
    all.push({ name, sets })
  }
  if (sybils.size > 0) {
    const sets = [[...sybils]]
    values.set('linkedBySybilsShare', pairs.linkedBy(sets))
    all.push({ name: 'Sybils', sets })
  }
  for (const { name, sets } of all) {
    for (const [what, value] of figuresOf(knowledge, sets)) {
      // What none of these relays could know has no figure.
      if (Number.isFinite(value)) {
        values.set(what.replace('*', `By${name}`), value)
      }
    }
  }
  return values
}

/** Over all sets of relays and people together: of which people, as far as a set sees them. */
function figuresOf(
  { clientCount, watched }: RelayKnowledge,
  sets: readonly (readonly number[])[]
): ReadonlyMap<string, number> {
  const { people, rounds } = watched
  const found = new Map<string, KnownOfPerson | undefined>()
  const known = sets.flatMap((set) =>
    people.flatMap((person, at) => {
      const mask = maskOf(person, set)
      const key = `${String(at)} ${String(mask)}`
      const one = found.has(key) ? found.get(key) : person.known(mask, rounds)
      found.set(key, one)
      return one ?? []
    })
  )
  const entropy = sum(known, ({ entropyBits }) => entropyBits) / sum(known, (one) => one.deliveries)
  const disclosed = known.flatMap((one) => one.disclosed ?? [])
  const first = disclosed.flatMap(({ firstSinceUs }) => firstSinceUs ?? [])
  const firstThree = disclosed.flatMap(({ firstThreeSinceUs }) => firstThreeSinceUs ?? [])
  const wins = sum(known, ({ timingWins }) => timingWins)
  return new Map([
    ['peopleSeen*Share', known.length / sets.length / people.length],
    ['senderEntropy*Bits', entropy],
    ['senderEntropy*Share', entropy / log2(clientCount - 1)],
    ['contactRank*Share', mean(disclosed.map(({ rankShare }) => rankShare))],
    ['firstContact*Share', first.length / disclosed.length],
    ['firstContact*Ms', mean(first) / US_PER_MS],
    ['firstThreeContacts*Share', firstThree.length / disclosed.length],
    ['firstThreeContacts*Ms', mean(firstThree) / US_PER_MS],
    ['timingAuc*', wins / sum(known, ({ timingTrials }) => timingTrials)]
  ])
}

function maskOf({ relays }: WatchedPerson, set: readonly number[]): number {
  return relays.reduce((mask, relay, place) => mask | (set.includes(relay) ? 1 << place : 0), 0)
}

function sum<Item>(items: readonly Item[], of: (item: Item) => number): number {
  return items.reduce((total, item) => total + of(item), 0)
}

function mean(values: readonly number[]): number {
  return sum(values, (value) => value) / values.length
}
