import assert from 'node:assert/strict'
import { RELAY_RESTORE_KEYS, type RelayEffect, type RelayInput, RelayMachine } from '@sealpost/core'
import { Driver } from '@sealpost/host'
import { MemoryLog } from '@sealpost/host/testing'
import { type ClientFrame, type MailboxRequest, relayMultihash } from '@sealpost/protocol'
import { openLevelStore, RELAY_STORE_OPTIONS } from '@sealpost/storage-level'
import { nodeKeyOfSeed } from '@sealpost/transport-libp2p'
import { dataDirectory, loadOrCreateNodeSeed } from '../src/store/data-directory.ts'
import { SYSTEM_CLOCK } from '../src/world/system-clock.ts'
import { SYSTEM_RANDOM } from '../src/world/system-random.ts'
import { testEnvelope, testMailbox } from './raw-client.ts'
import { GENEROUS, testConfig } from './relay-scene.ts'

const MAILBOXES = 256
/** Deposits that are handled before their answers are waited for. */
const STEP = 1_000

/** Makes the data directory of a relay that keeps so many envelopes, through its machine, without a network between. */
export async function storeEnvelopes(data: string, count: number): Promise<void> {
  const directory = dataDirectory(data)
  const { seed } = await loadOrCreateNodeSeed(directory)
  const relay = relayMultihash(await nodeKeyOfSeed(seed))
  const options = testConfig(data, {
    ...GENEROUS,
    'requests-unanswered-max': '1000000',
    'pending-reads-max': '1000000'
  }).relay
  let waiting = 0
  let onAnswered: (() => void) | undefined
  const driver = await Driver.start<RelayInput, RelayEffect, RelayMachine>({
    open: () => openLevelStore(directory.storePath, RELAY_STORE_OPTIONS),
    restore: async (store) =>
      RelayMachine.restore(await store.getMany(RELAY_RESTORE_KEYS), {
        relay,
        random: SYSTEM_RANDOM,
        options
      }),
    clock: SYSTEM_CLOCK,
    log: new MemoryLog(),
    perform: (effects) => {
      waiting -= effects.filter(({ type }) => type === 'send').length
      if (waiting === 0) {
        onAnswered?.()
      }
    },
    onCrash: () => undefined
  })
  let number = 0
  const ask = async (requests: readonly MailboxRequest[]): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<undefined>()
    onAnswered = () => {
      resolve(undefined)
    }
    waiting = requests.length
    for (const request of requests) {
      const frame: ClientFrame = { type: 'request', number: ++number, request }
      driver.post({ type: 'frame', atMs: driver.now(), connection: 1, frame })
    }
    await promise
  }
  driver.post({ type: 'opened', atMs: driver.now(), connection: 1, range: '' })
  const mailboxes = Array.from({ length: MAILBOXES }, () => testMailbox())
  for (let from = 0; from < MAILBOXES; from += 64) {
    const registrations = mailboxes.slice(from, from + 64).map((mailbox) => mailbox.registration)
    await ask([{ type: 'register', registrations, work: undefined }])
  }
  for (let stored = 0; stored < count; stored += STEP) {
    const step = Math.min(STEP, count - stored)
    await ask(
      Array.from({ length: step }, (_, at) => {
        const mailbox = mailboxes[(stored + at) % MAILBOXES] ?? testMailbox()
        const { mailboxId, depositToken } = mailbox
        const envelope = testEnvelope()
        return {
          type: 'deposit',
          mailboxId,
          depositToken,
          envelope,
          isLive: false,
          work: undefined
        }
      })
    )
  }
  assert.equal(driver.machine?.status().envelopeCount, count)
  await driver.close()
}
