import assert from 'node:assert/strict'
import { acquainted, write } from './acquaintance.ts'
import { askToLink, eventually, join, linkDevice, saysExactly } from './linked-device.ts'
import type { TestHome, World } from './world.ts'

interface Three {
  readonly world: World
  readonly bob: TestHome
  readonly homes: readonly [TestHome, TestHome, TestHome]
  /** What was said so far. */
  readonly texts: string[]
}

/** Alice with three devices, the third let in by the second while all talk; and bob, who knows her. */
async function three(): Promise<Three> {
  const { world, alice: laptop, bob } = await acquainted()
  const texts: string[] = []
  const say = async (from: TestHome, text: string): Promise<void> => {
    texts.push(text)
    await write(world, from, from === bob ? 'alice' : 'bob', text)
  }
  await say(laptop, 'before all')
  const phone = await linkDevice(world, laptop, 'phone')
  await saysExactly(world, phone, 'bob', texts)
  const { code, linked } = await askToLink(world, phone)
  const tablet = await join(world, code, 'tablet')
  await say(laptop, 'from the laptop while the tablet joins')
  await say(phone, 'from the phone while the tablet joins')
  await say(bob, 'from bob while the tablet joins')
  await tablet.open()
  await world.run(linked)
  await say(laptop, 'from the laptop, a moment later')
  await say(bob, 'from bob, a moment later')
  return { world, bob, homes: [laptop, phone, tablet], texts }
}

async function agree({ world, bob, texts }: Three, homes: readonly TestHome[]): Promise<void> {
  for (const home of homes) {
    await saysExactly(world, home, 'bob', texts)
  }
  await saysExactly(world, bob, 'alice', texts)
}

function numberOf(home: TestHome | undefined): number {
  return home?.client.devices().find(({ isThis }) => isThis)?.device ?? 0
}

describe('an account with three devices', function () {
  this.timeout(120_000)

  it('shows on all of them what was said while the third joined, and what each says then', async () => {
    const all = await three()
    const { world, bob, homes, texts } = all
    await agree(all, homes)
    for (const [index, home] of homes.entries()) {
      texts.push(`from device ${String(index + 1)}`)
      await write(world, home, 'bob', `from device ${String(index + 1)}`)
    }
    texts.push('to all three')
    await write(world, bob, 'alice', 'to all three')
    await agree(all, homes)
    for (const { client } of homes) {
      await eventually(world, async () => (await client.contacts())[0]?.missingCount === 0)
      await eventually(world, () =>
        Promise.resolve(client.transfers().every(({ isDone }) => isDone))
      )
    }
  })

  for (const removed of [0, 1, 2]) {
    it(`goes on with the two others when number ${String(removed + 1)} is removed`, async () => {
      const all = await three()
      const { world, bob, homes, texts } = all
      await agree(all, homes)
      const left = homes.filter((_, index) => index !== removed)
      const [first, second] = left
      assert.ok(first !== undefined && second !== undefined)
      const number = numberOf(homes[removed])
      await world.run(first.client.removeDevice(number))
      for (const home of [...left, homes[removed]]) {
        await eventually(world, () => {
          return Promise.resolve(home?.client.devices().length === 2)
        })
      }
      for (const home of left) {
        texts.push(`from one of two, ${String(left.indexOf(home))}`)
        await write(world, home, 'bob', `from one of two, ${String(left.indexOf(home))}`)
      }
      texts.push('to both')
      await write(world, bob, 'alice', 'to both')
      await agree(all, left)
      await world.run(second.client.removeDevice(numberOf(first)))
      texts.push('to one')
      await eventually(world, () => Promise.resolve(second.client.devices().length === 1))
      await world.run(second.client.settle())
      await write(world, bob, 'alice', 'to one')
      await agree(all, [second])
    })
  }
})
