import assert from 'node:assert/strict'
import type { ContactId, ErrorCode } from '@sealpost/protocol'
import { acquainted, type Acquainted, write } from './acquaintance.ts'
import type { TestHome } from './world.ts'

const FULL: ErrorCode = 'SEALPOST_STORE_FULL'

/** What a home says of its store from now on. */
function problemsOf(home: TestHome): readonly (ErrorCode | undefined)[] {
  const problems: (ErrorCode | undefined)[] = []
  home.client.listen((event) => {
    if (event.type === 'store') {
      problems.push(event.problem)
    }
  })
  return problems
}

async function textsOf(
  { world }: Acquainted,
  home: TestHome,
  contactId: ContactId
): Promise<readonly string[]> {
  const messages = await world.run(home.client.messages(contactId))
  return messages.map(({ text }) => text).filter((text) => text !== '')
}

/** Two people who have talked, and whose receipts have arrived. */
async function talked(): Promise<Acquainted> {
  const all = await acquainted({ relayCount: 1 })
  const messageId = await write(all.world, all.bob, 'alice', 'hello')
  await all.world.run(all.bob.client.waitForMessage(messageId, 'delivered'))
  await all.world.run(all.alice.client.settle())
  return all
}

describe('a home whose disk is full', function () {
  this.timeout(30_000)

  it('is readable, stays off the network, and goes on once there is room', async () => {
    const all = await talked()
    const { world, alice, bob, toBob } = all
    const problems = problemsOf(alice)
    alice.disk.capacityBytes = 0
    await assert.rejects(world.run(alice.client.send(toBob, 'too much')), { code: FULL })
    assert.deepEqual(problems, [FULL])
    await world.pass(1_000)
    const waiting = await write(world, bob, 'alice', 'are you there?')
    // Through several tries.
    for (let tries = 0; tries < 4; tries++) {
      await world.pass(10_000)
      assert.deepEqual(await textsOf(all, alice, toBob), ['hello'])
      assert.equal(alice.client.relays()[0]?.phase, 'waiting')
      assert.equal(alice.client.storage.problem, FULL)
    }
    assert.equal((await world.run(bob.client.message(waiting))).state, 'on-relay')
    assert.deepEqual(problems, [FULL])

    alice.disk.capacityBytes = Infinity
    await world.run(bob.client.waitForMessage(waiting, 'delivered'))
    assert.deepEqual(await textsOf(all, alice, toBob), ['hello', 'are you there?'])
    assert.deepEqual(problems, [FULL, undefined])
    const messageId = await write(world, alice, 'bob', 'now')
    await world.run(alice.client.waitForMessage(messageId, 'delivered'))
  })

  it('goes on at once when asked to try, and says that there is still no room', async () => {
    const { world, alice, toBob } = await talked()
    alice.disk.capacityBytes = 0
    await assert.rejects(world.run(alice.client.send(toBob, 'too much')), { code: FULL })
    await world.pass(1_000)
    await assert.rejects(world.run(alice.client.storage.tryWriting()), { code: FULL })
    // Nobody is told another reason while it is opened again.
    assert.throws(() => alice.client.relays(), { code: FULL })
    await world.pass(1_000)
    alice.disk.capacityBytes = Infinity
    await world.run(alice.client.storage.tryWriting())
    assert.equal(alice.client.storage.problem, undefined)
  })

  it('can be opened, and read', async () => {
    const all = await talked()
    const { world, alice, toBob } = all
    alice.kill()
    alice.disk.capacityBytes = 0
    await world.run(alice.open())
    assert.deepEqual(await textsOf(all, alice, toBob), ['hello'])
    await world.pass(60_000)
    assert.deepEqual(await textsOf(all, alice, toBob), ['hello'])
  })
})

describe('what conversations take', () => {
  it('is counted from the rows as they lie there, the largest first', async () => {
    const all = await talked()
    const { world, alice, bob, toBob } = all
    await world.run(alice.client.send(toBob, 'x'.repeat(5_000)))
    const carol = await world.addHome('carol')
    await carol.open()
    await world.meet(alice, carol)
    const { contactId: toCarol } = await world.run(alice.client.findContact('carol'))
    await world.run(alice.client.send(toCarol, 'short'))
    const sizes = await alice.client.storage.conversations()
    assert.deepEqual(
      sizes.map(({ contactId }) => contactId),
      [toBob, toCarol]
    )
    const rows = alice.disk.rows('message')
    const bytes = rows.reduce((sum, { key, value }) => sum + key.length + value.length, 0)
    const counted = sizes.reduce((sum, { byteCount }) => sum + byteCount, 0)
    assert.equal(counted, bytes)
    assert.ok((sizes[0]?.byteCount ?? 0) > 5_000)
    const count = sizes.reduce((sum, { messageCount }) => sum + messageCount, 0)
    assert.equal(count, rows.length)
    assert.ok(bob.disk.rows('message').length > 0)
  })
})
