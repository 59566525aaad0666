import assert from 'node:assert/strict'
import { restoreHome } from '../src/index.ts'
import { acquainted, write } from './acquaintance.ts'
import { eventually, linkDevice, saysExactly } from './linked-device.ts'
import { MemoryFile, pieces } from './memory-file.ts'
import { TestHome, type World } from './world.ts'

const CHEAP = { memoryKib: 8_192, passes: 1, lanes: 1 }
const FILE = { passphrase: 'a long phrase', cost: CHEAP }

/** Alice, and bob, who knows her. */
async function people(): Promise<{
  readonly world: World
  readonly laptop: TestHome
  readonly bob: TestHome
}> {
  const { world, alice: laptop, bob } = await acquainted()
  await write(world, bob, 'alice', 'before')
  await saysExactly(world, laptop, 'bob', ['before'])
  return { world, laptop, bob }
}

async function backUp(world: World, home: TestHome): Promise<Uint8Array> {
  const file = new MemoryFile()
  await world.run(home.client.backup(file, FILE))
  return file.bytes
}

async function restore(
  world: World,
  file: Uint8Array,
  isOldDeviceLost: boolean
): Promise<TestHome> {
  const home = new TestHome(world, 'restored', false)
  const options = {
    filePassphrase: FILE.passphrase,
    passphrase: 'correct horse',
    passphraseCost: CHEAP,
    isOldDeviceLost
  }
  const nowMs = world.clock.wallMs()
  await world.run(restoreHome(home.ports(), pieces(file), options, nowMs))
  await home.open()
  return home
}

/** Each of an account's devices says something, and each shows all of it. */
async function sayAll(
  world: World,
  bob: TestHome,
  homes: readonly TestHome[],
  before: readonly string[]
): Promise<void> {
  const texts = [...before]
  for (const [index, home] of homes.entries()) {
    const text = `from device ${String(index + 1)} of ${String(homes.length)}`
    texts.push(text)
    await write(world, home, 'bob', text)
  }
  texts.push('to all')
  await write(world, bob, 'alice', 'to all')
  for (const home of [...homes, bob]) {
    await saysExactly(world, home, home === bob ? 'alice' : 'bob', texts)
  }
}

describe('a backup that is restored while the device that made it goes on', function () {
  this.timeout(60_000)

  it('reaches all other devices by itself, both ways', async () => {
    const { world, laptop, bob } = await people()
    const phone = await linkDevice(world, laptop, 'phone')
    await saysExactly(world, phone, 'bob', ['before'])
    await eventually(world, () => Promise.resolve(laptop.client.devices()[1]?.isReachable === true))
    await world.run(laptop.client.renameDevice(1, 'laptop'))
    const file = await backUp(world, laptop)
    await world.run(laptop.client.settle())
    const restored = await restore(world, file, false)
    const three = [laptop, phone, restored].map(({ client }) => client.profile.device)
    three.sort((a, b) => a - b)
    for (const home of [laptop, phone, restored]) {
      await eventually(world, () => {
        const numbers = home.client.devices().map(({ device }) => device)
        return Promise.resolve(numbers.join() === three.join())
      })
    }
    const names = restored.client.devices().map(({ name }) => name)
    assert.deepEqual(names.sort(), ['', 'laptop', 'phone'])
    await sayAll(world, bob, [laptop, phone, restored], ['before'])
  })

  it('reaches it although that was the only device of the account', async () => {
    const { world, laptop, bob } = await people()
    const file = await backUp(world, laptop)
    await world.run(laptop.client.settle())
    await laptop.close()
    await laptop.open()
    await world.run(laptop.client.settle())
    assert.deepEqual(laptop.client.devices().length, 1)
    const restored = await restore(world, file, false)
    await sayAll(world, bob, [laptop, restored], ['before'])
  })

  it('reaches those that are left where it is lost, after weeks too', async () => {
    const { world, laptop, bob } = await people()
    const phone = await linkDevice(world, laptop, 'phone')
    await saysExactly(world, phone, 'bob', ['before'])
    await eventually(world, () => Promise.resolve(laptop.client.devices()[1]?.isReachable === true))
    const { link } = await world.run(laptop.client.invite({ isReusable: true }))
    const leftAt = (home: TestHome): number | undefined =>
      home.client.links().find((one) => one.link === link)?.relays[0]?.claimablesLeft
    const isKnown = (): boolean => phone.client.links().some((one) => one.link === link)
    await eventually(world, () => Promise.resolve(isKnown()))
    const file = await backUp(world, laptop)
    await laptop.close()
    for (let week = 0; week < 3; week++) {
      await world.run(phone.client.settle())
      await phone.close()
      await bob.close()
      await world.skip(7 * 86_400_000)
      await bob.open()
      await phone.open()
      await world.run(phone.client.settle())
    }
    const restored = await restore(world, file, true)
    await eventually(world, () => {
      return Promise.resolve(!phone.client.devices().some(({ device }) => device === 1))
    })
    await sayAll(world, bob, [phone, restored], ['before'])
    await world.pass(90_000, 500)
    assert.ok(isKnown())
    assert.equal(leftAt(phone), undefined)
    assert.ok((leftAt(restored) ?? 0) > 0, 'it serves the link')
    const carol = await world.addHome('carol')
    await carol.open()
    await world.run(carol.client.add(link, { text: 'it is me' }))
    for (const { client } of [phone, restored]) {
      await eventually(world, () => Promise.resolve(client.requests()[0]?.text === 'it is me'))
    }
  })
})
