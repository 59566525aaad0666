/**
 * The worker that is the peer. Each tab has one; the lock of this origin says which of them may open the home, and the others wait
 * and take over the moment it is gone: a tab that was closed or killed gives its lock back by itself.
 */
import { browserClock, browserRandom, abortable } from './peer/browser-ports.ts'
import { KeyHandover } from './peer/key-handover.ts'
import { CHANNEL } from './wire/messages.ts'

const LOCK = 'sealpost peer'
const STORE = 'sealpost'

const who = crypto.randomUUID()
const handover = new KeyHandover(who)

async function be(): Promise<never> {
  // Loaded by the worker that is the peer alone: the others cost little.
  const [
    { createNobleEngine, findWebCryptoCurve, KeyPairPool },
    { eraseIndexedStore, openIndexedStore },
    { createTransport },
    { Home },
    { PeerService },
    { RecentLog },
    { WorkerEnd }
  ] = await Promise.all([
    import('@sealpost/crypto-noble'),
    import('@sealpost/storage-indexeddb'),
    import('@sealpost/transport-libp2p'),
    import('./peer/home.ts'),
    import('./peer/peer-service.ts'),
    import('./peer/recent-log.ts'),
    import('./wire/worker-end.ts')
  ])
  const log = new RecentLog(() => browserClock.wallMs())
  const native = { curve: await findWebCryptoCurve(crypto.subtle) }
  const random = browserRandom
  const pool = new KeyPairPool({ random, native })
  await pool.fill()
  const home = new Home({
    ports: {
      open: () => openIndexedStore(STORE),
      engine: createNobleEngine({ random, native, pool }),
      clock: browserClock,
      random,
      log,
      abortable
    },
    makeTransport: () => createTransport({ clock: browserClock }),
    erase: () => eraseIndexedStore(STORE),
    tell: (event) => {
      end.tell(event)
    },
    onKey: (vaultKey) => {
      if (vaultKey === undefined) {
        handover.forget()
      } else {
        handover.hold(vaultKey)
      }
    }
  })
  const service = new PeerService(home, (event) => {
    end.tell(event)
  })
  const channel = new BroadcastChannel(CHANNEL)
  const end = new WorkerEnd(
    channel,
    who,
    (name, args) => service.perform(name, args),
    (error) => {
      log.error('web.call.failed', { reason: error instanceof Error ? error.name : 'unknown' })
    }
  )
  await home.start(handover.key)
  // The lock is held for as long as this worker lives.
  return Promise.withResolvers<never>().promise
}

void navigator.locks.request(LOCK, be)
