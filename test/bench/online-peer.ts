/** Run by the bench: a whole client in a process of its own, composed as an app does it. `online-peer.ts HOME`. */
import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { type ClientPorts, createHome, SealpostClient } from '@sealpost/client'
import { createLibsignalEngine } from '@sealpost/crypto-libsignal'
import type { ContactId, RelayAddress } from '@sealpost/protocol'
import { openLevelStore } from '@sealpost/storage-level'
import { createTransport } from '@sealpost/transport-libp2p'
import { answerCalls } from './answer-calls.ts'
import { silentLog, systemClock } from './system-clock.ts'

const INVITATION_MS = 86_400_000
const [directory = ''] = process.argv.slice(2)

const ports: ClientPorts = {
  open: async () => openLevelStore(directory),
  transport: await createTransport({ clock: systemClock }),
  engine: createLibsignalEngine(),
  clock: systemClock,
  random: { bytes: (count) => new Uint8Array(randomBytes(count)) },
  log: silentLog,
  abortable: () => {
    const controller = new AbortController()
    return { signal: controller.signal, abort: () => controller.abort() }
  }
}

let client: SealpostClient | undefined
let contactId: ContactId | undefined
/** Milliseconds from when each received message was due at its sender. */
let latenciesMs: number[] = []

function opened(): SealpostClient {
  if (client === undefined) {
    throw new Error('open comes first')
  }
  return client
}

/** The clock of the machine, which is one for all its processes. */
function nowMs(): number {
  return Number(process.hrtime.bigint()) / 1e6
}

interface Sending {
  readonly perSecond: number
  readonly count: number
  readonly textBytes: number
}

answerCalls({
  open: async ({ name, relays }: { name: string; relays: readonly RelayAddress[] }) => {
    await createHome(ports, { name, relays, passphrase: undefined }, Date.now())
    client = await SealpostClient.open(ports)
    client.listen((event) => {
      if (event.type === 'message' && event.message.kind === 'received') {
        contactId ??= event.message.contactId
        latenciesMs.push(nowMs() - Number.parseFloat(event.message.text))
      }
    })
  },
  invite: async () => (await opened().invite({ expiresInMs: INVITATION_MS })).link,
  add: async (link: string) => {
    const contact = await opened().add(link)
    contactId = contact.contactId
    await opened().waitForContact(contactId, 'accepted')
  },
  /** Sends at an even pace whatever becomes of what was sent, each text with the time at which it was due. */
  send: async ({ perSecond, count, textBytes }: Sending) => {
    const to = contactId ?? (await opened().contacts())[0]?.contactId
    if (to === undefined) {
      throw new Error('nobody to write to')
    }
    const startMs = nowMs()
    const sent: Promise<unknown>[] = []
    for (let i = 0; i < count; i++) {
      const dueMs = startMs + (i * 1_000) / perSecond
      const leftMs = dueMs - nowMs()
      if (leftMs > 0) {
        await delay(leftMs)
      }
      sent.push(opened().send(to, `${dueMs} `.padEnd(textBytes, '.')))
    }
    await Promise.all(sent)
  },
  /** Gives the latencies since the last call, once there are `count`. */
  received: async (count: number) => {
    const { promise, resolve } = Promise.withResolvers<undefined>()
    const look = (): void => {
      if (latenciesMs.length >= count) {
        resolve(undefined)
      }
    }
    const stop = opened().listen(look)
    look()
    await promise
    stop()
    const all = latenciesMs
    latenciesMs = []
    return all
  }
})
