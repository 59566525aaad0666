/**
 * How long a relay takes to deny what is wrong in one way and in another, as mallory measures it: over the command in a process of its
 * own, with connections of hers, in an order that is drawn.
 */
import assert from 'node:assert/strict'
import { SeededRandom } from '@sealpost/host/testing'
import type { Envelope } from '@sealpost/protocol'
import { RawClient, testEnvelope, type TestMailbox, testMailbox } from './raw-client.ts'
import { readyProcess } from './relay-process.ts'

export const KINDS = ['forged', 'replayed', 'cross-relay', 'cross-session', 'stale'] as const
export type Kind = (typeof KINDS)[number]

/** One more would be told to slow down. */
const DENIALS_PER_CONNECTION = 30
const CONNECTIONS = 24

/** Milliseconds from a request to its answer, by what was wrong with it. */
export type RefusalTimes = Readonly<Record<Kind, readonly number[]>>

/** Asks so often in each way. @throws AssertionError where an answer is any other than that of the rest */
export async function refusalTimes(
  data: string,
  { countOfEach, seed }: { readonly countOfEach: number; readonly seed: number }
): Promise<RefusalTimes> {
  const { process, address } = await readyProcess(data)
  await using relay = process
  await using owner = await RawClient.connect(address)
  const [bobs, carols, former] = [testMailbox(), testMailbox(), testMailbox()]
  const sentBefore = testEnvelope()
  assert.equal((await owner.register([bobs, carols, former])).type, 'registered')
  assert.equal((await owner.deposit(former, sentBefore)).type, 'deposited')
  const { mailboxId, fetchToken } = former
  assert.equal((await owner.ask({ type: 'destroy', mailboxId, fetchToken })).type, 'destroyed')
  const random = new SeededRandom(seed)
  const elsewhere = testMailbox()
  const wrong = (kind: Kind): readonly [TestMailbox, Envelope] => {
    switch (kind) {
      case 'forged':
        return [{ ...bobs, depositToken: testMailbox().depositToken }, testEnvelope()]
      case 'replayed':
        return [former, sentBefore]
      case 'cross-relay':
        return [elsewhere, testEnvelope()]
      case 'cross-session':
        return [{ ...bobs, depositToken: carols.depositToken }, testEnvelope()]
      case 'stale':
        return [former, testEnvelope()]
    }
  }
  const left = shuffled(
    KINDS.flatMap((kind) => Array.from({ length: countOfEach }, () => kind)),
    random
  )
  const times = Object.fromEntries(KINDS.map((kind) => [kind, [] as number[]])) as Record<
    Kind,
    number[]
  >
  const lane = async (): Promise<void> => {
    while (left.length > 0) {
      await using mallory = await RawClient.connect(address)
      for (const kind of left.splice(0, DENIALS_PER_CONNECTION)) {
        const [mailbox, envelope] = wrong(kind)
        const startMs = performance.now()
        const answer = await mallory.deposit(mailbox, envelope)
        times[kind].push(performance.now() - startMs)
        assert.deepEqual(answer, { type: 'refused', reason: 'denied' })
      }
    }
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, lane))
  assert.equal(relay.stderr.includes('error'), false)
  return times
}

function shuffled<Item>(items: Item[], random: SeededRandom): Item[] {
  for (let at = items.length - 1; at > 0; at--) {
    const other = random.below(at + 1)
    const [a, b] = [items[at], items[other]]
    if (a !== undefined && b !== undefined) {
      items[at] = b
      items[other] = a
    }
  }
  return items
}

/** How often one of the first is greater than one of the others; half of a tie. 0.5 where nothing tells them apart. */
export function superiority(first: readonly number[], second: readonly number[]): number {
  const all = [
    ...first.map((value) => ({ value, isFirst: true })),
    ...second.map((value) => ({ value, isFirst: false }))
  ].sort((a, b) => a.value - b.value)
  let below = 0
  let sum = 0
  for (let at = 0; at < all.length;) {
    let end = at
    while (end < all.length && all[end]?.value === all[at]?.value) {
      end++
    }
    const tied = all.slice(at, end)
    const firstCount = tied.filter(({ isFirst }) => isFirst).length
    const secondCount = tied.length - firstCount
    sum += firstCount * (below + secondCount / 2)
    below += secondCount
    at = end
  }
  return sum / (first.length * second.length)
}
