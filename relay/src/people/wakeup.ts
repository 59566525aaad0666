import type { RelayEffect } from '@sealpost/core'
import type { AppEffect } from '@sealpost/host'

/**
 * Whether what one handle said told a sender that their deposit is stored, and sent it to who had subscribed and waited for it.
 * Whoever is behind gets theirs later, by reads that store nothing.
 */
export function isWakeup(effects: readonly AppEffect<RelayEffect>[]): boolean {
  let isStored = false
  for (const effect of effects) {
    if (effect.type !== 'send') {
      continue
    }
    const { frame } = effect
    if (frame.type === 'push') {
      if (isStored && frame.push.type === 'deliver' && !frame.push.isLive) {
        return true
      }
    } else if (frame.type === 'answer' && frame.answer.type === 'deposited') {
      isStored ||= frame.answer.outcome === 'stored'
    }
  }
  return false
}
