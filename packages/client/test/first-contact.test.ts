import assert from 'node:assert/strict'
import { createHome, SealpostClient } from '../src/index.ts'
import { type TestHome, World } from './world.ts'

const WEEK_MS = 7 * 86_400_000

async function worldOfTwo(
  relayCount = 3
): Promise<{ world: World; alice: TestHome; bob: TestHome }> {
  const world = new World()
  await world.addRelays(relayCount)
  const alice = await world.addHome('alice')
  const bob = await world.addHome('bob')
  await alice.open()
  await bob.open()
  return { world, alice, bob }
}

describe('first contact', () => {
  it('comes about although the two are never online together', async () => {
    const { world, alice, bob } = await worldOfTwo()
    await bob.close()
    const { link } = await world.run(alice.client.invite({ expiresInMs: WEEK_MS }))
    await world.run(alice.client.settle())
    await alice.close()
    await bob.open()
    const { contactId } = await world.run(bob.client.add(link))
    await world.run(bob.client.waitForContact(contactId, 'requested'))
    await world.run(bob.client.send(contactId, 'before you said yes'))
    await bob.close()
    await alice.open()
    await world.run(alice.client.drain())
    await world.run(alice.client.settle())
    await alice.close()
    await bob.open()
    await world.run(bob.client.waitForContact(contactId, 'accepted'))
    await world.run(bob.client.settle())
    await bob.close()
    await alice.open()
    await world.run(alice.client.drain())
    assert.deepEqual(
      (await world.run(alice.client.received())).map(({ text }) => text),
      ['before you said yes']
    )
  })

  it('tells the second who opens a link that it was used', async () => {
    const { world, alice, bob } = await worldOfTwo()
    const mallory = await world.addHome('mallory')
    await mallory.open()
    const { link } = await world.run(alice.client.invite({ expiresInMs: WEEK_MS }))
    await world.run(alice.client.settle())
    const first = await world.run(bob.client.add(link))
    await world.run(bob.client.waitForContact(first.contactId, 'accepted'))
    const second = await world.run(mallory.client.add(link))
    await assert.rejects(world.run(mallory.client.waitForContact(second.contactId, 'accepted')), {
      code: 'SEALPOST_LINK_USED'
    })
    assert.equal((await world.run(alice.client.contacts())).length, 1)
  })

  it('accepts one of two who opened a link at the same time, and tells the other', async () => {
    const { world, alice, bob } = await worldOfTwo()
    const carol = await world.addHome('carol')
    await carol.open()
    const { link } = await world.run(alice.client.invite({ expiresInMs: WEEK_MS }))
    await world.run(alice.client.settle())
    await alice.close()
    const guests = await Promise.all(
      [bob, carol].map(async ({ client }) => ({
        client,
        contact: await world.run(client.add(link))
      }))
    )
    for (const { client, contact } of guests) {
      await world.run(client.waitForContact(contact.contactId, 'requested'))
    }
    await alice.open()
    const ends = await Promise.allSettled(
      guests.map(({ client, contact }) =>
        world.run(client.waitForContact(contact.contactId, 'accepted'))
      )
    )
    assert.deepEqual(ends.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
    assert.equal((await world.run(alice.client.contacts())).length, 1)
  })

  it('refuses a link of one’s own, a damaged one and an expired one, each with its code', async () => {
    const { world, alice, bob } = await worldOfTwo(1)
    const { link } = await world.run(alice.client.invite({ expiresInMs: 60_000 }))
    await assert.rejects(alice.client.add(link), { code: 'SEALPOST_LINK_OWN' })
    await assert.rejects(bob.client.add(link.slice(0, -3)), { code: 'SEALPOST_LINK_INVALID' })
    await assert.rejects(bob.client.add('hello'), { code: 'SEALPOST_LINK_INVALID' })
    await world.pass(61_000, 1_000)
    await assert.rejects(bob.client.add(link), { code: 'SEALPOST_LINK_EXPIRED' })
  })

  it('survives a kill of the guest after every commit', async () => {
    await killAtEveryCommit('bob')
  }).timeout(60_000)

  it('survives a kill of the inviter after every commit', async () => {
    await killAtEveryCommit('alice')
  }).timeout(60_000)
})

/** Lets the two meet and write to each other, and kills one after its first commit, its second, and so on until none is left. */
async function killAtEveryCommit(victim: 'alice' | 'bob'): Promise<void> {
  for (let commits = 1; ; commits++) {
    const { world, alice, bob } = await worldOfTwo(2)
    const { link } = await world.run(alice.client.invite({ expiresInMs: WEEK_MS }))
    const home = victim === 'alice' ? alice : bob
    const killAt = home.disk.commitCount + commits
    const adding = bob.client.add(link)
    adding.catch(() => undefined)
    let isKilled = false
    for (let step = 0; step < 400 && !isKilled; step++) {
      await world.pass(5, 5)
      if (home.disk.commitCount >= killAt) {
        home.kill(commits % 2)
        isKilled = true
      }
    }
    if (!isKilled) {
      assert.ok(commits > 4, 'the victim wrote something')
      return
    }
    await home.open()
    if ((await world.run(bob.client.contacts())).length === 0) {
      await world.run(bob.client.add(link))
    }
    const [contact] = await world.run(bob.client.contacts())
    assert.ok(contact)
    await world.run(bob.client.waitForContact(contact.contactId, 'accepted'))
    const sent = await world.run(bob.client.send(contact.contactId, 'we met'))
    assert.ok(sent.messageId)
    await world.run(bob.client.waitForMessage(sent.messageId, 'delivered'))
    const got = await world.run(alice.client.received())
    assert.deepEqual(
      got.map(({ text }) => text),
      ['we met']
    )
    await alice.close()
    await bob.close()
  }
}

describe('a home', () => {
  it('opens with its passphrase alone, and says what is wrong otherwise', async () => {
    const world = new World()
    await world.addRelays(1)
    const alice = await world.addHome('alice')
    await assert.rejects(SealpostClient.open(alice.ports(), { passphrase: 'wrong' }), {
      code: 'SEALPOST_PASSPHRASE_WRONG'
    })
    await assert.rejects(SealpostClient.open(alice.ports()), {
      code: 'SEALPOST_PASSPHRASE_REQUIRED'
    })
    await (await SealpostClient.open(alice.ports(), { passphrase: 'correct horse' })).close()
  })

  it('is made once', async () => {
    const world = new World()
    const relays = await world.addRelays(1)
    const alice = await world.addHome('alice')
    await assert.rejects(
      createHome(alice.ports(), { name: 'alice', relays, passphrase: undefined }, 0),
      {
        code: 'SEALPOST_HOME_EXISTS'
      }
    )
  })

  it('holds no text, name, identity or link in the clear', async () => {
    const { world, alice, bob } = await worldOfTwo(1)
    await world.meet(alice, bob)
    const { contactId, identityKey } = await world.run(alice.client.findContact('bob'))
    await world.run(alice.client.send(contactId, 'a secret that nobody reads'))
    await world.run(alice.client.settle())
    const tables = [
      'account',
      'contact',
      'message',
      'session',
      'outbox',
      'invitation',
      'known-relay'
    ] as const
    const rows = tables.flatMap((table) => alice.disk.rows(table))
    assert.ok(rows.length > 6)
    const all = rows
      .map(({ key, value }) => `${key} ${Buffer.from(value).toString('latin1')}`)
      .join('\n')
    const hex = Buffer.from(all, 'latin1').toString('hex')
    for (const secret of [
      'a secret that nobody reads',
      'bob',
      'alice',
      identityKey ?? '',
      'sealpost:i/'
    ]) {
      assert.ok(secret !== '' && !all.includes(secret), `${secret} is not in the clear`)
    }
    assert.ok(!hex.includes(alice.client.profile.identityKey), 'no identity key in bytes')
  })
})
