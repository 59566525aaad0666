/**
 * Two people with three relays, one of which is ill: down, slow, lying or wiped, from some message on until the end. What they write
 * must arrive all the same. And two relays of which each holds only some of what was deposited.
 */
import assert from 'node:assert/strict'
import { randomBelow } from '@sealpost/core'
import { seededRandom } from '@sealpost/host/testing'
import { type Acquainted, acquainted } from './acquaintance.ts'
import type { RelayLie } from './relay-lies.ts'
import type { TestHome, TestRelay } from './world.ts'

const SECOND_MS = 1_000
const MESSAGES = 12
/** A relay that is slow hears and says nothing for so long, and then a moment's worth. */
const SLOW_MS = 3 * SECOND_MS
const MOMENT_MS = 30
const LIES: readonly RelayLie[] = [
  'stores-nothing',
  'denies',
  'drops-acks',
  'delivers-twice',
  'withholds'
]
const ILLNESSES = ['down', 'slow', 'wiped', ...LIES] as const

async function pairAt(relayCount: number): Promise<Acquainted> {
  const both = await acquainted({ relayCount })
  const { world, alice, bob } = both
  await world.run(Promise.all([alice.client.settle(), bob.client.settle()]))
  return both
}

async function fallIll(
  { world }: Acquainted,
  relay: TestRelay,
  illness: (typeof ILLNESSES)[number]
): Promise<void> {
  switch (illness) {
    case 'down':
      return world.run(relay.stop())
    case 'wiped':
      return world.run(relay.wipe())
    case 'slow': {
      const { nodeKey } = relay.address
      const stall = (): void => {
        world.network.stall(nodeKey)
        world.clock.setTimer(SLOW_MS, () => {
          world.network.heal(nodeKey)
          world.clock.setTimer(MOMENT_MS, stall)
        })
      }
      stall()
      return
    }
    default:
      relay.lie = illness
  }
}

async function textsOf({ world }: Acquainted, home: TestHome): Promise<readonly string[]> {
  return (await world.run(home.client.received())).map(({ text }) => text)
}

/** Resolves once a home received so much, or a minute has passed. */
async function until(pair: Acquainted, home: TestHome, count: number): Promise<void> {
  for (let passed = 0; passed < 60 * SECOND_MS; passed += SECOND_MS / 2) {
    if ((await textsOf(pair, home)).length >= count) {
      return
    }
    await pair.world.pass(SECOND_MS / 2)
  }
}

/** @throws AssertionError where a message is lost, shown twice or out of order while the relay is ill. */
export async function illRelay(seed: number): Promise<void> {
  const random = seededRandom(seed)
  const below = (bound: number): number => randomBelow(random, bound)
  const pair = await pairAt(3)
  const { world, alice, bob, toBob, toAlice } = pair
  const illness = ILLNESSES[below(ILLNESSES.length)] ?? 'down'
  const ill = world.relays[below(3)]
  assert.ok(ill)
  const [illFrom, awayFrom, backFrom] = [below(MESSAGES), below(MESSAGES), below(MESSAGES + 1)]
  const sent = { alice: [] as string[], bob: [] as string[] }
  let isAway = false
  for (let number = 0; number < MESSAGES; number++) {
    if (number === illFrom) {
      await fallIll(pair, ill, illness)
    }
    if (number === awayFrom) {
      await world.run(bob.close())
      isAway = true
    }
    if (isAway && number >= backFrom) {
      await world.run(bob.open())
      isAway = false
    }
    const isBobs = !isAway && below(3) === 0
    const text = `number ${String(number)}`
    sent[isBobs ? 'bob' : 'alice'].push(text)
    await world.run(isBobs ? bob.client.send(toAlice, text) : alice.client.send(toBob, text))
    await world.pass(below(400), 10)
  }
  if (isAway) {
    await world.run(bob.open())
  }
  const what = `${illness} from ${String(illFrom)}`
  for (const [home, expected] of [
    [bob, sent.alice],
    [alice, sent.bob]
  ] as const) {
    await until(pair, home, expected.length)
    assert.deepEqual(await textsOf(pair, home), expected, what)
  }
  await world.run(alice.close())
  await world.run(bob.close())
  await world.run(Promise.all(world.relays.map((relay) => relay.stop())))
}

/** Two relays of which each stores only some of what it says it stores. @throws AssertionError as `illRelay` */
export async function differentSubsets(seed: number): Promise<void> {
  const random = seededRandom(seed)
  const pair = await pairAt(2)
  const { world, alice, bob, toBob } = pair
  await world.run(bob.close())
  const [first, second] = world.relays
  assert.ok(first !== undefined && second !== undefined)
  const expected: string[] = []
  for (let number = 0; number < MESSAGES; number++) {
    const which = randomBelow(random, 3)
    first.lie = which === 0 ? 'stores-nothing' : undefined
    second.lie = which === 1 ? 'stores-nothing' : undefined
    expected.push(`number ${String(number)}`)
    const { messageId } = await world.run(alice.client.send(toBob, `number ${String(number)}`))
    assert.ok(messageId)
    await world.run(alice.client.waitForMessage(messageId, 'on-relay'))
    await world.run(alice.client.settle())
  }
  await world.run(alice.close())
  first.lie = second.lie = undefined
  // What one of them holds comes before what the other does, or in between.
  const late = randomBelow(random, 2) === 0 ? first : second
  world.network.stall(late.address.nodeKey)
  await world.run(bob.open())
  await world.pass(randomBelow(random, 3) * SECOND_MS)
  world.network.heal()
  await until(pair, bob, expected.length)
  assert.deepEqual(await textsOf(pair, bob), expected)
  await world.pass(SECOND_MS)
  const messages = await world.run(bob.client.messages(pair.toAlice, { limit: 100 }))
  assert.deepEqual(
    messages.map(({ text }) => text),
    expected
  )
  await world.run(bob.close())
  await world.run(Promise.all(world.relays.map((relay) => relay.stop())))
}

/** Plays `count` seeds, from that which `SEALPOST_TEST_SEED` names on; what fails says its seed. */
export async function playSeeds(
  count: number,
  play: (seed: number) => Promise<void>
): Promise<void> {
  const first = Number(process.env['SEALPOST_TEST_SEED'] ?? 1)
  for (let seed = first; seed < first + count; seed++) {
    try {
      await play(seed)
    } catch (cause) {
      throw new Error(`seed ${String(seed)}: ${String(cause)}`, { cause })
    }
  }
}
