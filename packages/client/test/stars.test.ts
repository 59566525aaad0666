import assert from 'node:assert/strict'
import type { ContactId, MessageId } from '@sealpost/protocol'
import { type ClientEvent, type Message, restoreHome, type StarredOptions } from '../src/index.ts'
import { acquainted } from './acquaintance.ts'
import { CHEAP } from './backup-of-records.ts'
import { eventually, linkDevice } from './linked-device.ts'
import { MemoryFile, pieces } from './memory-file.ts'
import { TestHome, type World } from './world.ts'

function idOf(message: Message | undefined): MessageId {
  assert.ok(message?.messageId)
  return message.messageId
}

async function textsOf({ client }: TestHome, options?: StarredOptions): Promise<readonly string[]> {
  return (await client.starred(options)).messages.map(({ text }) => text)
}

/** A home has that many messages of the contact. */
async function has(
  world: World,
  { client }: TestHome,
  contactId: ContactId,
  count: number
): Promise<readonly Message[]> {
  await eventually(world, async () => (await client.messages(contactId)).length >= count)
  return client.messages(contactId)
}

describe('a message that a person starred', function () {
  this.timeout(60_000)

  it('is starred on their devices, also those to come, and in what is restored; the contact learns nothing', async () => {
    const { world, alice, bob, toBob, toAlice } = await acquainted()
    const laptop = await linkDevice(world, alice, 'laptop')
    const own = await world.run(alice.client.send(toBob, 'my own'))
    await world.run(bob.client.send(toAlice, 'the address'))
    const theirs = (await has(world, alice, toBob, 2)).find(({ kind }) => kind === 'received')
    const starred = await world.run(alice.client.setStar(idOf(theirs), true))
    assert.ok(starred.isStarred)
    await world.run(alice.client.setStar(idOf(own), true))
    await eventually(world, async () => (await textsOf(laptop)).length === 2)
    await world.run(laptop.client.setStar(idOf(own), false))
    await eventually(world, async () => (await textsOf(alice)).length === 1)
    assert.deepEqual(await textsOf(alice), ['the address'])
    assert.deepEqual(await textsOf(bob), [])
    const phone = await linkDevice(world, alice, 'phone')
    await eventually(world, async () => (await textsOf(phone)).length === 1)
    const file = new MemoryFile()
    await world.run(alice.client.backup(file, { passphrase: 'battery staple', cost: CHEAP }))
    await alice.close()
    const home = new TestHome(world, 'alice', false)
    const secrets = { passphrase: 'correct horse', passphraseCost: CHEAP }
    const wish = { ...secrets, filePassphrase: 'battery staple', isOldDeviceLost: true }
    await world.run(restoreHome(home.ports(), pieces(file.bytes), wish, world.clock.wallMs()))
    await world.run(home.open())
    assert.deepEqual(await textsOf(home), ['the address'])
  })

  it('is told of to listeners, once, and is starred again by asking', async () => {
    const { world, alice, toBob } = await acquainted()
    const sent = await world.run(alice.client.send(toBob, 'my own'))
    const told: ClientEvent[] = []
    alice.client.listen((event) => {
      if (event.type === 'message-changed') {
        told.push(event)
      }
    })
    for (const isStarred of [true, true, false, false, true]) {
      const now = await world.run(alice.client.setStar(idOf(sent), isStarred))
      assert.equal(now.isStarred, isStarred)
    }
    const stars = told.flatMap((event) =>
      event.type === 'message-changed' ? [event.message.isStarred] : []
    )
    assert.deepEqual(stars, [true, false, true])
    const again = [true, false, true, false].map((isStarred) => {
      return alice.client.setStar(idOf(sent), isStarred)
    })
    await world.run(Promise.all(again))
    assert.deepEqual(await textsOf(alice), [])
  })

  it('is no more starred once it is deleted, taken back, or its time is over', async () => {
    const { world, alice, toBob } = await acquainted()
    const [one, other] = [
      await world.run(alice.client.send(toBob, 'one')),
      await world.run(alice.client.send(toBob, 'other'))
    ]
    await world.run(alice.client.setTimer(toBob, 60))
    const fading = await world.run(alice.client.send(toBob, 'for a minute'))
    for (const message of [one, other, fading]) {
      await world.run(alice.client.setStar(idOf(message), true))
    }
    assert.deepEqual(await textsOf(alice), ['for a minute', 'other', 'one'])
    await world.run(alice.client.deleteForMe(idOf(one)))
    assert.deepEqual(await textsOf(alice), ['for a minute', 'other'])
    await world.run(alice.client.recall(idOf(other)))
    assert.deepEqual(await textsOf(alice), ['for a minute'])
    await world.pass(61_000)
    await eventually(world, async () => (await textsOf(alice)).length === 0)
    await assert.rejects(alice.client.setStar(idOf(one), true), {
      code: 'SEALPOST_UNKNOWN_MESSAGE'
    })
    await assert.rejects(alice.client.setStar(idOf(other), true), {
      code: 'SEALPOST_TOO_LATE',
      detail: 'taken-back'
    })
    assert.equal((await world.run(alice.client.setStar(idOf(other), false))).isStarred, false)
  })
})

describe('the list of starred messages', function () {
  this.timeout(60_000)

  it('has the newest first, page by page, of all conversations or of one', async () => {
    const { world, alice, toBob } = await acquainted()
    const carol = await world.addHome('carol')
    await carol.open()
    await world.meet(alice, carol)
    const { contactId: toCarol } = await world.run(alice.client.findContact('carol'))
    const said: string[] = []
    for (const [to, text] of [
      [toBob, 'b1'],
      [toCarol, 'c1'],
      [toBob, 'b2'],
      [toCarol, 'c2'],
      [toBob, 'b3']
    ] as const) {
      const message = await world.run(alice.client.send(to, text))
      await world.run(alice.client.setStar(idOf(message), true))
      said.unshift(text)
      await world.pass(1_000)
    }
    await world.run(alice.client.send(toBob, 'without a star'))
    assert.deepEqual(await textsOf(alice), said)
    assert.deepEqual(await textsOf(alice, { contactId: toCarol }), ['c2', 'c1'])
    for (const contactId of [undefined, toBob]) {
      const whole = await textsOf(alice, { contactId })
      for (const limit of [1, 2, whole.length]) {
        const paged: string[] = []
        let before: string | undefined
        do {
          const page = await alice.client.starred({ contactId, limit, before })
          assert.ok(page.messages.length <= limit)
          paged.push(...page.messages.map(({ text }) => text))
          before = page.before
        } while (before !== undefined)
        assert.deepEqual(paged, whole)
      }
    }
    await assert.rejects(alice.client.starred({ limit: 0 }), { code: 'SEALPOST_USAGE' })
  })
})
