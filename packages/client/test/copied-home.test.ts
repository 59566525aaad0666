import assert from 'node:assert/strict'
import { acquainted, write } from './acquaintance.ts'
import { homeOf, rowsOfHome } from './home-copy.ts'
import { eventually, linkDevice, said, saysExactly } from './linked-device.ts'
import type { TestHome, World } from './world.ts'

const HOUR_MS = 3_600_000

interface Two {
  readonly world: World
  readonly first: TestHome
  readonly bob: TestHome
}

/** Alice, of whose home there will be a copy, and bob, who know each other. */
async function aliceAndBob(relayCount: number): Promise<Two> {
  const { alice: first, ...others } = await acquainted({ relayCount })
  return { first, ...others }
}

describe('a home of which there is a copy', function () {
  this.timeout(60_000)

  it('sends nothing once the copy is online, and goes on as a device of its own', async () => {
    const { world, first, bob } = await aliceAndBob(2)
    await linkDevice(world, first, 'phone')
    await write(world, bob, 'alice', 'before')
    await saysExactly(world, first, 'bob', ['before'])
    await world.run(first.client.settle())
    await first.close()
    const copy = await homeOf(world, 'copy', rowsOfHome(first))
    await first.open()
    await world.run(first.client.drain())
    const happened: string[] = []
    first.client.listen(({ type }) => {
      if (type === 'superseded' || type === 'device-removed') {
        happened.push(type)
      }
    })
    await copy.open()
    await world.run(copy.client.drain())
    await assert.rejects(write(world, first, 'bob', 'x'), { code: 'SEALPOST_SUPERSEDED' })
    await assert.rejects(world.run(first.client.invite()), { code: 'SEALPOST_SUPERSEDED' })
    assert.deepEqual([first.client.stopped, copy.client.stopped], ['superseded', undefined])
    assert.deepEqual(happened, ['superseded'])
    await first.close()
    await first.open()
    assert.equal(first.client.stopped, 'superseded')
    await world.run(first.client.drain())
    const [one, two] = first.client.devices().map(({ device }) => device)
    const device = await world.run(first.client.becomeNewDevice())
    assert.ok(device !== one && device !== two)
    await first.open()
    await write(world, first, 'bob', 'from the new device')
    await saysExactly(world, bob, 'alice', ['before', 'from the new device'])
    await write(world, copy, 'bob', 'from the copy')
    await saysExactly(world, bob, 'alice', ['before', 'from the new device', 'from the copy'])
    await write(world, bob, 'alice', 'to all')
    await eventually(world, async () => {
      return (await said(world, first, 'bob')).some(({ text }) => text === 'to all')
    })
    await eventually(world, async () => {
      return (await said(world, copy, 'bob')).some(({ text }) => text === 'to all')
    })
  })

  it('is reached by contacts once it is a device of its own, also where the account had one device', async () => {
    const { world, first, bob } = await aliceAndBob(2)
    await write(world, bob, 'alice', 'before')
    await saysExactly(world, first, 'bob', ['before'])
    await world.run(first.client.settle())
    await first.close()
    const copy = await homeOf(world, 'copy', rowsOfHome(first))
    await first.open()
    await world.run(first.client.drain())
    await copy.open()
    await world.run(copy.client.drain())
    assert.notEqual(await world.run(first.client.becomeNewDevice()), 1)
    await first.open()
    await write(world, first, 'bob', 'from the new device')
    await saysExactly(world, bob, 'alice', ['before', 'from the new device'])
    await world.pass(5_000)
    await write(world, bob, 'alice', 'to all')
    await saysExactly(world, first, 'bob', ['before', 'from the new device', 'to all'])
    await eventually(world, async () => {
      return (await said(world, copy, 'bob')).some(({ text }) => text === 'to all')
    })
  })

  for (const hasPhone of [true, false]) {
    const who = hasPhone ? 'beside another device' : 'where it is the only device'

    it(`gives the copy what only it has, and is given what only the copy has, ${who}`, async () => {
      const { world, first, bob } = await aliceAndBob(1)
      const phone = hasPhone ? await linkDevice(world, first, 'phone') : undefined
      await world.run(first.client.settle())
      await phone?.close()
      await first.close()
      const copy = await homeOf(world, 'copy', rowsOfHome(first))
      await first.open()
      await write(world, bob, 'alice', 'to the first')
      await saysExactly(world, first, 'bob', ['to the first'])
      await world.run(first.client.settle())
      await copy.open()
      await world.run(copy.client.drain())
      for (const text of ['to the copy', 'and again']) {
        await write(world, bob, 'alice', text)
        await world.pass(3 * HOUR_MS, 10_000)
      }
      await saysExactly(world, copy, 'bob', ['to the first', 'to the copy', 'and again'])
      await world.run(first.client.becomeNewDevice())
      await first.open()
      await saysExactly(world, first, 'bob', ['to the first', 'to the copy', 'and again'])
      await saysExactly(world, copy, 'bob', ['to the first', 'to the copy', 'and again'])
    })

    it(`sends what it said and nobody got, beside what the copy says under the same number, ${who}`, async () => {
      const { world, first, bob } = await aliceAndBob(1)
      const phones = hasPhone ? [await linkDevice(world, first, 'phone')] : []
      await write(world, bob, 'alice', 'before')
      for (const home of [first, ...phones]) {
        await saysExactly(world, home, 'bob', ['before'])
      }
      await world.run(first.client.settle())
      await first.close()
      const copy = await homeOf(world, 'copy', rowsOfHome(first))
      await first.open()
      await world.run(first.client.drain())
      const [rita] = world.relays
      assert.ok(rita !== undefined)
      rita.lie = 'denies'
      await write(world, first, 'bob', 'from the first')
      await world.pass(1_000)
      rita.lie = undefined
      await copy.open()
      await world.run(copy.client.drain())
      await write(world, copy, 'bob', 'from the copy')
      const all = ['before', 'from the copy', 'from the first']
      await saysExactly(world, bob, 'alice', ['before', 'from the copy'])
      await world.run(first.client.becomeNewDevice())
      await first.open()
      for (const home of [bob, ...phones, first, copy]) {
        await saysExactly(world, home, home === bob ? 'alice' : 'bob', all)
      }
      const { contactId } = await world.run(first.client.findContact('bob'))
      await eventually(world, async () => {
        const messages = await first.client.messages(contactId)
        return messages.every(({ kind, state }) => kind !== 'sent' || state === 'delivered')
      })
    })
  }

  it('leaves no gap for who was blocked there: what was on its way to them comes once they are unblocked', async () => {
    const { world, first, bob } = await aliceAndBob(2)
    await linkDevice(world, first, 'phone')
    await write(world, first, 'bob', 'before')
    await saysExactly(world, bob, 'alice', ['before'])
    await world.run(first.client.settle())
    await first.close()
    const copy = await homeOf(world, 'copy', rowsOfHome(first))
    await first.open()
    first.client.setOnline(false)
    const dropped = await write(world, first, 'bob', 'not sent any more')
    const { contactId } = await world.run(first.client.findContact('bob'))
    await world.run(first.client.block(contactId))
    first.client.setOnline(true)
    await world.run(first.client.drain())
    await copy.open()
    await world.run(copy.client.drain())
    assert.equal(first.client.stopped, 'superseded')
    await world.run(first.client.becomeNewDevice())
    await first.open()
    await world.pass(60_000, 250)
    await saysExactly(world, bob, 'alice', ['before'])
    await world.run(first.client.unblock(contactId))
    await write(world, first, 'bob', 'after')
    await saysExactly(world, bob, 'alice', ['before', 'not sent any more', 'after'])
    await eventually(world, async () => {
      return (await first.client.message(dropped)).state === 'delivered'
    })
  })

  it('is a device of its own though much was due in the moment when it became one', async () => {
    const { world, first } = await aliceAndBob(1)
    await linkDevice(world, first, 'phone')
    await world.run(first.client.settle())
    await first.close()
    const copy = await homeOf(world, 'copy', rowsOfHome(first))
    await first.open()
    await world.run(first.client.drain())
    await copy.open()
    await world.run(copy.client.drain())
    await first.close()
    await world.skip(20 * 7 * 24 * HOUR_MS)
    await first.open()
    await world.run(first.client.becomeNewDevice())
    await first.open()
    assert.equal(first.client.stopped, undefined)
    await write(world, first, 'bob', 'from the new device')
  })

  it('leaves the copy that goes on where contacts and own devices reach it, though both had changed all addresses', async () => {
    const { world, first, bob } = await aliceAndBob(2)
    const relays = world.relays.map(({ address }) => address)
    const phone = await linkDevice(world, first, 'phone')
    await world.run(first.client.settle())
    await first.close()
    const copy = await homeOf(world, 'copy', rowsOfHome(first))
    for (const home of [first, copy]) {
      // Whichever is alone leaves a relay, and tells everybody so: the first one's word counts, and comes first.
      await home.open()
      await world.run(home.client.drain())
      await world.run(home.client.removeRelay(relays[1]?.nodeKey ?? ('' as never)))
      await world.pass(30_000)
      await home.close()
    }
    await first.open()
    await world.run(first.client.drain())
    await copy.open()
    await world.run(copy.client.drain())
    assert.equal(first.client.stopped, 'superseded')
    await world.run(first.client.becomeNewDevice())
    await first.open()
    await write(world, copy, 'bob', 'from the copy')
    await write(world, bob, 'alice', 'to all')
    await write(world, phone, 'bob', 'from the phone')
    await write(world, first, 'bob', 'from the first')
    const all = ['from the copy', 'to all', 'from the phone', 'from the first']
    for (const home of [bob, copy, phone, first]) {
      await saysExactly(world, home, home === bob ? 'alice' : 'bob', all)
    }
    await eventually(world, () => {
      const homes = [bob, copy, phone, first]
      return Promise.resolve(homes.every(({ disk }) => disk.rows('outbox').length === 0))
    })
  })

  it('gives no number twice once a contact has told an older copy which there were', async () => {
    const { world, first, bob } = await aliceAndBob(1)
    await world.run(first.client.settle())
    await first.close()
    const older = await homeOf(world, 'copy', rowsOfHome(first))
    await first.open()
    for (const text of ['one', 'two']) {
      await write(world, first, 'bob', text)
    }
    await saysExactly(world, bob, 'alice', ['one', 'two'])
    first.kill()
    await older.open()
    await write(world, bob, 'alice', 'are you there?')
    await saysExactly(world, older, 'bob', ['are you there?'])
    await write(world, older, 'bob', 'from a backup of the disk')
    await eventually(world, async () => {
      const texts = (await said(world, bob, 'alice')).map(({ text }) => text)
      return texts.includes('from a backup of the disk')
    })
  })

  it('is not taken for its own copy when it connects or starts again', async () => {
    const { world, alice, bob } = await acquainted({ relayCount: 1 })
    world.network.cut(world.relays[0]?.address.nodeKey ?? ('' as never))
    await world.pass(120_000, 1_000)
    await write(world, alice, 'bob', 'after the cut')
    await saysExactly(world, bob, 'alice', ['after the cut'])
    alice.kill()
    await alice.open()
    await world.run(alice.client.drain())
    await write(world, alice, 'bob', 'after the kill')
    await saysExactly(world, bob, 'alice', ['after the cut', 'after the kill'])
  })
})
