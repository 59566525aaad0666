/** Composes the peer of this browser: the client over IndexedDB, libp2p and the engine, and what answers pages. */
import type { ClientPorts } from '@sealpost/client'
import { createNobleEngine, findWebCryptoCurve, KeyPairPool } from '@sealpost/crypto-noble'
import { eraseIndexedStore, openIndexedStore } from '@sealpost/storage-indexeddb'
import type { Transport } from '@sealpost/host'
import { createPathTransport, createTransport } from '@sealpost/transport-libp2p'
import { CHANNEL, type PageEvent } from '../wire/messages.ts'
import { WorkerEnd } from '../wire/worker-end.ts'
import { AutoLock } from './auto-lock.ts'
import { abortable, browserClock, browserRandom } from './browser-ports.ts'
import { feedbackCalls } from './feedback-calls.ts'
import { Home } from './home.ts'
import type { KeyHandover } from './key-handover.ts'
import { PageWebRtc } from './page-web-rtc.ts'
import { PeerService } from './peer-service.ts'
import { RecentLog } from './recent-log.ts'
import { ReportsKeeper } from './reports-keeper.ts'
import { storageCalls } from './storage-calls.ts'
import { Traffic } from './traffic.ts'

const STORE = 'sealpost'
/** Of the account that reports are written from. */
const REPORTS_STORE = 'sealpost-reports'
/** What a search needs is read once the screens have what they show. */
const PREPARE_MS = 2_000

export type RunPeer = typeof runPeer

/** Runs for as long as this worker lives. @param who a name that no other worker has */
export async function runPeer(who: string, handover: KeyHandover): Promise<never> {
  const log = new RecentLog(() => browserClock.wallMs())
  const native = { curve: await findWebCryptoCurve(crypto.subtle) }
  const random = browserRandom
  const pool = new KeyPairPool({ random, native })
  const end = new WorkerEnd(
    new BroadcastChannel(CHANNEL),
    who,
    (name, args) => service.perform(name, args),
    (error) => {
      log.error('web.call.failed', { reason: error instanceof Error ? error.name : 'unknown' })
    }
  )
  const tell = (event: PageEvent): void => {
    end.tell(event)
    if (event.type === 'message' || event.type === 'sent') {
      // So that the next step of a ratchet finds its key pair ready.
      void pool.fill()
    }
    if (event.type === 'home' && event.state.type === 'open') {
      browserClock.setTimer(PREPARE_MS, () => {
        prepareSearch(home)
      })
    }
  }
  const webRtc = new PageWebRtc(globalThis)
  const traffic = new Traffic(browserClock)
  const makeTransport = async (): Promise<Transport> =>
    traffic.counted(await createTransport({ clock: browserClock }))
  const newEngine = (): ClientPorts['engine'] => createNobleEngine({ random, native, pool })
  const shared = { clock: browserClock, random, log, abortable }
  const reports = new ReportsKeeper({
    ports: { ...shared, open: () => openIndexedStore(REPORTS_STORE), engine: newEngine() },
    makeTransport,
    tell
  })
  const home = new Home({
    ports: {
      ...shared,
      open: () => openIndexedStore(STORE),
      engine: newEngine(),
      openDirect: traffic.countedDirect(() => createPathTransport({ clock: browserClock, webRtc }))
    },
    makeTransport,
    traffic,
    reports,
    erase: eraseAll,
    tell,
    onKey: (key) => {
      if (key === undefined) {
        handover.forget()
      } else {
        handover.hold(key)
      }
    }
  })
  const autoLock = new AutoLock(browserClock, () => home.lock())
  const service = new PeerService(
    home,
    autoLock,
    { ...storageCalls(home, traffic), ...feedbackCalls(home, log), ...reports.calls() },
    tell
  )
  await home.start(handover.key)
  // Only now: what pages ask of a home that is not open yet would be refused.
  end.open()
  void pool.fill()
  return Promise.withResolvers<never>().promise
}

async function eraseAll(): Promise<void> {
  await eraseIndexedStore(REPORTS_STORE)
  await eraseIndexedStore(STORE)
}

/** Ahead of the first search; where the home was closed meanwhile there is nothing to prepare, and a store that fails says so itself. */
function prepareSearch(home: Home): void {
  if (home.state.type === 'open') {
    home.client.prepareSearch().catch(() => undefined)
  }
}
