import { playScenario } from './scenario.ts'
import { isWovenKind, kindsInTurn, weave } from './scenario-kinds.ts'
import { drawPlan, FURTHER_KINDS, isFurtherKind } from './scenario-plan.ts'

/**
 * One test for each seed. `SEALPOST_TEST_SEED` says where to begin, to see one again or others than always, and
 * `SEALPOST_TEST_KINDS` which kinds of misfortune are drawn beside those that always are, with commas in between; all in turn, if
 * not given.
 */
export function scenarioSeeds(count: number): void {
  const first = Number(process.env['SEALPOST_TEST_SEED'] ?? 1)
  const kinds = process.env['SEALPOST_TEST_KINDS']?.split(',')
  for (let seed = first; seed < first + count; seed++) {
    it(`ends with both sides holding the same conversation, seed ${String(seed)}`, async () => {
      const plan = drawPlan(seed, kinds?.filter(isFurtherKind) ?? FURTHER_KINDS)
      const woven = kinds?.filter(isWovenKind) ?? []
      await playScenario(weave(plan, woven.length === 0 ? kindsInTurn(plan) : woven))
    })
  }
}
