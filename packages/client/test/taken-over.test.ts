import assert from 'node:assert/strict'
import { messageIds } from '@sealpost/protocol'
import { SealpostClient, unlockHome } from '../src/index.ts'
import { acquainted } from './acquaintance.ts'

const messageId = messageIds.fromBytes(new Uint8Array(16).fill(7))

describe('a home that another process goes on with', () => {
  it('is opened by its vault key, without the passphrase', async () => {
    const { alice } = await acquainted({ relayCount: 1 })
    await alice.close()
    await assert.rejects(unlockHome(alice.ports(), { passphrase: 'wrong' }), {
      code: 'SEALPOST_PASSPHRASE_WRONG'
    })
    await assert.rejects(unlockHome(alice.ports(), {}), {
      code: 'SEALPOST_PASSPHRASE_REQUIRED'
    })
    const vaultKey = await unlockHome(alice.ports(), { passphrase: 'correct horse' })
    const client = await SealpostClient.open(alice.ports(), { vaultKey, isOnline: false })
    assert.equal(client.profile.name, 'alice')
    await client.close()
    await assert.rejects(
      SealpostClient.open(alice.ports(), { vaultKey: new Uint8Array(32), isOnline: false })
    )
  })

  it('sends a message once that is asked for again under its id, over a kill', async () => {
    const { world, alice, bob } = await acquainted({ relayCount: 1 })
    const { contactId } = await world.run(alice.client.findContact('bob'))
    const first = await world.run(alice.client.send(contactId, 'once', { messageId }))
    alice.kill()
    await alice.open()
    const again = await world.run(alice.client.send(contactId, 'once', { messageId }))
    assert.deepEqual([again.key, again.messageId], [first.key, messageId])
    await world.run(alice.client.waitForMessage(messageId, 'delivered'))
    const got = await world.run(bob.client.received())
    assert.deepEqual(
      got.map(({ text }) => text),
      ['once']
    )
  })
})
