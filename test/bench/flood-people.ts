/** Run by the bench: people who write and fetch at an even pace while a relay is flooded, and note how long that takes. */
import { setTimeout as delay } from 'node:timers/promises'
import type { RelayAddress } from '@sealpost/protocol'
import { answerCalls } from './answer-calls.ts'
import { type BenchMailbox, envelopeMaker, newMailbox } from './bench-mailbox.ts'
import type { KnownBox } from './flood-attackers.ts'
import { FloodPeer } from './flood-peer.ts'

/** Milliseconds of each that was done, from when it was due. */
export interface PeopleTimes {
  readonly deposit: readonly number[]
  /** From the request to the first envelope. */
  readonly fetch: readonly number[]
  /** From the first byte to a stream that was answered on. */
  readonly connect: readonly number[]
  /** How many of all these failed. */
  readonly failures: number
}

const PEOPLE = 10
/** Mailboxes of each: no mailbox takes more than 120 deposits a minute. */
const MAILBOXES_EACH = 5
const SEALED_BYTES = 2_048
const STEP_MS = 150
/** A fetch that takes longer has failed. */
const FETCH_MS_MAX = 10_000
const CONNECT_STEP_MS = 1_000

interface Person {
  readonly sender: FloodPeer
  readonly recipient: FloodPeer
  readonly mailboxes: readonly BenchMailbox[]
}

let people: readonly Person[] = []
let relay: RelayAddress | undefined
const next = envelopeMaker(SEALED_BYTES)

async function newPerson(address: RelayAddress): Promise<Person> {
  const [sender, recipient] = [await FloodPeer.dial(address), await FloodPeer.dial(address)]
  const mailboxes = Array.from({ length: MAILBOXES_EACH }, () => newMailbox())
  if (!(await recipient.register(mailboxes))) {
    throw new Error('a person got no mailboxes')
  }
  return { sender, recipient, mailboxes }
}

class Times {
  readonly deposit: number[] = []
  readonly fetch: number[] = []
  readonly connect: number[] = []
  failures = 0
}

/** Deposits one, and has it fetched. */
async function step(
  { sender, recipient }: Person,
  mailbox: BenchMailbox,
  dueMs: number,
  times: Times
): Promise<void> {
  const answer = await sender.deposit(mailbox, next())
  if (answer?.type !== 'deposited') {
    times.failures++
    return
  }
  times.deposit.push(performance.now() - dueMs)
  const startMs = performance.now()
  const { promise, resolve } = Promise.withResolvers<undefined>()
  recipient.onDelivered = (mailboxId, { envelopeId }) => {
    void recipient.ask({ type: 'ack', mailboxId, envelopeIds: [envelopeId] })
    resolve(undefined)
  }
  const isThere = await Promise.race([
    recipient.subscribe(mailbox).then((isSubscribed) => isSubscribed && promise.then(() => true)),
    delay(FETCH_MS_MAX, false)
  ])
  if (!isThere) {
    times.failures++
    return
  }
  times.fetch.push(performance.now() - startMs)
  await recipient.ask({ type: 'unsubscribe', mailboxIds: [mailbox.id] })
}

/** One after another at an even pace; what is late counts as late. */
async function live(person: Person, at: number, untilMs: number, times: Times): Promise<void> {
  const stepMs = STEP_MS
  let dueMs = performance.now() + (at * stepMs) / PEOPLE
  for (let count = 0; dueMs < untilMs; count++) {
    await delay(Math.max(0, dueMs - performance.now()))
    const mailbox = person.mailboxes[count % MAILBOXES_EACH]
    if (mailbox !== undefined) {
      await step(person, mailbox, dueMs, times)
    }
    dueMs += stepMs
  }
}

async function arrive(address: RelayAddress, untilMs: number, times: Times): Promise<void> {
  while (performance.now() < untilMs) {
    const startMs = performance.now()
    try {
      const peer = await FloodPeer.dial(address)
      times.failures += (await peer.ask({ type: 'info' }))?.type === 'info' ? 0 : 1
      times.connect.push(performance.now() - startMs)
      await peer.close()
    } catch {
      times.failures++
    }
    await delay(Math.max(0, CONNECT_STEP_MS - (performance.now() - startMs)))
  }
}

answerCalls({
  connect: async (address: RelayAddress) => {
    relay = address
    people = await Promise.all(Array.from({ length: PEOPLE }, async () => newPerson(address)))
  },
  /** For so many seconds. */
  live: async ({ seconds }: { readonly seconds: number }): Promise<PeopleTimes> => {
    if (relay === undefined) {
      throw new Error('nobody is connected')
    }
    const times = new Times()
    const untilMs = performance.now() + seconds * 1_000
    await Promise.all([
      ...people.map(async (person, at) => live(person, at, untilMs, times)),
      arrive(relay, untilMs, times)
    ])
    return times
  },
  /** Makes a request box at a relay that everybody knows, and that nobody empties. */
  box: async (address: RelayAddress): Promise<KnownBox> => {
    const owner = await FloodPeer.dial(address)
    const mailbox = newMailbox('request')
    if (!(await owner.register([mailbox]))) {
      throw new Error('there is no request box')
    }
    await owner.close()
    return { id: mailbox.id, depositToken: Buffer.from(mailbox.depositToken).toString('hex') }
  }
})
