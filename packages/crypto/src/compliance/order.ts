import type { Ciphertext } from '../signal-engine.ts'
import type { ComplianceCase } from './compliance-case.ts'
import { check, checkEqual, checkRefused } from './check.ts'
import { Party, deliver, leavesUntouched, twoInTouch } from './party.ts'

/** Keys of skipped messages that a chain keeps. */
const SKIPPED_MAX = 2_000
/** Chains of the peer that a session keeps. */
const CHAINS_MAX = 5
/** Messages that may be lost in a row before one is decrypted. */
const LOST_MAX = 24_999
/** Earlier sessions that a record keeps. */
const ARCHIVED_MAX = 40

/** What a store-and-forward network does to messages: late, lost, twice. */
export const ORDER_CASES: readonly ComplianceCase[] = [
  {
    title: 'decrypts the messages of one chain in whatever order they come',
    run: async (makeEngine) => {
      const { alice, bob } = await twoInTouch(await makeEngine())
      const sent = await sendMany(alice, bob, 12)
      for (const index of [7, 0, 11, 3, 1, 10, 2, 9, 4, 8, 6, 5]) {
        await expectText(bob, alice, sent[index])
      }
    }
  },
  {
    title: 'decrypts first messages in whatever order they come',
    run: async (makeEngine) => {
      const engine = await makeEngine()
      const alice = await Party.create(engine)
      const bob = await Party.create(engine)
      await alice.startSession(bob, await bob.publish({ hasOneTimePrekey: true }))
      const sent = await sendMany(alice, bob, 4)
      for (const index of [2, 0, 3, 1]) {
        await expectText(bob, alice, sent[index])
      }
    }
  },
  {
    title: 'decrypts messages of earlier ratchet steps',
    run: async (makeEngine) => {
      const { alice, bob } = await twoInTouch(await makeEngine())
      const held: Sent[] = []
      for (let turn = 0; turn < 4; turn++) {
        held.push(...(await sendMany(alice, bob, 1)))
        await deliver(alice, bob, 'there')
        await deliver(bob, alice, 'and back')
      }
      for (const late of held.reverse()) {
        await expectText(bob, alice, late)
      }
    }
  },
  {
    title: 'keeps the chains of the five newest ratchet steps and none of the one before them',
    run: async (makeEngine) => {
      const { alice, bob } = await twoInTouch(await makeEngine())
      const held: Sent[] = []
      for (let step = 0; step < CHAINS_MAX + 1; step++) {
        held.push(...(await sendMany(alice, bob, 1)))
        await deliver(alice, bob, 'there')
        await deliver(bob, alice, 'and back')
      }
      const [tooLate, ...late] = held
      await leavesUntouched(bob, 'a message of a forgotten chain', () =>
        checkRefused(bob.receive(alice, bytesOf(tooLate)), 'SEALPOST_MESSAGE_INVALID')
      )
      for (const sent of late) {
        await expectText(bob, alice, sent)
      }
    }
  },
  {
    title: 'goes on where messages were lost, in both directions',
    run: async (makeEngine) => {
      const { alice, bob } = await twoInTouch(await makeEngine())
      for (let turn = 0; turn < 5; turn++) {
        await sendMany(alice, bob, 20)
        await deliver(alice, bob, 'the twenty before are lost')
        await sendMany(bob, alice, 20)
        await deliver(bob, alice, 'and these')
      }
    }
  },
  {
    title: 'refuses a message that was decrypted before, of either type',
    run: async (makeEngine) => {
      const engine = await makeEngine()
      const alice = await Party.create(engine)
      const bob = await Party.create(engine)
      await alice.startSession(bob, await bob.publish({ hasOneTimePrekey: true }))
      const first = await deliver(alice, bob, 'one')
      const refused = (ciphertext: Ciphertext): Promise<void> =>
        leavesUntouched(bob, 'a duplicate', () =>
          checkRefused(bob.receive(alice, ciphertext), 'SEALPOST_DUPLICATE_MESSAGE')
        )
      await refused(first)
      await deliver(bob, alice, 'two')
      const third = await deliver(alice, bob, 'three')
      await refused(third)
      await deliver(bob, alice, 'four')
      await deliver(alice, bob, 'five')
      await refused(third)
      await refused(first)
    }
  },
  {
    title: 'takes a changed copy of a message that was decrypted before for the duplicate it is',
    run: async (makeEngine) => {
      const { alice, bob } = await twoInTouch(await makeEngine())
      const { bytes, type } = await deliver(alice, bob, 'once')
      const changed = bytes.slice()
      changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1
      await leavesUntouched(bob, 'a changed duplicate', () =>
        checkRefused(bob.receive(alice, { type, bytes: changed }), 'SEALPOST_DUPLICATE_MESSAGE')
      )
    }
  },
  {
    title: 'keeps the keys of 2,000 skipped messages and none of the one before them',
    run: async (makeEngine) => {
      const { alice, bob } = await twoInTouch(await makeEngine())
      const sent = await sendMany(alice, bob, SKIPPED_MAX + 2)
      await expectText(bob, alice, sent.at(-1))
      await expectText(bob, alice, sent[1])
      await expectText(bob, alice, sent.at(-2))
      await leavesUntouched(bob, 'a message too old', () =>
        checkRefused(bob.receive(alice, bytesOf(sent[0])), 'SEALPOST_DUPLICATE_MESSAGE')
      )
    }
  },
  {
    title: 'carries a long conversation through loss, delay and duplicates',
    run: async (makeEngine) => {
      const { alice, bob } = await twoInTouch(await makeEngine())
      const chance = pseudoRandom(20_251_122)
      const late = new Map<Party, Sent[]>([
        [alice, []],
        [bob, []]
      ])
      for (let turn = 0; turn < 140; turn++) {
        const [from, to] = turn % 2 === 0 ? [alice, bob] : [bob, alice]
        const fates = (await sendMany(from, to, 1 + chance(3))).map((sent) => ({
          sent,
          fate: chance(10)
        }))
        const arriving = fates.filter(({ fate }) => fate > 2).map(({ sent }) => sent)
        for (const sent of [...(late.get(from) ?? []), ...arriving.reverse()]) {
          await expectText(to, from, sent)
          if (chance(6) === 0) {
            await checkRefused(to.receive(from, sent.ciphertext), 'SEALPOST_DUPLICATE_MESSAGE')
          }
        }
        // 0 and 1 of the ten fates are loss, 2 comes with the sender's next turn.
        late.set(
          from,
          fates.filter(({ fate }) => fate === 2).map(({ sent }) => sent)
        )
      }
    }
  }
]

