import assert from 'node:assert/strict'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ManualClock, MemoryLog, settle } from '@sealpost/host/testing'
import { SampleHistory, type SeriesValues } from '@sealpost/operator'
import { RelayWatch } from '../../src/watch/relay-watch.ts'
import { testConfig } from '../relay-scene.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

/** A watch over a relay that is what `values` says. */
class Scene {
  readonly clock: ManualClock = new ManualClock()
  readonly log: MemoryLog = new MemoryLog()
  readonly path: string
  values: SeriesValues = {}
  deposits = 0
  readonly adjusted: number[] = []

  constructor(path: string) {
    this.path = path
  }

  open(): Promise<RelayWatch> {
    const config = testConfig(this.path)
    return RelayWatch.open({
      clock: this.clock,
      log: this.log,
      config: config.watch,
      path: join(this.path, 'watch'),
      address: () => '/ip4/127.0.0.1',
      overview: () => ({
        machine: undefined,
        disk: undefined,
        ballastBytes: 0,
        crashCount: 0,
        streamCount: 0,
        commitWaitMs: 0
      }),
      relayConfig: () => testConfig(this.path),
      adjust: (adjusted) => {
        this.adjusted.push(adjusted.relay.depositsPerSecond)
      },
      counted: () => ({ totals: { 'deposits-per-second': this.deposits }, values: this.values })
    })
  }
}

describe('the watch over a relay', () => {
  it('raises once, survives a restart, and resolves once', async () => {
    await using directory = await temporaryDirectory()
    const scene = new Scene(directory.path)
    const watch = await scene.open()
    scene.values = { 'backup-hours': 40 }
    scene.clock.advance(10_000)
    assert.equal(watch.alarms().present[0]?.name, 'backup-old')
    assert.equal(watch.answerAlarm(1), true)
    assert.equal(watch.answerAlarm(2), false)
    await watch.close()
    const again = await scene.open()
    assert.notEqual(again.alarms().present[0]?.answeredAtMs, undefined)
    scene.clock.advance(60_000)
    scene.values = { 'backup-hours': 1 }
    scene.clock.advance(90_000)
    await again.close()
    assert.deepEqual(again.alarms().present, [])
    assert.deepEqual(
      scene.log.events().filter((event) => event.startsWith('relay.alarm')),
      ['relay.alarm.raised', 'relay.alarm.resolved']
    )
  })

  it('goes by other rules once they are changed', async () => {
    await using directory = await temporaryDirectory()
    const scene = new Scene(directory.path)
    const watch = await scene.open()
    const options = { 'alarm-rules': 'backup-old off', 'alarm-command': 'true' }
    watch.reconfigure(testConfig(directory.path, options).watch)
    scene.values = { 'backup-hours': 40 }
    scene.clock.advance(10_000)
    const { present, channels, rules } = watch.alarms()
    assert.deepEqual(present, [])
    assert.deepEqual(
      channels.map(({ name }) => name),
      ['log', 'command']
    )
    assert.ok(!rules.some(({ name }) => name === 'backup-old'))
    await watch.close()
  })

  it('tunes the relay where its disk is slow, and says why', async () => {
    await using directory = await temporaryDirectory()
    const scene = new Scene(directory.path)
    const watch = await scene.open()
    scene.values = { 'commit-ms': 300, 'loop-lag-ms': 0 }
    scene.clock.advance(10_000)
    assert.deepEqual(scene.adjusted, [14])
    scene.values = { 'commit-ms': 1, 'loop-lag-ms': 0 }
    scene.clock.advance(600_000)
    assert.equal(scene.adjusted.at(-1), 20)
    assert.match(watch.remedies.answer.tuned.at(-1)?.why ?? '', /commits took 300 ms/)
    assert.throws(() => watch.remedies.apply(1, 0), { code: 'SEALPOST_NOT_THERE' })
    assert.throws(() => watch.remedies.undo(1, 0), { code: 'SEALPOST_NOT_THERE' })
    await watch.close()
  })

  it('finds a leap of the clock after the time it takes to be sure', async () => {
    await using directory = await temporaryDirectory()
    const scene = new Scene(directory.path)
    const watch = await scene.open()
    scene.clock.advance(600_000)
    scene.clock.jumpWall(60_000)
    scene.clock.advance(600_000)
    assert.equal(watch.remedies.answer.findings[0]?.kind, 'clock-jump')
    assert.ok(scene.log.events('warn').includes('relay.finding.found'))
    await watch.close()
  })

  it('makes rates of what is counted, and tells a clock that was set', async () => {
    await using directory = await temporaryDirectory()
    const scene = new Scene(directory.path)
    const watch = await scene.open()
    for (let round = 0; round < 60; round++) {
      scene.deposits += 50
      scene.clock.advance(10_000)
    }
    scene.clock.jumpWall(-5_000)
    scene.clock.advance(10_000)
    await watch.close()
    assert.deepEqual(scene.log.entries[0]?.fields.alarm, 'clock-wrong')
    const text = await readFile(join(directory.path, 'watch', 'history.json'), 'utf8')
    const points = SampleHistory.parse(text)?.points('deposits-per-second', 'minutes') ?? []
    assert.equal(points[0]?.value, 5)
  })

  it('keeps its files for their owner alone', async () => {
    await using directory = await temporaryDirectory()
    const scene = new Scene(directory.path)
    await (await scene.open()).close()
    for (const [name, mode] of [
      ['', 0o700],
      ['history.json', 0o600],
      ['alarms.json', 0o600]
    ] as const) {
      assert.equal((await stat(join(directory.path, 'watch', name))).mode & 0o777, mode)
    }
  })

  it('begins anew from files that are damaged, and says so', async () => {
    await using directory = await temporaryDirectory()
    const scene = new Scene(directory.path)
    await (await scene.open()).close()
    for (const name of ['history.json', 'alarms.json']) {
      await writeFile(join(directory.path, 'watch', name), '{"format":1')
    }
    const watch = await scene.open()
    assert.deepEqual(watch.alarms().present, [])
    assert.deepEqual(scene.log.events('warn'), ['relay.watch.begun-anew', 'relay.watch.begun-anew'])
    await watch.close()
    await settle()
    assert.ok(
      SampleHistory.parse(await readFile(join(directory.path, 'watch', 'history.json'), 'utf8'))
    )
  })
})
