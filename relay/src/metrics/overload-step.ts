import { LOAD_STEPS, type RelayStatus } from '@sealpost/core'
import { CAPACITY_STEPS } from './metric-rows.ts'

/** How much less a relay takes in, 0 to 3: the higher step of both ladders, of its disk and of its load. */
export function overloadStep({ capacity, load }: Pick<RelayStatus, 'capacity' | 'load'>): number {
  return Math.max(CAPACITY_STEPS.indexOf(capacity), LOAD_STEPS.indexOf(load))
}
