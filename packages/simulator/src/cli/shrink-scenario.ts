/**
 * Makes a scenario that fails as small as it gets: fewer faults, by halves and then one by one; half the people, half the relays, half
 * the time; again and again, as long as it goes on failing.
 */
import { misfits } from '../scenario/check-scenario.ts'
import type { Scenario } from '../scenario/scenario.ts'

const MINUTE_US = 60_000_000
/** Two who write to each other, and some more: a person knows two others at least. */
const CLIENTS_MIN = 3

/**
 * @param isFailing runs it; the given one fails. Undefined where nobody waits for more.
 * @param runsMax how often it is run
 */
export async function shrinkScenario(
  scenario: Scenario,
  isFailing: (scenario: Scenario) => Promise<boolean | undefined>,
  runsMax: number
): Promise<Scenario> {
  let best = scenario
  let runs = 0
  for (let before: Scenario | undefined; before !== best;) {
    before = best
    // What one candidate leaves out, the next ones are made without.
    for (const smaller of waysToShrink(best)) {
      const candidate = smaller(best)
      if (candidate === undefined || misfits(candidate).length > 0) {
        continue
      }
      if (runs === runsMax) {
        return best
      }
      runs += 1
      const fails = await isFailing(candidate)
      if (fails === undefined) {
        return best
      }
      best = fails ? candidate : best
    }
  }
  return best
}

type Shrink = (scenario: Scenario) => Scenario | undefined

function waysToShrink({ faults }: Scenario): readonly Shrink[] {
  const parts: Shrink[] = []
  for (let size = faults.length; size > 0; size = Math.floor(size / 2)) {
    // From the end, so that what is left out later stands where it stood.
    for (let from = faults.length - size; from > -size; from -= size) {
      parts.push((scenario) => withoutFaults(scenario, Math.max(0, from), from + size))
    }
  }
  return [...parts, halfTheClients, halfTheTime, halfTheRelays]
}

function withoutFaults(scenario: Scenario, from: number, to: number): Scenario | undefined {
  const faults = scenario.faults.filter((_, at) => at < from || at >= to)
  return faults.length === scenario.faults.length ? undefined : { ...scenario, faults }
}

function halfTheClients(scenario: Scenario): Scenario | undefined {
  const count = Math.ceil(scenario.clients.count / 2)
  return count < CLIENTS_MIN || count === scenario.clients.count
    ? undefined
    : { ...scenario, clients: { ...scenario.clients, count } }
}

function halfTheRelays(scenario: Scenario): Scenario | undefined {
  const count = Math.max(scenario.relays.replicas, Math.ceil(scenario.relays.count / 2))
  return count === scenario.relays.count
    ? undefined
    : { ...scenario, relays: { ...scenario.relays, count } }
}

/** Not shorter than until the last fault has begun, and some minutes. */
function halfTheTime(scenario: Scenario): Scenario | undefined {
  const lastUs = scenario.faults.reduce((last, { atUs }) => Math.max(last, atUs), 0)
  const leastUs = Math.max(lastUs, scenario.warmUpUs) + 10 * MINUTE_US
  const halfUs = Math.ceil(scenario.durationUs / 2 / MINUTE_US) * MINUTE_US
  const durationUs = Math.max(halfUs, leastUs)
  return durationUs >= scenario.durationUs ? undefined : { ...scenario, durationUs }
}
