/** People who use a relay, for who looks at it meanwhile. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { createHome, SealpostClient } from '@sealpost/client'
import type { RelayAddress } from '@sealpost/protocol'
import { realPorts } from '../e2e/real-ports.ts'

/** Two people who write to each other without a break, from clients like everybody's, until `end`. */
export async function loadOn(
  relay: RelayAddress,
  folder: string
): Promise<{ readonly end: () => Promise<void> }> {
  const [alice, bob] = await Promise.all([
    clientAt(relay, folder, 'alice'),
    clientAt(relay, folder, 'bob')
  ])
  const { link } = await alice.invite({ expiresInMs: 86_400_000 })
  const { contactId } = await bob.add(link)
  await bob.waitForContact(contactId, 'accepted')
  const ended = new AbortController()
  const writing = (async () => {
    while (!ended.signal.aborted) {
      const { messageId } = await bob.send(contactId, 'what nobody else reads')
      await bob.waitForMessage(messageId ?? assert.fail('it has a number'), 'delivered')
    }
  })()
  return {
    end: async () => {
      ended.abort()
      await writing
      await Promise.all([alice.close(), bob.close()])
    }
  }
}

async function clientAt(
  relay: RelayAddress,
  folder: string,
  name: string
): Promise<SealpostClient> {
  const ports = await realPorts(join(folder, name), () => undefined)
  await createHome(ports, { name, relays: [relay], passphrase: undefined }, Date.now())
  return SealpostClient.open(ports)
}
