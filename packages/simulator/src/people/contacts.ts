/** Who knows whom, and who keeps mailboxes where: drawn client by client, so that one more client changes nothing among the others. */
import { poisson } from '../random/distributions.ts'
import { type RandomStream, randomStream } from '../random/random-stream.ts'
import { exp, ln } from '../random/real-math.ts'

/** Symmetric; nobody knows themselves. */
export interface ContactGraph {
  /** In no particular order; a view. */
  contactsOf(client: number): Uint32Array
}

/** Contacts of one client, whatever is drawn. */
const CONTACTS_MAX = 250
/** The weight of the client that has rank n, from 1 on, is n^-0.6: few have many contacts, and nobody has them all. */
const ZIPF_EXPONENT = 0.6
/** Draws until somebody new is found. */
const TRIES_MAX = 50

/**
 * Everybody makes contacts among those before them, early ones first by Zipf's law.
 *
 * @param mean contacts of each, 2 and up; less where there are not so many people
 */
export function drawContacts(count: number, mean: number, seed: number): ContactGraph {
  const degrees = new Uint32Array(count)
  const from: number[] = []
  const to: number[] = []
  const chosen: number[] = []
  for (let client = 1; client < count; client++) {
    const stream = randomStream(seed, 'contacts', client)
    // At least one, or somebody would know nobody.
    const wanted = Math.min(1 + poisson(stream, mean / 2 - 1), client, CONTACTS_MAX)
    chosen.length = 0
    while (chosen.length < wanted) {
      const other = newContact(client, chosen, degrees, stream)
      if (other === undefined) {
        break
      }
      chosen.push(other)
      from.push(client)
      to.push(other)
      degrees[other] = (degrees[other] as number) + 1
      degrees[client] = (degrees[client] as number) + 1
    }
  }
  return graphOf(degrees, from, to)
}

/** Somebody before `client` who is not chosen yet and has room; undefined where luck does not find one. */
function newContact(
  client: number,
  chosen: readonly number[],
  degrees: Uint32Array,
  stream: RandomStream
): number | undefined {
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const other = tries < TRIES_MAX / 2 ? byRank(client, stream) : stream.below(client)
    if (!chosen.includes(other) && (degrees[other] as number) < CONTACTS_MAX) {
      return other
    }
  }
  return undefined
}

/** From 0 to below `count`, by inversion of what Zipf's law is between whole ranks. */
function byRank(count: number, stream: RandomStream): number {
  const slope = 1 - ZIPF_EXPONENT
  const reach = exp(slope * ln(count + 1)) - 1
  const rank = exp(ln(1 + stream.unit() * reach) / slope)
  return Math.min(Math.floor(rank) - 1, count - 1)
}

function graphOf(
  degrees: Uint32Array,
  from: readonly number[],
  to: readonly number[]
): ContactGraph {
  const starts = new Uint32Array(degrees.length + 1)
  for (const [client, degree] of degrees.entries()) {
    starts[client + 1] = (starts[client] as number) + degree
  }
  const ends = starts.slice()
  const all = new Uint32Array(2 * from.length)
  const add = (client: number, other: number): void => {
    const at = ends[client] as number
    all[at] = other
    ends[client] = at + 1
  }
  for (let edge = 0; edge < from.length; edge++) {
    const [a, b] = [from[edge] as number, to[edge] as number]
    add(a, b)
    add(b, a)
  }
  return {
    contactsOf: (client) => all.subarray(starts[client], starts[client + 1])
  }
}

/** The relays that a client has its mailboxes at, all different. */
export function drawReplicas(
  client: number,
  { count, replicas }: { readonly count: number; readonly replicas: number },
  seed: number
): readonly number[] {
  const stream = randomStream(seed, 'replicas', client)
  const chosen: number[] = []
  while (chosen.length < Math.min(replicas, count)) {
    const relay = stream.below(count)
    if (!chosen.includes(relay)) {
      chosen.push(relay)
    }
  }
  return chosen
}
