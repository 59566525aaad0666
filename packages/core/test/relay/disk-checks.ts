/** What a stolen disk must not say, as tests. */
import assert from 'node:assert/strict'
import { ATTACKS, type Disk, GROUPS, judge, scan, type Seen, usedRelay } from './disk-scan.ts'

/** Of so many findings none is as far from chance by chance. */
const DEVIATIONS_MAX = 4.5
const SEED = 1

/** Makes a test for each attack. */
export function checkDisk(size: {
  readonly people: number
  readonly days: number
  readonly shuffles: number
}): void {
  let disk: Disk | undefined
  let seen: readonly Seen[] = []

  before(() => {
    disk = usedRelay(SEED, size)
    seen = scan(disk)
  })

  for (const [how, attack] of Object.entries(ATTACKS)) {
    it(`says nothing by ${how} of who is behind two mailboxes`, () => {
      for (const [what, groupOf] of Object.entries(GROUPS)) {
        assert.ok(disk !== undefined)
        const { right, deviations } = judge(disk, seen, attack, groupOf, size.shuffles)
        const told = `${what}: right in ${right.toFixed(3)}, ${deviations.toFixed(1)} deviations`
        assert.ok(Math.abs(deviations) < DEVIATIONS_MAX, told)
      }
    })
  }

  it('would be read if it said anything: what an attack looks for is found where it is', () => {
    assert.ok(disk !== undefined)
    const { truths } = disk
    const knowing = (a: Seen, b: Seen): number =>
      truths.get(a.id)?.sender === truths.get(b.id)?.sender &&
      Number.parseInt(a.id[0] ?? '', 16) < 2
        ? 1
        : 0
    const groupOf = GROUPS['one person writes to']
    assert.ok(groupOf)
    const { deviations } = judge(disk, seen, knowing, groupOf, size.shuffles)
    assert.ok(deviations > DEVIATIONS_MAX, deviations.toFixed(1))
  })
}
