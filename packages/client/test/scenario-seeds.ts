import { playScenario } from './scenario.ts'
import { isFurtherKind } from './scenario-plan.ts'

/**
 * One test for each seed. `SEALPOST_TEST_SEED` says where to begin, to see one again or others than always, and
 * `SEALPOST_TEST_KINDS` which kinds of misfortune are drawn too, with commas in between.
 */
export function scenarioSeeds(count: number): void {
  const first = Number(process.env['SEALPOST_TEST_SEED'] ?? 1)
  const further = (process.env['SEALPOST_TEST_KINDS'] ?? '').split(',').filter(isFurtherKind)
  for (let seed = first; seed < first + count; seed++) {
    it(`ends with both sides holding the same conversation, seed ${String(seed)}`, async () => {
      await playScenario(seed, further)
    })
  }
}
