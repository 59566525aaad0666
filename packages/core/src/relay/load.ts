/**
 * What a relay with too much to do turns away, in this order: people who use it already come first, and what they are sent is kept
 * longest. The app measures and says which step holds.
 *
 * ```
 *   normal -> no-new-mailboxes -> no-requests (nothing into request boxes) -> read-only (only deliver, ack, recall, destroy)
 * ```
 */
import type { Capacity } from '@sealpost/protocol'

/** In this order. */
export const LOAD_STEPS = ['normal', 'no-new-mailboxes', 'no-requests', 'read-only'] as const
export type LoadStep = (typeof LOAD_STEPS)[number]

const CAPACITIES: readonly Capacity[] = ['open', 'no-new-mailboxes', 'busy', 'read-only']
/** What clients are told of each step: their words are those of the disk. */
const TOLD: Readonly<Record<LoadStep, Capacity>> = {
  normal: 'open',
  'no-new-mailboxes': 'no-new-mailboxes',
  'no-requests': 'no-new-mailboxes',
  'read-only': 'busy'
}

/** What clients are told: the worse of the disk's and the load's. */
export function toldCapacity(ofDisk: Capacity, load: LoadStep): Capacity {
  const ofLoad = TOLD[load]
  return CAPACITIES.indexOf(ofLoad) > CAPACITIES.indexOf(ofDisk) ? ofLoad : ofDisk
}
