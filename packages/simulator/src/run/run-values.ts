/** The figures of a run, by the names under which a scenario expects something of them. */
import type { Enumeration } from '../faults/mailbox-enumerator.ts'
import { knowledgeValues } from '../knowledge/knowledge-values.ts'
import type { RelayKnowledge } from '../knowledge/relay-knowledge.ts'
import type { LogHistogram } from '../metrics/log-histogram.ts'
import type { RelayRow } from '../metrics/run-result.ts'
import { RECOVERIES_MAX } from '../scenario/known-names.ts'
import type { DirectTally } from './direct-tally.ts'
import type { MessageTally } from './message-tally.ts'

const US_PER_MS = 1_000
const MINUTE_S = 60
const DAY_US = 86_400_000_000
/** Messages that were written so late, or whose ends were there for no longer, need not have come. */
const SETTLE_US = 120_000_000

export interface RunFigures {
  readonly tally: MessageTally
  /** Undefined where clients have no ways to each other. */
  readonly direct: DirectTally | undefined
  readonly knowledge: RelayKnowledge
  /** Relays that one operator runs. */
  readonly sybils: ReadonlySet<number>
  readonly enumeration: Enumeration
  readonly relayRows: readonly RelayRow[]
  readonly clientBytes: number
  readonly clientCount: number
  readonly durationUs: number
  readonly nowUs: number
  readonly faultSeed: number
}

export function runValues(figures: RunFigures): ReadonlyMap<string, number> {
  const { clientBytes, clientCount, durationUs, enumeration, nowUs, relayRows, tally } = figures
  const { faultSeed, knowledge, sybils } = figures
  const values = new Map<string, number>()
  const due = tally.due(nowUs, SETTLE_US)
  values.set('messagesWritten', tally.sum('written'))
  values.set('messagesReceived', tally.sum('received'))
  values.set('messagesDelivered', tally.sum('delivered'))
  values.set('messagesDue', due.count)
  values.set('messagesMissing', due.missing)
  values.set('deliveryRatio', due.count === 0 ? 1 : 1 - due.missing / due.count)
  values.set('duplicates', tally.sum('duplicates'))
  addQuantiles(values, 'networkLatency', tally.networkUs)
  addQuantiles(values, 'wait', tally.waitUs)
  addQuantiles(values, 'whole', tally.wholeUs)
  if (figures.direct !== undefined) {
    const received = tally.sum('received')
    values.set('directShare', received === 0 ? 0 : tally.directCount / received)
    values.set('directDials', figures.direct.dials)
    values.set('directPaths', figures.direct.paths)
  }
  addRecoveries(values, figures)
  values.set(
    'relayStoredBytesMax',
    most(relayRows, ({ storedBytes }) => storedBytes)
  )
  values.set(
    'relayStoredEnvelopesMax',
    most(relayRows, ({ storedEnvelopes }) => storedEnvelopes)
  )
  values.set(
    'relayConnectionsMax',
    most(relayRows, ({ connections }) => connections)
  )
  values.set(
    'relayFramesPerSecondMax',
    most(relayRows, ({ framesIn, framesOut }) => (framesIn + framesOut) / MINUTE_S)
  )
  values.set(
    'relayBytesPerSecondMax',
    most(relayRows, ({ bytesIn, bytesOut }) => (bytesIn + bytesOut) / MINUTE_S)
  )
  values.set(
    'refusals',
    relayRows.reduce((sum, { refusals }) => sum + refusals, 0)
  )
  values.set('bytesPerClientDay', clientBytes / clientCount / (durationUs / DAY_US))
  const frames = relayRows.reduce((sum, { framesIn, framesOut }) => sum + framesIn + framesOut, 0)
  values.set('framesPerClientDay', frames / clientCount / (durationUs / DAY_US))
  values.set('storedPerClientBytes', meanStoredBytes(relayRows) / clientCount)
  if (enumeration.tried > 0) {
    values.set('mailboxesTried', enumeration.tried)
    values.set('mailboxesOpened', enumeration.opened)
  }
  for (const [name, value] of knowledgeValues(knowledge, { seed: faultSeed, sybils })) {
    values.set(name, value)
  }
  return values
}

/** After each fault that is over by now, by its place in the scenario; and after the one that took longest. */
function addRecoveries(values: Map<string, number>, { tally, nowUs }: RunFigures): void {
  values.set('recoveryMs', Math.max(0, ...tally.recoveriesUs) / US_PER_MS)
  for (const [at, recoveryUs] of tally.recoveriesUs.subarray(0, RECOVERIES_MAX).entries()) {
    if (tally.endUs(at) <= nowUs) {
      values.set(`recoveryOfFault${String(at)}Ms`, recoveryUs / US_PER_MS)
    }
  }
}

function addQuantiles(values: Map<string, number>, name: string, histogram: LogHistogram): void {
  if (histogram.count === 0) {
    return
  }
  for (const percent of [50, 95, 99]) {
    values.set(`${name}P${String(percent)}Ms`, histogram.quantile(percent / 100) / US_PER_MS)
  }
}

/** On all relays together, on average over the minutes. */
function meanStoredBytes(rows: readonly RelayRow[]): number {
  const minutes = new Set(rows.map(({ minute }) => minute)).size
  const sum = rows.reduce((total, { storedBytes }) => total + storedBytes, 0)
  return minutes === 0 ? 0 : sum / minutes
}

function most(rows: readonly RelayRow[], of: (row: RelayRow) => number): number {
  return rows.reduce((max, row) => Math.max(max, of(row)), 0)
}
