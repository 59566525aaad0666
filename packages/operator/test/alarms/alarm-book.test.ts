import assert from 'node:assert/strict'
import {
  ALARM_RULES,
  AlarmBook,
  type AlarmChange,
  type AlarmRule,
  alarmRules,
  ruleText,
  SampleHistory,
  type SeriesValues
} from '@sealpost/operator'

const STEP_MS = 10_000
const ESCALATE_MS = 1_800_000

/** A book, and the time that goes on by 10 s with each sample. */
class Scene {
  readonly history: SampleHistory = new SampleHistory()
  readonly book: AlarmBook
  nowMs = 1_767_225_600_000
  readonly told: string[] = []

  constructor(rules: readonly AlarmRule[] = ALARM_RULES) {
    this.book = new AlarmBook(rules, ESCALATE_MS)
  }

  add(values: SeriesValues): readonly AlarmChange[] {
    this.nowMs += STEP_MS
    this.history.add({ atMs: this.nowMs, values })
    const changes = this.book.look(this.history, this.nowMs)
    this.told.push(...changes.map(({ type, alarm }) => `${type} ${alarm.name}`))
    return changes
  }

  repeat(ms: number, values: SeriesValues): void {
    for (let at = 0; at < ms; at += STEP_MS) {
      this.add(values)
    }
  }
}

/** For each rule that comes with a relay: what is calm, what is not, and for how long before somebody is told. */
const CROSSED: readonly (readonly [
  rule: string,
  calm: SeriesValues,
  bad: SeriesValues,
  ms: number
])[] = [
  ['disk-reserve', { 'disk-step': 1 }, { 'disk-step': 2 }, 10_000],
  ['store-reopened', { 'store-failures': 0 }, { 'store-failures': 1 }, 0],
  ['unreachable', { 'reachable-share': 1 }, { 'reachable-share': 0 }, 0],
  ['certificate-ends', { 'certificate-days': 60 }, { 'certificate-days': 13 }, 0],
  ['failures', { 'failures-per-second': 0 }, { 'failures-per-second': 1 }, 120_000],
  ['commit-slow', { 'commit-ms': 20 }, { 'commit-ms': 251 }, 120_000],
  ['loop-late', { 'loop-lag-ms': 5 }, { 'loop-lag-ms': 501 }, 60_000],
  ['overload', { 'overload-step': 0 }, { 'overload-step': 1 }, 600_000],
  ['backup-old', { 'backup-hours': 2 }, { 'backup-hours': 27 }, 0],
  ['report-waits', { 'reports-waiting-hours': 0 }, { 'reports-waiting-hours': 25 }, 0],
  ['clock-wrong', { 'clock-skew-ms': 3 }, { 'clock-skew-ms': 2_001 }, 0],
  ['refused-spike', { 'refused-per-second': 0.5 }, { 'refused-per-second': 40 }, 120_000],
  [
    'connections-flood',
    { 'connections-refused-per-second': 1 },
    { 'connections-refused-per-second': 21 },
    60_000
  ],
  ['memory-rises', { 'resident-bytes': 1e8 }, { 'resident-bytes': 4e8 }, 300_000]
]

