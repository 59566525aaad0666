import type { AttackTally } from '../faults/prekey-attacker.ts'
import type { RunResult } from '../metrics/run-result.ts'
import type { Meetings } from './meetings.ts'

const US_PER_MS = 1_000

/** A result with what became of links, and of attacks on them. */
export function withMeetings(
  result: RunResult,
  meetings: Meetings,
  attack: AttackTally
): RunResult {
  const { claimables, failed, fallbacks, latencyUs, made, opened } = meetings
  const values = new Map(result.values)
  values.set('linksOpened', opened)
  values.set('acquaintancesMade', made)
  values.set('linksFailed', failed)
  if (latencyUs.count > 0) {
    for (const percent of [50, 95, 99]) {
      const name = `acquaintanceP${String(percent)}Ms`
      values.set(name, latencyUs.quantile(percent / 100) / US_PER_MS)
    }
  }
  if (claimables > 0) {
    values.set('fallbackPrekeyShare', fallbacks / claimables)
  }
  if (attack.claimed + attack.stored + attack.refused > 0) {
    values.set('attackClaims', attack.claimed)
    values.set('attackPrekeys', attack.prekeys)
    values.set('attackKnocksStored', attack.stored)
    values.set('attackKnocksRefused', attack.refused)
    values.set('attackWorkMs', attack.workedUs / US_PER_MS)
  }
  const histograms = new Map([...result.histograms, ['acquaintanceUs', latencyUs] as const])
  return { ...result, values, histograms }
}
