import { acquainted, write } from './acquaintance.ts'
import { eventually, linkDevice, saysExactly } from './linked-device.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
const WEEK_MS = 7 * DAY_MS

describe('a device that was away for longer than others write to it', function () {
  this.timeout(120_000)

  it('is given by the others what it missed, shows how far that is, and lacks nothing in the end', async () => {
    const { world, alice: laptop, bob } = await acquainted()
    await write(world, laptop, 'bob', 'before')
    const phone = await linkDevice(world, laptop, 'phone')
    const texts = ['before']
    await saysExactly(world, phone, 'bob', texts)
    const tablet = await linkDevice(world, laptop, 'tablet')
    await saysExactly(world, tablet, 'bob', texts)
    for (const { client } of [laptop, phone, tablet, bob, laptop, phone, tablet]) {
      await world.run(client.settle())
    }
    const transferCount = phone.client.transfers().length
    await phone.close()
    for (let week = 1; week <= 10; week++) {
      const awake = [laptop, tablet, bob]
      await Promise.all(awake.map((home) => home.close()))
      await world.skip(7 * DAY_MS)
      await Promise.all(awake.map((home) => home.open()))
      for (const [from, to] of [
        [laptop, 'bob'],
        [bob, 'alice']
      ] as const) {
        texts.push(`to ${to} in week ${String(week)}`)
        await write(world, from, to, `to ${to} in week ${String(week)}`)
      }
      await saysExactly(world, laptop, 'bob', texts)
      await saysExactly(world, bob, 'alice', texts)
      await saysExactly(world, tablet, 'bob', texts)
      for (const { client } of awake) {
        await world.run(client.settle())
      }
    }
    await phone.open()
    await saysExactly(world, phone, 'bob', texts)
    await eventually(world, () => {
      const incoming = phone.client.transfers().filter(({ isIncoming }) => isIncoming)
      return Promise.resolve(
        incoming.length > transferCount && incoming.every(({ isDone }) => isDone)
      )
    })
    await world.pass(HOUR_MS / 3, 1_000)
    await eventually(world, async () => (await phone.client.contacts())[0]?.missingCount === 0)
    await saysExactly(world, phone, 'bob', texts)
    texts.push('awake')
    await write(world, laptop, 'bob', 'awake')
    for (const home of [laptop, phone, tablet]) {
      await saysExactly(world, home, 'bob', texts)
    }
  })

  it('asks the others for what a contact cannot send any more, and came after they had given what they had', async () => {
    const { world, alice: laptop, bob } = await acquainted()
    const phone = await linkDevice(world, laptop, 'phone')
    await write(world, bob, 'alice', 'before')
    await saysExactly(world, laptop, 'bob', ['before'])
    await saysExactly(world, phone, 'bob', ['before'])
    for (const { client } of [laptop, phone, bob, laptop, phone]) {
      await world.run(client.settle())
    }
    await phone.close()
    await world.skip(6 * WEEK_MS)
    await world.pass(20 * MINUTE_MS, 1_000)
    await write(world, laptop, 'bob', 'still here')
    await saysExactly(world, bob, 'alice', ['before', 'still here'])
    await world.run(bob.client.settle())
    bob.client.setOnline(false)
    await world.pass(1_000)
    await write(world, bob, 'alice', 'long on its way')
    await world.skip(4 * WEEK_MS)
    await world.pass(20 * MINUTE_MS, 1_000)
    await phone.open()
    await world.pass(20 * MINUTE_MS, 1_000)
    await phone.close()
    // What the phone wrote to bob is gone when he comes back: he hears of it only once the laptop has what he had written.
    await world.skip(2 * WEEK_MS + DAY_MS)
    await world.pass(20 * MINUTE_MS, 1_000)
    bob.client.setOnline(true)
    await saysExactly(world, laptop, 'bob', ['before', 'still here', 'long on its way'])
    await world.run(laptop.client.settle())
    await world.run(bob.client.settle())
    await phone.open()
    await write(world, bob, 'alice', 'after')
    await write(world, phone, 'bob', 'heard')
    const texts = ['before', 'still here', 'long on its way', 'after', 'heard']
    await world.pass(3 * HOUR_MS, 5_000)
    await saysExactly(world, phone, 'bob', texts)
  })
})
