/** Why a person's wish cannot be done, told before or after it was tried. */
import type { ClaimEnd } from '@sealpost/core'
import { isName, UsageError } from '@sealpost/protocol'

/** @throws UsageError `SEALPOST_USAGE` */
export function checkName(name: string): void {
  if (!isName(name)) {
    throw new UsageError(
      'SEALPOST_USAGE',
      'A name has at most 64 bytes and no control characters; choose another.'
    )
  }
}

/** Why a link led nowhere. */
export function linkError(end: ClaimEnd): UsageError {
  switch (end) {
    case 'taken':
      return new UsageError('SEALPOST_LINK_USED')
    case 'expired':
      return new UsageError('SEALPOST_LINK_EXPIRED')
    case 'untrusted':
      return new UsageError('SEALPOST_LINK_UNTRUSTED')
    case 'known':
      return new UsageError(
        'SEALPOST_LINK_USED',
        'Who made this link is a contact of yours already; write to them.'
      )
  }
}
