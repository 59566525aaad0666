import type { RelayObserver } from './relay-observer.ts'

/** Tells each of two what is observed. */
export function bothObservers(one: RelayObserver, other: RelayObserver): RelayObserver {
  return {
    onRequest: (...told) => {
      one.onRequest(...told)
      other.onRequest(...told)
    },
    onAcked: (count) => {
      one.onAcked(count)
      other.onAcked(count)
    },
    onWorkRejected: (verb) => {
      one.onWorkRejected(verb)
      other.onWorkRejected(verb)
    },
    onDelivered: () => {
      one.onDelivered()
      other.onDelivered()
    },
    onWakeup: (tookMs) => {
      one.onWakeup(tookMs)
      other.onWakeup(tookMs)
    },
    onBytes: (...told) => {
      one.onBytes(...told)
      other.onBytes(...told)
    },
    onConnectionRefused: (reason) => {
      one.onConnectionRefused(reason)
      other.onConnectionRefused(reason)
    },
    onHandshake: (tookMs) => {
      one.onHandshake(tookMs)
      other.onHandshake(tookMs)
    },
    onBlocked: (what) => {
      one.onBlocked(what)
      other.onBlocked(what)
    },
    onSlowed: () => {
      one.onSlowed()
      other.onSlowed()
    },
    onCommitted: (tookMs) => {
      one.onCommitted(tookMs)
      other.onCommitted(tookMs)
    },
    onStoreFailed: (code) => {
      one.onStoreFailed(code)
      other.onStoreFailed(code)
    },
    onStoreReopened: () => {
      one.onStoreReopened()
      other.onStoreReopened()
    },
    onCompacted: (tookMs) => {
      one.onCompacted(tookMs)
      other.onCompacted(tookMs)
    },
    onNotice: (notice) => {
      one.onNotice(notice)
      other.onNotice(notice)
    }
  }
}
