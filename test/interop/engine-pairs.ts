import type { SignalEngine } from '@sealpost/crypto'
import { createNobleEngine } from '@sealpost/crypto-noble'
import { seededRandom } from './seeded-random.ts'
import { shadowedEngine } from './shadowed-engine.ts'
import type { ShadowCounts } from './shadowed-engine.ts'

/** Who starts and who answers. */
export const PAIRS = [
  ['libsignal', 'noble'],
  ['noble', 'libsignal'],
  ['noble', 'noble'],
  ['libsignal', 'libsignal']
] as const

/**
 * The engines of a pair; libsignal's is shadowed, so that every state it passes through is one that noble passes through.
 *
 * @param noble makes noble's; without helpers unless told otherwise.
 */
export function enginesOf(
  [first, second]: (typeof PAIRS)[number],
  seed: string,
  counts: ShadowCounts,
  noble: (seed: string) => SignalEngine = plainEngine
): readonly [SignalEngine, SignalEngine] {
  const engine = (name: 'libsignal' | 'noble'): SignalEngine =>
    name === 'noble' ? noble(`noble of ${seed}`) : shadowedEngine(counts)
  return [engine(first), engine(second)]
}

function plainEngine(seed: string): SignalEngine {
  return createNobleEngine({ random: seededRandom(seed) })
}
