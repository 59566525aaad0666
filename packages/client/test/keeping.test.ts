import assert from 'node:assert/strict'
import { MUTED_FOR_EVER_MS } from '@sealpost/protocol'
import { PINS_MAX, restoreHome } from '../src/index.ts'
import { acquainted } from './acquaintance.ts'
import { CHEAP } from './backup-of-records.ts'
import { eventually, linkDevice } from './linked-device.ts'
import { MemoryFile, pieces } from './memory-file.ts'
import { TestHome } from './world.ts'

const HOUR_MS = 3_600_000

describe('where a person keeps a conversation', function () {
  this.timeout(60_000)

  it('is the same on their devices, and in what is restored, and the contact learns nothing', async () => {
    const { world, alice, bob, toBob, toAlice } = await acquainted()
    const phone = await linkDevice(world, alice, 'phone')
    const kept = { isPinned: true, muteForMs: Number.POSITIVE_INFINITY, isMarkedUnread: true }
    const chosen = await world.run(alice.client.keep(toBob, kept))
    assert.deepEqual(
      [chosen.mutedUntilMs, chosen.isMarkedUnread, chosen.archivedAtMs],
      [MUTED_FOR_EVER_MS, true, undefined]
    )
    assert.ok(chosen.pinnedAtMs)
    await eventually(world, async () => {
      const { pinnedAtMs, mutedUntilMs, isMarkedUnread } = await phone.client.findContact('bob')
      return pinnedAtMs === chosen.pinnedAtMs && mutedUntilMs !== undefined && isMarkedUnread
    })
    const again = await world.run(alice.client.keep(toBob, { isPinned: true }))
    assert.equal(again.pinnedAtMs, chosen.pinnedAtMs)
    const { pinnedAtMs, mutedUntilMs } = await world.run(bob.client.contact(toAlice))
    assert.deepEqual([pinnedAtMs, mutedUntilMs], [undefined, undefined])
    const file = new MemoryFile()
    await world.run(alice.client.backup(file, { passphrase: 'battery staple', cost: CHEAP }))
    await alice.close()
    const home = new TestHome(world, 'alice', false)
    const secrets = { passphrase: 'correct horse', passphraseCost: CHEAP }
    const wish = { ...secrets, filePassphrase: 'battery staple', isOldDeviceLost: true }
    await world.run(restoreHome(home.ports(), pieces(file.bytes), wish, world.clock.wallMs()))
    await world.run(home.open())
    assert.equal((await home.client.findContact('bob')).pinnedAtMs, chosen.pinnedAtMs)
  })

  it('is the archive until something is said, or for good where it is muted', async () => {
    const { world, alice, bob, toBob, toAlice } = await acquainted()
    await world.pass(1_000)
    assert.ok((await world.run(alice.client.keep(toBob, { isArchived: true }))).archivedAtMs)
    await world.pass(1_000)
    await world.run(bob.client.send(toAlice, 'hi'))
    await eventually(world, async () => {
      return (await alice.client.contact(toBob)).archivedAtMs === undefined
    })
    await world.run(alice.client.keep(toBob, { isArchived: true, muteForMs: HOUR_MS }))
    await world.run(bob.client.send(toAlice, 'hi again'))
    await eventually(world, async () => (await alice.client.contact(toBob)).unreadCount === 2)
    assert.ok((await alice.client.contact(toBob)).archivedAtMs)
    await world.pass(HOUR_MS)
    assert.equal((await alice.client.contact(toBob)).mutedUntilMs, undefined)
    const back = await world.run(alice.client.keep(toBob, { isArchived: false }))
    assert.equal(back.archivedAtMs, undefined)
  })

  it('refuses a mute that is no time, and one pin too many', async () => {
    const { world, alice, toBob } = await acquainted()
    for (const muteForMs of [-1, Number.NaN]) {
      await assert.rejects(alice.client.keep(toBob, { muteForMs }), { code: 'SEALPOST_USAGE' })
    }
    const { link } = await world.run(alice.client.invite({ isReusable: true }))
    for (let count = 1; count <= PINS_MAX; count++) {
      const name = `guest ${String(count)}`
      const guest = await world.addHome(name)
      await guest.open()
      await world.run(guest.client.add(link))
      await eventually(world, async () => alice.client.requests().length > 0)
      const [request] = alice.client.requests()
      assert.ok(request)
      await world.run(alice.client.acceptRequest(request.contactId))
      await world.run(alice.client.keep(request.contactId, { isPinned: true }))
      await guest.close()
    }
    await assert.rejects(alice.client.keep(toBob, { isPinned: true }), {
      code: 'SEALPOST_USAGE',
      detail: 'too-many-pins'
    })
    await world.run(alice.client.keep(toBob, { isArchived: true }))
  })
})
