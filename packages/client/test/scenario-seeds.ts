import { playScenario } from './scenario.ts'

/** One test for each seed; `SEALPOST_TEST_SEED` says where to begin, to see one again or others than always. */
export function scenarioSeeds(count: number): void {
  const first = Number(process.env['SEALPOST_TEST_SEED'] ?? 1)
  for (let seed = first; seed < first + count; seed++) {
    it(`ends with both sides holding the same conversation, seed ${String(seed)}`, async () => {
      await playScenario(seed)
    })
  }
}
