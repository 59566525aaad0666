/**
 * A scenario in virtual time beside the same over real nodes.
 *
 * Run: `node packages/full-stack/bench/compared.ts [clients] [seconds] [seed]`; prints a `ComparedFigures` as JSON.
 */
import { compare, comparedScenario } from '../test/compared.ts'

export interface ComparedFigures {
  readonly texts: number
  /** Texts that came in one of the two and not in the other. */
  readonly strayTexts: number
  /** The real run's as a multiple of the simulated one's. */
  readonly bytes: number
  readonly p50: number
  readonly p95: number
  readonly simulatedP50Ms: number
  readonly simulatedP95Ms: number
  readonly lateP95Ms: number
  /** Of the time of the real one, that in which its clock stood still. */
  readonly stoodStillShare: number
}

const [, , clients = '100', seconds = '120', seed = '1'] = process.argv
const seeds = { topology: Number(seed), workload: Number(seed), faults: Number(seed) }
const { bytes, p50, p95, real, simulated, strayTexts } = await compare(
  comparedScenario(Number(clients), Number(seconds)),
  seeds
)
const figures: ComparedFigures = {
  texts: simulated.texts.size,
  strayTexts: strayTexts.length,
  bytes,
  p50,
  p95,
  simulatedP50Ms: simulated.p50Ms,
  simulatedP95Ms: simulated.p95Ms,
  lateP95Ms: real.values.get('lateP95Ms') ?? NaN,
  stoodStillShare: real.values.get('stoodStillShare') ?? NaN
}
process.stdout.write(`${JSON.stringify(figures)}\n`)
