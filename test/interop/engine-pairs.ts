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

/** The engines of a pair; libsignal's is shadowed, so that every state it passes through is one that noble passes through. */
export function enginesOf(
  [first, second]: (typeof PAIRS)[number],
  seed: string,
  counts: ShadowCounts
): readonly [SignalEngine, SignalEngine] {
  const engine = (name: 'libsignal' | 'noble'): SignalEngine =>
    name === 'noble'
      ? createNobleEngine({ random: seededRandom(`noble of ${seed}`) })
      : shadowedEngine(counts)
  return [engine(first), engine(second)]
}
