/** Names that a scenario may use of what the simulator itself names: what costs something, and what a run has a value of. */
import { didYouMean } from '@sealpost/protocol'

/** Operations that take a processor or a disk some time. */
export const COST_NAMES = [
  'relay-handle',
  'relay-commit',
  'relay-read',
  'relay-handshake',
  'client-handle',
  'client-commit',
  'client-read',
  'client-handshake',
  'client-hash',
  'attacker-hash'
] as const

export type CostName = (typeof COST_NAMES)[number]

/** Faults of a scenario that have a value of their own: the first. */
export const RECOVERIES_MAX = 32
const QUANTILES = ['P50Ms', 'P95Ms', 'P99Ms'] as const
/** Who learns something: one relay, or so many together. */
const LEARNERS = ['One', '10Percent', '25Percent', '50Percent', 'Sybils'] as const

/** Values of runs; a run has those that its scenario leads to. */
export const METRIC_NAMES: readonly string[] = [
  'messagesWritten',
  'messagesReceived',
  'messagesDelivered',
  'messagesDue',
  'messagesMissing',
  'deliveryRatio',
  'duplicates',
  ...['networkLatency', 'wait', 'whole', 'late'].flatMap((stem) =>
    QUANTILES.map((quantile) => stem + quantile)
  ),
  'directShare',
  'directDials',
  'directPaths',
  'recoveryMs',
  ...Array.from({ length: RECOVERIES_MAX }, (_, at) => `recoveryOfFault${String(at)}Ms`),
  'linksOpened',
  'acquaintancesMade',
  'linksFailed',
  ...QUANTILES.map((quantile) => `acquaintance${quantile}`),
  'fallbackPrekeyShare',
  'attackClaims',
  'attackPrekeys',
  'attackKnocksStored',
  'attackKnocksRefused',
  'attackWorkMs',
  'relayStoredBytesMax',
  'relayStoredEnvelopesMax',
  'relayConnectionsMax',
  'relayFramesPerSecondMax',
  'relayBytesPerSecondMax',
  'refusals',
  'bytesPerClientDay',
  'framesPerClientDay',
  'storedPerClientBytes',
  'mailboxesTried',
  'mailboxesOpened',
  'mailboxesPerAddress',
  ...LEARNERS.flatMap((by) => [
    `linkedBy${by}Share`,
    `peopleSeenBy${by}Share`,
    `senderEntropyBy${by}Bits`,
    `senderEntropyBy${by}Share`,
    `contactRankBy${by}Share`,
    `firstContactBy${by}Share`,
    `firstContactBy${by}Ms`,
    `firstThreeContactsBy${by}Share`,
    `firstThreeContactsBy${by}Ms`,
    `timingAucBy${by}`
  ])
]

/** As many as an error names. */
const NEAR_MAX = 6

/** Which of `names` somebody may have meant: those that are a slip away, else those that share a word with it, else the first. */
export function nearNames(name: string, names: readonly string[]): string {
  const hint = didYouMean(name, names)
  if (hint !== '') {
    return hint
  }
  const words = wordsOf(name)
  const near = names.filter((other) => wordsOf(other).some((word) => words.includes(word)))
  const listed = near.length > 0 ? near : names
  const [shown, rest] = [listed.slice(0, NEAR_MAX).join(', '), listed.length > NEAR_MAX]
  return ` There is ${shown}${rest ? ', and more' : ''}.`
}

/** `relayStoredBytesMax`: relay, stored, bytes, max. */
function wordsOf(name: string): readonly string[] {
  return name
    .replaceAll(/([A-Z])/g, '-$1')
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter(({ length }) => length > 2)
}
