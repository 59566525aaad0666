import assert from 'node:assert/strict'
import { joinAccount } from '../src/index.ts'
import { askToLink, join, linkDevice } from './linked-device.ts'
import { TestHome, World } from './world.ts'

async function alone(relayCount = 2): Promise<{ readonly world: World; readonly first: TestHome }> {
  const world = new World()
  await world.addRelays(relayCount)
  const first = await world.addHome('alice')
  await first.open()
  return { world, first }
}

describe('linking a device', function () {
  this.timeout(60_000)

  it('shows the same six digits on both devices', async () => {
    const { world, first } = await alone()
    const asked = await askToLink(world, first)
    const home = new TestHome(world, 'phone', false)
    let digits = ''
    const options = {
      name: 'phone',
      passphrase: undefined,
      onDigits: (shown: string) => {
        digits = shown
      }
    }
    const joined = await world.run(joinAccount(home.ports(), asked.code, options))
    assert.match(digits, /^[0-9]{6}$/)
    assert.equal(asked.digits(), digits)
    assert.ok(joined.device > 1)
    assert.equal(joined.name, 'alice')
    assert.equal(joined.identityKey, first.client.profile.identityKey)
  })

  it('leaves nothing behind where the person says no', async () => {
    const { world, first } = await alone()
    const { code, linked } = await askToLink(world, first, false)
    const refused = assert.rejects(linked, { code: 'SEALPOST_DENIED' })
    await assert.rejects(join(world, code, 'phone'), { code: 'SEALPOST_DENIED' })
    await world.run(refused)
    assert.equal(first.client.devices().length, 1)
    const again = await linkDevice(world, first, 'phone')
    assert.equal(again.client.devices().length, 2)
  })

  it('refuses a code once its ten minutes are over', async () => {
    const { world, first } = await alone()
    const { code, linked } = await askToLink(world, first)
    const expired = assert.rejects(linked, { code: 'SEALPOST_LINK_EXPIRED' })
    world.clock.advance(600_001)
    await world.run(expired)
    await assert.rejects(join(world, code, 'phone'))
  })

  it('ends when the caller says so, and destroys the code', async () => {
    const { world, first } = await alone()
    const controller = new AbortController()
    let shown: (code: string) => void = () => undefined
    const code = new Promise<string>((resolve) => {
      shown = resolve
    })
    const linked = first.client.linkDevice({
      signal: controller.signal,
      onCode: shown,
      onAsk: () => Promise.resolve(true)
    })
    const text = await world.run(code)
    controller.abort()
    await assert.rejects(world.run(linked), { code: 'SEALPOST_TIMEOUT' })
    await assert.rejects(join(world, text, 'phone'), { code: 'SEALPOST_DENIED' })
  })

  it('links through the one relay that can be reached', async () => {
    const { world, first } = await alone(3)
    await world.relays[0]?.stop()
    await world.relays[1]?.stop()
    const phone = await linkDevice(world, first, 'phone')
    assert.deepEqual(
      phone.client.devices().map(({ device, isThis }) => [device, isThis]),
      [
        [1, false],
        [phone.client.profile.device, true]
      ]
    )
  })

  it('does not touch a home that has an account', async () => {
    const { world, first } = await alone()
    const { code, linked } = await askToLink(world, first)
    linked.catch(() => undefined)
    const bob = await world.addHome('bob')
    const options = { name: '', passphrase: undefined, onDigits: () => undefined }
    await assert.rejects(world.run(joinAccount(bob.ports(), code, options)), {
      code: 'SEALPOST_HOME_EXISTS'
    })
  })

  for (const [what, text] of [
    ['a link', 'sealpost:i/AAAA'],
    ['half a code', 'sealpost:d/AQIDBAUG'],
    ['no code', 'hello']
  ] as const) {
    it(`says what is wrong with ${what}`, async () => {
      const { world } = await alone()
      await assert.rejects(join(world, text, 'phone'), { code: 'SEALPOST_LINK_INVALID' })
    })
  }
})
