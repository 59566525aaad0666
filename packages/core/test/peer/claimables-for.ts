/** Claimables as a client makes them, no two alike. */
import type { PeerAppEffect } from '@sealpost/core'
import type { Claimable } from '@sealpost/protocol'
import { bytesOf } from './cast.ts'

export function claimablesFor(
  order: Extract<PeerAppEffect, { type: 'make-claimables' }>,
  nextNumber: () => number
): readonly Claimable[] {
  const { invitationId, count, expiresAtMs, fallbackExpiresAtMs } = order
  const made = Array.from({ length: count }, () => ({
    blob: bytesOf(`claimable ${String(nextNumber())} of ${invitationId}`, 4_096),
    expiresAtMs,
    isFallback: false
  }))
  return fallbackExpiresAtMs === undefined
    ? made
    : [
        ...made,
        {
          blob: bytesOf(`fallback ${String(nextNumber())} of ${invitationId}`, 4_096),
          expiresAtMs: fallbackExpiresAtMs,
          isFallback: true
        }
      ]
}
