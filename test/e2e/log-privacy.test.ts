import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createHome, SealpostClient } from '@sealpost/client'
import { nodeKeyToPeerIdText } from '@sealpost/protocol'
import { realPorts } from './real-ports.ts'
import { RelayProcess } from './relay-process.ts'

describe('logs at every level', () => {
  it('hold nothing that tells who talks to whom, or what', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'sealpost-logs-'))
    const relay = await RelayProcess.start(join(directory, 'relay'), {
      SEALPOST_RELAY_LOG_LEVEL: 'debug',
      SEALPOST_RELAY_WORK_BITS: '4'
    })
    const lines: string[] = []
    try {
      const clients = await Promise.all(
        ['alice', 'bob'].map(async (name) => {
          const ports = await realPorts(join(directory, name), (line) => lines.push(line))
          const home = { name, relays: [relay.address], passphrase: undefined }
          await createHome(ports, home, Date.now())
          return SealpostClient.open(ports)
        })
      )
      const [alice, bob] = clients
      assert.ok(alice !== undefined && bob !== undefined)
      const { link } = await alice.invite({ expiresInMs: 86_400_000 })
      const { contactId } = await bob.add(link)
      await bob.waitForContact(contactId, 'accepted')
      const { messageId } = await bob.send(contactId, 'a text that no log holds')
      assert.ok(messageId)
      await bob.waitForMessage(messageId, 'delivered')
      const identities = clients.map(({ profile }) => profile.identityKey)
      await relay.end('SIGKILL')
      await relay.restart()
      await bob.drain()
      await Promise.all(clients.map((client) => client.close()))
      await relay.end('SIGTERM')
      const secrets = [
        'alice',
        'bob',
        'a text that no log holds',
        link,
        contactId,
        messageId,
        ...identities,
        relay.address.nodeKey,
        nodeKeyToPeerIdText(relay.address.nodeKey),
        '127.0.0.1'
      ]
      const log = [...lines, relay.log].join('\n')
      assert.match(log, /relay\.ready/)
      assert.match(log, /client\./)
      for (const secret of secrets) {
        assert.ok(!log.includes(secret), `${secret} is in a log`)
      }
    } finally {
      await relay.end('SIGKILL')
      await rm(directory, { recursive: true })
    }
  }).timeout(60_000)
})
