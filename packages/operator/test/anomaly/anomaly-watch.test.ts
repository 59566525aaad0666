import assert from 'node:assert/strict'
import { AnomalyWatch, type Finding, SampleHistory } from '@sealpost/operator'
import {
  incidentScenarios,
  KINDS,
  samplesOf,
  type Scenario,
  START_MS,
  STEP_MS
} from './incidents.ts'

const DAY_MS = 86_400_000
/** A finding may come so long after the incident is over. */
const GRACE_MS = 1_800_000
/** Each day of a series that holds an incident is about that incident. */
const QUIET_DAYS = 42

interface Replay {
  readonly found: readonly Finding[]
}

function replay(scenario: Scenario): Replay {
  const history = new SampleHistory()
  const watch = new AnomalyWatch(history)
  const found: Finding[] = []
  for (const sample of samplesOf(scenario)) {
    history.add(sample)
    // One that lasts is told once.
    const changes = watch.look(sample.atMs + STEP_MS)
    found.push(...changes.filter(({ type }) => type === 'found').map(({ finding }) => finding))
  }
  return { found }
}

/** The kinds that were found in their incident, and what was found where there was nothing. */
function score(scenarios: readonly Scenario[]): {
  readonly recalled: readonly string[]
  readonly falsePerDay: number
  readonly named: readonly string[]
} {
  const recalled: string[] = []
  const named: string[] = []
  let dayCount = 0
  for (const scenario of scenarios) {
    const { incident, days } = scenario
    dayCount += days
    for (const { kind, foundAtMs } of replay(scenario).found) {
      const isWithin =
        incident !== undefined &&
        foundAtMs >= incident.startMs &&
        foundAtMs <= incident.endMs + GRACE_MS
      if (isWithin && kind === incident.kind) {
        recalled.push(kind)
      } else if (!isWithin) {
        named.push(
          `${kind} on day ${String((foundAtMs - START_MS) / DAY_MS)} of ${String(scenario.seed)}`
        )
      }
    }
  }
  return { recalled: [...new Set(recalled)], falsePerDay: named.length / dayCount, named }
}

/** For the guide, which has these figures. */
function tell(what: string, { recalled, falsePerDay }: ReturnType<typeof score>): void {
  const found =
    recalled.length === 0 ? '' : `${String(recalled.length)} of ${String(KINDS.length)} found, `
  console.log(`      ${what}: ${found}${falsePerDay.toFixed(3)} false words a day`)
}

describe('the anomaly watch', function () {
  this.timeout(180_000)

  it('finds the ten incidents that it was built with', () => {
    const scored = score(incidentScenarios(100))
    tell('built with', scored)
    const { recalled, falsePerDay, named } = scored
    assert.deepEqual(recalled, KINDS)
    assert.ok(falsePerDay < 1, named.join('\n'))
  })

  it('finds nine of the ten incidents that were kept for this test', () => {
    const scored = score(incidentScenarios(9_000))
    tell('kept for the test', scored)
    const { recalled, falsePerDay, named } = scored
    assert.ok(recalled.length >= 9, recalled.join(', '))
    assert.ok(falsePerDay < 1, named.join('\n'))
  })

  it('says less than one thing a day of six quiet weeks, restarts and a crowd included', () => {
    const scored = score([
      { seed: 501, days: QUIET_DAYS, crowdDay: 30 },
      { seed: 502, days: QUIET_DAYS, crowdDay: 17 }
    ])
    tell('quiet weeks', scored)
    assert.ok(scored.falsePerDay < 0.2, scored.named.join('\n'))
  })
})
