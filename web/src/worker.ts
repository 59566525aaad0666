/**
 * The worker that is the peer. Each tab has one; the lock of this origin says which of them may open the home, and the others wait
 * and take over the moment it is gone: a tab that was closed or killed gives its lock back by itself.
 */
import type { RunPeer } from './peer/run-peer.ts'
import { KeyHandover } from './peer/key-handover.ts'

const LOCK = 'sealpost peer'
/** The others get ready once the page that started them has what it needs. */
const READY_MS = 3_000

const who = crypto.randomUUID()
const handover = new KeyHandover(who)

let loading: Promise<{ readonly runPeer: RunPeer }> | undefined

function load(): Promise<{ readonly runPeer: RunPeer }> {
  loading ??= import('./peer/run-peer.ts')
  return loading
}

setTimeout(() => void load(), READY_MS)
void navigator.locks.request(LOCK, async () => {
  const { runPeer } = await load()
  return runPeer(who, handover)
})