/** Limits so far out that reaching them takes seconds. */
export const SLOW_ORDER_CASES: readonly ComplianceCase[] = [
  {
    title: 'goes on after 24,999 lost messages in a row and not after one more',
    run: async (makeEngine) => {
      const { alice, bob } = await twoInTouch(await makeEngine())
      await sendMany(alice, bob, LOST_MAX)
      const [inTime, tooFar] = await sendMany(alice, bob, 2)
      await leavesUntouched(bob, 'a message too far ahead', () =>
        checkRefused(bob.receive(alice, bytesOf(tooFar)), 'SEALPOST_MESSAGE_INVALID')
      )
      await expectText(bob, alice, inTime)
      await expectText(bob, alice, tooFar)
    }
  },
  {
    title: 'keeps forty earlier sessions and none of the one before them',
    run: async (makeEngine) => {
      const { alice, bob } = await twoInTouch(await makeEngine())
      const held: Sent[] = []
      for (let session = 0; session < ARCHIVED_MAX + 1; session++) {
        held.push(...(await sendMany(alice, bob, 1)))
        await alice.startSession(bob, await bob.publish({ hasOneTimePrekey: true }))
        await deliver(alice, bob, 'afresh')
        await deliver(bob, alice, 'and answered')
      }
      const [tooLate, ...late] = held
      await leavesUntouched(bob, 'a message of a forgotten session', () =>
        checkRefused(bob.receive(alice, bytesOf(tooLate)), 'SEALPOST_MESSAGE_INVALID')
      )
      await expectText(bob, alice, late[0])
    }
  }
]

interface Sent {
  readonly text: string
  readonly ciphertext: Ciphertext
}

async function sendMany(from: Party, to: Party, count: number): Promise<readonly Sent[]> {
  const sent: Sent[] = []
  for (let number = 0; number < count; number++) {
    const text = `message ${String(number)}`
    sent.push({ text, ciphertext: await from.send(to, text) })
  }
  return sent
}

function bytesOf(sent: Sent | undefined): Ciphertext {
  check(sent !== undefined, 'a message was sent')
  return sent.ciphertext
}

async function expectText(to: Party, from: Party, sent: Sent | undefined): Promise<void> {
  checkEqual(await to.receive(from, bytesOf(sent)), sent?.text, 'another text than was sent')
}

/** Integers below `bound`, the same for the same seed: a linear congruential generator (Numerical Recipes 7.1). */
function pseudoRandom(seed: number): (bound: number) => number {
  let state = seed
  return (bound) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * bound)
  }
}
