import assert from 'node:assert/strict'
import { acquainted, write } from './acquaintance.ts'
import { askToLink, eventually, join, linkDevice, said, saysExactly } from './linked-device.ts'
import type { TestHome, World } from './world.ts'

interface People {
  readonly world: World
  readonly laptop: TestHome
  readonly phone: TestHome
  readonly bob: TestHome
}

/** Alice with two devices, and bob, who knows her. */
async function people(): Promise<People> {
  const { world, alice: laptop, bob } = await acquainted()
  await write(world, bob, 'alice', 'before')
  await saysExactly(world, laptop, 'bob', ['before'])
  const phone = await linkDevice(world, laptop, 'phone')
  await saysExactly(world, phone, 'bob', ['before'])
  return { world, laptop, phone, bob }
}

describe('an account with two devices', function () {
  this.timeout(60_000)

  it('shows what is said either way on both, once each', async () => {
    const { world, laptop, phone, bob } = await people()
    await write(world, laptop, 'bob', 'from the laptop')
    await write(world, phone, 'bob', 'from the phone')
    await saysExactly(world, bob, 'alice', ['before', 'from the laptop', 'from the phone'])
    await write(world, bob, 'alice', 'to both')
    const all = ['before', 'from the laptop', 'from the phone', 'to both']
    await saysExactly(world, laptop, 'bob', all)
    await saysExactly(world, phone, 'bob', all)
    await world.pass(5_000)
    assert.equal((await said(world, phone, 'bob')).length, 4)
    assert.equal((await said(world, laptop, 'bob')).length, 4)
  })

  it('shows a message of the other device as its own, and what the contact says of it', async () => {
    const { world, laptop, phone, bob } = await people()
    await write(world, phone, 'bob', 'from the phone')
    await saysExactly(world, laptop, 'bob', ['before', 'from the phone'])
    await saysExactly(world, bob, 'alice', ['before', 'from the phone'])
    await write(world, bob, 'alice', 'I see')
    const { contactId } = await world.run(laptop.client.findContact('bob'))
    await eventually(world, async () => {
      const copy = (await laptop.client.messages(contactId)).find(({ isCopy }) => isCopy === true)
      assert.equal(copy?.kind, 'sent')
      return copy.state === 'delivered'
    })
  })

  it('takes a message back on both', async () => {
    const { world, laptop, phone, bob } = await people()
    const { contactId } = await world.run(phone.client.findContact('bob'))
    const sent = await world.run(phone.client.send(contactId, 'a slip'))
    await saysExactly(world, laptop, 'bob', ['before', 'a slip'])
    await world.run(phone.client.recall(sent.messageId ?? ('' as never)))
    await saysExactly(world, laptop, 'bob', ['before', ''])
    await saysExactly(world, bob, 'alice', ['before', ''])
  })

  it('counts as read on one what was read on the other', async () => {
    const { world, laptop, phone, bob } = await people()
    await write(world, bob, 'alice', 'news')
    await saysExactly(world, phone, 'bob', ['before', 'news'])
    await saysExactly(world, laptop, 'bob', ['before', 'news'])
    await world.run(phone.client.markShown(await world.run(phone.client.received())))
    const { contactId } = await world.run(laptop.client.findContact('bob'))
    await eventually(world, async () => {
      return (await laptop.client.contact(contactId)).unreadCount === 0
    })
  })

  it('knows on one a contact that was made on the other, under the name it was given', async () => {
    const { world, laptop, phone } = await people()
    const carol = await world.addHome('carol')
    await carol.open()
    await world.meet(laptop, carol)
    await eventually(world, async () => {
      const names = (await phone.client.contacts()).map(({ name, standing }) => [name, standing])
      return names.some(([name, standing]) => name === 'carol' && standing === 'accepted')
    })
    await write(world, phone, 'carol', 'hello from the phone')
    await saysExactly(world, carol, 'alice', ['hello from the phone'])
    await saysExactly(world, laptop, 'carol', ['hello from the phone'])
    await write(world, carol, 'alice', 'hello to both')
    await saysExactly(world, phone, 'carol', ['hello from the phone', 'hello to both'])
    const { contactId } = await world.run(phone.client.findContact('carol'))
    await world.run(phone.client.rename(contactId, 'Caro'))
    await eventually(world, async () => {
      return (await laptop.client.contacts()).some(({ name }) => name === 'Caro')
    })
  })

  it('goes on without the device that was lost, once that is removed', async () => {
    const { world, laptop, phone, bob } = await people()
    await laptop.close()
    const { device } = phone.client.profile
    await world.run(phone.client.removeDevice(1))
    assert.deepEqual(
      phone.client.devices().map((one) => one.device),
      [device]
    )
    await eventually(world, async () => {
      const { contactId } = await bob.client.findContact('alice')
      const notices = (await bob.client.messages(contactId)).map(({ notice }) => notice)
      return notices.includes('device-removed')
    })
    await write(world, bob, 'alice', 'are you there')
    await saysExactly(world, phone, 'bob', ['before', 'are you there'])
    await laptop.open()
    await eventually(world, () => {
      return Promise.resolve(!laptop.client.devices().some(({ isThis }) => isThis))
    })
    await assert.rejects(write(world, laptop, 'bob', 'from the thief'), {
      code: 'SEALPOST_DEVICE_REMOVED'
    })
    assert.deepEqual(
      (await said(world, laptop, 'bob')).map(({ text }) => text),
      ['before'],
      'it keeps what it had, and gets nothing more'
    )
    await laptop.close()
    await laptop.open()
    await assert.rejects(write(world, laptop, 'bob', 'once more'), {
      code: 'SEALPOST_DEVICE_REMOVED'
    })
  })

  it('shows what the removed device said before it was removed', async () => {
    const { world, laptop, phone, bob } = await people()
    await laptop.close()
    const { contactId } = await world.run(phone.client.findContact('bob'))
    await world.run(phone.client.send(contactId, 'just before'))
    await world.pass(2_000)
    await saysExactly(world, bob, 'alice', ['before', 'just before'])
    await phone.close()
    for (const relay of world.relays) {
      await relay.stop()
    }
    await laptop.open()
    const [{ device } = assert.fail()] = laptop.client.devices().filter(({ isThis }) => !isThis)
    await world.run(laptop.client.removeDevice(device))
    for (const relay of world.relays) {
      await relay.start()
    }
    await saysExactly(world, laptop, 'bob', ['before', 'just before'])
  })

  it('joins the lists of two devices that let others in at the same time', async () => {
    const { world, laptop, phone, bob } = await people()
    const [forLaptop, forPhone] = [await askToLink(world, laptop), await askToLink(world, phone)]
    const third = await join(world, forLaptop.code, 'third')
    const fourth = await join(world, forPhone.code, 'fourth')
    await third.open()
    await fourth.open()
    await world.run(Promise.all([forLaptop.linked, forPhone.linked]))
    const four = [laptop, phone, third, fourth].map(({ client }) => client.profile.device)
    four.sort((a, b) => a - b)
    for (const home of [laptop, phone, third, fourth]) {
      await eventually(world, () => {
        const numbers = home.client.devices().map(({ device }) => device)
        return Promise.resolve(numbers.join() === four.join())
      })
    }
    await write(world, bob, 'alice', 'to all four')
    for (const home of [laptop, phone, third, fourth]) {
      await saysExactly(world, home, 'bob', ['before', 'to all four'])
    }
    await write(world, fourth, 'bob', 'from the fourth')
    for (const home of [laptop, phone, third]) {
      await saysExactly(world, home, 'bob', ['before', 'to all four', 'from the fourth'])
    }
  })

  it('names its devices the same on both', async () => {
    const { world, laptop, phone } = await people()
    assert.deepEqual(
      laptop.client.devices().map(({ device, name, isThis }) => [device, name, isThis]),
      [
        [1, '', true],
        [phone.client.profile.device, 'phone', false]
      ]
    )
    await world.run(phone.client.renameDevice(1, 'old laptop'))
    await eventually(world, () => {
      return Promise.resolve(laptop.client.devices().some(({ name }) => name === 'old laptop'))
    })
  })
})
