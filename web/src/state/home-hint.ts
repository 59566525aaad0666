/**
 * Whether this browser keeps a home, as it was when somebody last looked: so that the first picture waits for no worker. It is no more
 * than a guess; what the peer says counts once it speaks.
 */
import type { HomeState } from '../wire/peer-api.ts'

const KEY = 'sealpost home'
/** The lock of the worker that is the peer. */
const PEER_LOCK = 'sealpost peer'

/** What to show first. */
export async function guessHome(): Promise<HomeState> {
  const hint = readHint()
  if (hint === undefined) {
    return { type: 'missing' }
  }
  // Another tab may have it open.
  const { held = [] } = await navigator.locks.query()
  const isElsewhere = held.some(({ name }) => name === PEER_LOCK)
  return hint === 'protected' && !isElsewhere
    ? { type: 'locked', ways: undefined }
    : { type: 'starting' }
}

/** Notes how it is, for the next time. */
export function noteHome(state: HomeState): void {
  try {
    if (state.type === 'missing') {
      localStorage.removeItem(KEY)
    } else if (state.type === 'open') {
      localStorage.setItem(KEY, state.isProtected ? 'protected' : 'open')
    }
  } catch {
    // A browser that keeps nothing: the peer says how it is a moment later.
  }
}

function readHint(): string | undefined {
  try {
    return localStorage.getItem(KEY) ?? undefined
  } catch {
    return 'unknown'
  }
}
