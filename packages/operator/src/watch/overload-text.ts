import type { OverloadSignal, OverloadStep } from './overload-ladder.ts'

/** A step of the overload ladder, and what led there. */
export interface Overload {
  readonly step: OverloadStep
  /** undefined where nothing is turned away, and for a moment after a change. */
  readonly cause: OverloadSignal | undefined
}

const STEPS: Readonly<Record<OverloadStep, string>> = {
  normal: 'takes everything in',
  'no-new-mailboxes': 'makes new mailboxes only for people who already use it',
  'no-requests':
    'takes nothing into request boxes, so that contacts reach each other; makes new mailboxes only for people who already use it',
  'read-only': 'only delivers and takes acks; people are told it is busy'
}

const CAUSES: Readonly<Record<OverloadSignal, string>> = {
  'loop-lag': 'the process has more to do than one core does',
  memory: 'the memory is nearly full',
  'waiting-reads': 'too many requests wait for the disk',
  commits: 'the disk takes long to write'
}

/** What the relay does because of its load, and why, for people. */
export function overloadText({ step, cause }: Overload): string {
  return cause === undefined ? STEPS[step] : `${STEPS[step]}: ${CAUSES[cause]}`
}
