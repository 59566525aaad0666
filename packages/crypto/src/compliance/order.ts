import type { Ciphertext } from '../signal-engine.ts'
import type { ComplianceCase } from './compliance-case.ts'
import { checkEqual, checkRefused } from './check.ts'
import { Party, deliver, leavesUntouched, twoInTouch } from './party.ts'

/** Keys of skipped messages that a chain keeps. */
const SKIPPED_MAX = 2_000

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
        checkRefused(
          bob.receive(alice, sent[0]?.ciphertext ?? { type: 2, bytes: new Uint8Array(0) }),
          'SEALPOST_DUPLICATE_MESSAGE'
        )
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

async function expectText(to: Party, from: Party, sent: Sent | undefined): Promise<void> {
  checkEqual(
    sent === undefined ? undefined : await to.receive(from, sent.ciphertext),
    sent?.text ?? 'a message',
    'another text than was sent'
  )
}

/** Integers below `bound`, the same for the same seed: a linear congruential generator (Numerical Recipes 7.1). */
function pseudoRandom(seed: number): (bound: number) => number {
  let state = seed
  return (bound) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * bound)
  }
}
