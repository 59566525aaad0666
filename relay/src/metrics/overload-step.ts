import { LOAD_STEPS, type RelayStatus } from '@sealpost/core'
import { CAPACITY_STEPS } from './metric-rows.ts'

/** How much less a relay takes in because of the room on its disk, 0 to 3. */
export function diskStep({ capacity }: Pick<RelayStatus, 'capacity'>): number {
  return CAPACITY_STEPS.indexOf(capacity)
}

/** How much less a relay takes in, 0 to 3: the higher step of both ladders, of its disk and of its load. */
export function overloadStep(status: Pick<RelayStatus, 'capacity' | 'load'>): number {
  return Math.max(diskStep(status), LOAD_STEPS.indexOf(status.load))
}
