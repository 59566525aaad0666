/**
 * Run by the bench: a device of somebody, in a process of its own that can be killed at any moment. `history-device.ts HOME`, and
 * behind it `direct` for one that may talk to its siblings without relays.
 */
import { randomBytes } from 'node:crypto'
import { type ClientPorts, createHome, joinAccount, SealpostClient } from '@sealpost/client'
import { createLibsignalEngine } from '@sealpost/crypto-libsignal'
import type { RelayAddress } from '@sealpost/protocol'
import { openLevelStore } from '@sealpost/storage-level'
import { createDirectTransport, createTransport } from '@sealpost/transport-libp2p'
import { textOf, writeHistory } from '../../packages/client/bench/long-history.ts'
import { answerCalls } from './answer-calls.ts'
import { silentLog, systemClock } from './system-clock.ts'

const INVITATION_MS = 86_400_000
const MINUTE_MS = 60_000
/** What else may stand in the conversation: notices. */
const BESIDE_MAX = 100
const [directory = '', path] = process.argv.slice(2)
const isDirect = path === 'direct'

async function portsOf(home: string): Promise<ClientPorts> {
  const listen = [{ host: '127.0.0.1', port: 0 }]
  return {
    open: async () => openLevelStore(home),
    transport: await createTransport({ clock: systemClock }),
    openDirect: isDirect
      ? async (onStream) =>
          createDirectTransport({ clock: systemClock, listen, log: silentLog, onStream })
      : undefined,
    engine: createLibsignalEngine(),
    clock: systemClock,
    random: { bytes: (count) => new Uint8Array(randomBytes(count)) },
    log: silentLog,
    abortable: () => {
      const controller = new AbortController()
      return { signal: controller.signal, abort: () => controller.abort() }
    }
  }
}

type Transfer = ReturnType<SealpostClient['transfers']>[number]

let client: SealpostClient | undefined

function opened(): SealpostClient {
  if (client === undefined) {
    throw new Error('open comes first')
  }
  return client
}

/** What came, or went, of the history. */
function howFar(): Pick<Transfer, 'done' | 'total' | 'isDone'> {
  const [transfer] = opened().transfers()
  return transfer ?? { done: 0, total: 0, isDone: false }
}

/** Resolves once it is so. */
async function until(isSo: () => boolean): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>()
  const look = (): void => {
    if (isSo()) {
      resolve(undefined)
    }
  }
  const stop = opened().listen(look)
  look()
  await promise
  stop()
}

interface Acquaintance {
  readonly relays: readonly RelayAddress[]
  /** Where the other person's home is made. */
  readonly otherHome: string
  readonly count: number
  /** Bytes behind each text. */
  readonly padding: number
}

/** @returns how many messages of the chat that `acquaint` made are there. @throws where one is not in its place */
async function checkHistory(count: number, padding: number): Promise<number> {
  const [contact] = await opened().contacts()
  if (contact === undefined) {
    return 0
  }
  let found = 0
  const messages = await opened().messages(contact.contactId, { limit: count + BESIDE_MAX })
  for (const { kind, text } of messages) {
    if (kind !== 'notice') {
      if (text !== textOf(found, padding)) {
        throw new Error(`in place of message ${String(found)}: ${text.slice(0, 40)}`)
      }
      found++
    }
  }
  return found
}

answerCalls({
  /** Makes the account, and somebody it has said a lot to and heard a lot from. */
  acquaint: async ({ relays, otherHome, count, padding }: Acquaintance) => {
    const [ports, otherPorts] = [await portsOf(directory), await portsOf(otherHome)]
    const home = { relays, passphrase: undefined, isDirect }
    await createHome(ports, { ...home, name: 'alice' }, Date.now())
    await createHome(otherPorts, { ...home, name: 'bob' }, Date.now())
    const alice = await SealpostClient.open(ports)
    const bob = await SealpostClient.open(otherPorts)
    const { link } = await alice.invite({ expiresInMs: INVITATION_MS })
    const { contactId } = await bob.add(link)
    await bob.waitForContact(contactId, 'accepted')
    await Promise.all([alice.settle(), bob.settle()])
    const [contact] = await alice.contacts()
    await Promise.all([alice.close(), bob.close()])
    if (contact === undefined) {
      throw new Error('they did not meet')
    }
    const closed = { open: async () => openLevelStore(directory), passphrase: undefined }
    const lastAtMs = Date.now() - MINUTE_MS
    await writeHistory(closed, { contactId: contact.contactId, count, padding, lastAtMs })
  },
  open: async () => {
    client = await SealpostClient.open(await portsOf(directory))
  },
  /** Resolves to the code as soon as it is shown; whoever reads it is let in. */
  showCode: async () =>
    new Promise<string>((resolve, reject) => {
      opened()
        .linkDevice({ onCode: resolve, onAsk: async () => true })
        .catch(reject)
    }),
  join: async (code: string) => {
    const ports = await portsOf(directory)
    const options = { name: 'phone', passphrase: undefined, onDigits: () => undefined }
    await joinAccount(ports, code, options)
    await ports.transport.close()
  },
  /** Resolves once so many messages were handed over. */
  reached: async (count: number) => {
    await until(() => howFar().done >= count)
    return howFar()
  },
  /** Resolves once there is nothing left to hand over. */
  ended: async () => until(() => howFar().isDone),
  check: async ({ count, padding }: { count: number; padding: number }) =>
    checkHistory(count, padding)
})
