/** Why nothing may be sent from this device. */
import type { PeerMachine } from '@sealpost/core'
import { UsageError } from '@sealpost/protocol'

/** @throws UsageError `SEALPOST_DEVICE_REMOVED`, `SEALPOST_SUPERSEDED` where nothing leaves this device any more */
export function checkNotStopped({ stopped }: Pick<PeerMachine, 'stopped'>): void {
  if (stopped !== undefined) {
    throw new UsageError(stopped === 'removed' ? 'SEALPOST_DEVICE_REMOVED' : 'SEALPOST_SUPERSEDED')
  }
}