describe('the alarms', () => {
  for (const [name, calm, bad, ms] of CROSSED) {
    it(`tell ${name} once, within 30 s of its time, and once that it is over`, () => {
      const scene = new Scene()
      scene.repeat(3_600_000, calm)
      assert.deepEqual(scene.told, [])
      scene.repeat(ms + 30_000, bad)
      assert.deepEqual(scene.told, [`raised ${name}`])
      scene.repeat(300_000, bad)
      assert.deepEqual(scene.told, [`raised ${name}`])
      scene.repeat(400_000, calm)
      assert.deepEqual(scene.told, [`raised ${name}`, `resolved ${name}`])
      assert.deepEqual(scene.book.present, [])
      assert.equal(scene.book.history[0]?.name, name)
    })
  }

  it('cover every rule that comes with a relay', () => {
    const tested = [...CROSSED.map(([name]) => name), 'disk-full-soon', 'certificate-over']
    assert.deepEqual(ALARM_RULES.map(({ name }) => name).toSorted(), tested.toSorted())
  })

  it('tell a day before the disk is full, and not of one that fills in a week', () => {
    for (const [hours, expected] of [
      [160, []],
      [20, ['raised disk-full-soon']]
    ] as const) {
      const scene = new Scene()
      for (let at = 0; at < 720; at++) {
        scene.add({ 'disk-free-bytes': 1e10 - (at * STEP_MS * 1e10) / (hours * 3_600_000) })
      }
      assert.deepEqual(scene.told.slice(0, 1), expected, String(hours))
    }
  })

  it('tell of a certificate that is over once more, and urgently', () => {
    const scene = new Scene()
    scene.repeat(60_000, { 'certificate-days': 13 })
    scene.add({ 'certificate-days': 0.1 })
    assert.deepEqual(scene.told, ['raised certificate-ends'])
    const [change] = scene.add({ 'certificate-days': -0.1 })
    assert.deepEqual([change?.alarm.name, change?.alarm.isUrgent], ['certificate-over', true])
    scene.repeat(120_000, { 'certificate-days': 89 })
    assert.deepEqual(scene.book.present, [])
  })

  it('say nothing of what is at the threshold, or does not stay beyond it', () => {
    const scene = new Scene()
    scene.repeat(600_000, { 'commit-ms': 250 })
    for (let round = 0; round < 20; round++) {
      scene.repeat(110_000, { 'commit-ms': 400 })
      scene.add({ 'commit-ms': 100 })
    }
    assert.deepEqual(scene.told, [])
  })

  it('do not flap where a value is about its threshold', () => {
    const scene = new Scene()
    for (let round = 0; round < 200; round++) {
      scene.repeat(130_000, { 'commit-ms': 260 })
      scene.repeat(130_000, { 'commit-ms': 240 })
    }
    assert.deepEqual(
      scene.told.filter((told) => !told.startsWith('escalated')),
      ['raised commit-slow']
    )
  })

  it('are told once more where nobody answers, and not where somebody does', () => {
    const scene = new Scene()
    scene.repeat(3_600_000 * 2, { 'backup-hours': 30 })
    assert.deepEqual(scene.told, ['raised backup-old', 'escalated backup-old'])
    const answered = new Scene()
    answered.add({ 'backup-hours': 30 })
    const id = answered.book.present[0]?.id ?? 0
    assert.equal(answered.book.answer(id, answered.nowMs), true)
    assert.equal(answered.book.answer(id + 1, answered.nowMs), false)
    answered.repeat(3_600_000 * 2, { 'backup-hours': 30 })
    assert.deepEqual(answered.told, ['raised backup-old'])
  })

  it('are not raised again by a restart, and go on counting', () => {
    const scene = new Scene()
    scene.repeat(20_000, { 'backup-hours': 30, 'clock-skew-ms': 5_000 })
    scene.repeat(90_000, { 'backup-hours': 30, 'clock-skew-ms': 0 })
    const restored = new AlarmBook(ALARM_RULES, ESCALATE_MS)
    assert.equal(restored.restore(JSON.parse(JSON.stringify(scene.book.toJson()))), true)
    assert.deepEqual(restored.present, scene.book.present)
    assert.deepEqual(restored.history, scene.book.history)
    scene.history.add({ atMs: scene.nowMs + 1, values: { 'backup-hours': 30 } })
    assert.deepEqual(restored.look(scene.history, scene.nowMs + 1), [])
  })

  it('resolve where their rule is gone', () => {
    const scene = new Scene()
    scene.add({ 'backup-hours': 30 })
    scene.book.setRules(alarmRules(['backup-old off']), ESCALATE_MS)
    scene.add({ 'backup-hours': 30 })
    assert.deepEqual(scene.told, ['raised backup-old', 'resolved backup-old'])
  })

  it('remember no more than 200 that are over', () => {
    const scene = new Scene(alarmRules([]).filter(({ name }) => name === 'clock-wrong'))
    for (let round = 0; round < 201; round++) {
      scene.add({ 'clock-skew-ms': 5_000 })
      scene.repeat(90_000, { 'clock-skew-ms': 0 })
    }
    assert.equal(scene.book.history.length, 200)
    assert.equal(scene.book.history.at(-1)?.id, 2)
  })

  for (const content of [
    undefined,
    [],
    {},
    { nextId: 0, present: [], history: [] },
    { nextId: 1 },
    { nextId: 1, present: [{}], history: [] },
    { nextId: 1, present: [], history: Array.from({ length: 201 }, () => ({})) }
  ]) {
    it(`begin anew from ${JSON.stringify(content)?.slice(0, 60) ?? 'nothing'}`, () => {
      const book = new AlarmBook(ALARM_RULES, 0)
      assert.equal(book.restore(content), false)
      assert.deepEqual(book.present, [])
    })
  }
})

describe('the rules of alarms', () => {
  it('can be changed, taken away and added', () => {
    const rules = alarmRules([
      'commit-slow commit-ms > 400 for 10m',
      'loop-late off',
      'crowded connections > 3000',
      'quiet  deposits-per-second falls 5x in 2h',
      'filling store-bytes ends in 24h'
    ])
    const texts = new Map(rules.map((rule) => [rule.name, ruleText(rule)]))
    assert.equal(texts.get('commit-slow'), 'commit-ms > 400 for 10m')
    assert.equal(texts.has('loop-late'), false)
    assert.equal(texts.get('crowded'), 'connections > 3000')
    assert.equal(texts.get('quiet'), 'deposits-per-second falls 5x in 2h')
    assert.equal(texts.get('filling'), 'store-bytes ends in 24h')
    assert.equal(rules.length, ALARM_RULES.length + 2)
  })

  it('are read as they are written', () => {
    const lines = ALARM_RULES.map((rule) => `${rule.name} ${ruleText(rule)}`)
    assert.deepEqual(alarmRules(lines), ALARM_RULES)
  })

  for (const line of [
    '',
    'Commit commit-ms > 1',
    'x commit > 1',
    'x commit-ms',
    'x commit-ms >',
    'x commit-ms > -1',
    'x commit-ms > 1 for',
    'x commit-ms > 1 in 5m',
    'x commit-ms > 1 for 25h',
    'x commit-ms > 1 for 0m',
    'x commit-ms = 1',
    'x commit-ms rises 3 in 1h',
    'x commit-ms rises 1x in 1h',
    'x commit-ms rises 3x for 1h',
    'x commit-ms ends in 1h now',
    'x __proto__ > 1'
  ]) {
    it(`refuse ${JSON.stringify(line)}`, () => {
      assert.throws(() => alarmRules([line]), { code: 'SEALPOST_USAGE', message: /alarm rule/ })
    })
  }

  it('are at most 64', () => {
    const names = (count: number): readonly string[] =>
      Array.from({ length: count }, (_, at) => {
        const letters = [at % 26, Math.floor(at / 26)].map((n) => String.fromCharCode(97 + n))
        return `own-${letters.join('')} connections > 1`
      })
    const free = 64 - ALARM_RULES.length
    assert.equal(alarmRules(names(free)).length, 64)
    assert.throws(() => alarmRules(names(free + 1)), { code: 'SEALPOST_USAGE' })
  })
})
