import assert from 'node:assert/strict'
import { OVERLOAD_STEPS } from '@sealpost/operator'
import { ManualClock, MemoryLog } from '@sealpost/host/testing'
import { LoadKeeper, type LoadKeeperOptions } from '../../src/watch/load-keeper.ts'
import type { RelayOverview } from '../../src/compose.ts'
import { RawClient } from '../raw-client.ts'
import { relayScene, type RelayScene } from '../relay-scene.ts'

/** What is measured, as a test has it. */
class Measured {
  lagMs = 0
  memoryShare = 0
  readCount = 0
  commitMs: number | undefined
  commitWaitMs = 0
  isOn = true
}

class KeeperScene implements AsyncDisposable {
  readonly clock: ManualClock = new ManualClock()
  readonly log: MemoryLog = new MemoryLog()
  readonly measured: Measured = new Measured()
  readonly relay: RelayScene['relay']
  readonly keeper: LoadKeeper
  readonly #scene: RelayScene

  constructor(scene: RelayScene) {
    this.#scene = scene
    this.relay = scene.relay
    this.keeper = new LoadKeeper(this.#options())
  }

  get step(): string | undefined {
    return this.relay.overview().machine?.load
  }

  pass(seconds: number): void {
    for (let second = 0; second < seconds; second++) {
      this.clock.advance(1_000)
    }
  }

  #options(): LoadKeeperOptions {
    const { clock, log, measured, relay } = this
    return {
      clock,
      log,
      overview: (): RelayOverview => {
        const { commitWaitMs, readCount } = measured
        const { machine, ...rest } = relay.overview()
        return { ...rest, commitWaitMs, machine: machine && { ...machine, readCount } }
      },
      isOn: () => measured.isOn,
      pendingReadsMax: () => 100,
      setLoad: (step) => {
        relay.setLoad(step)
      },
      commitMs: () => measured.commitMs,
      processLoad: () => measured
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.keeper.close()
    assert.equal(this.clock.timerCount, 0)
    await this.#scene[Symbol.asyncDispose]()
  }
}

describe('what a relay turns away when it has too much to do', function () {
  this.timeout(30_000)

  for (const [cause, values] of [
    ['loop-lag', { lagMs: 4_000 }],
    ['memory', { memoryShare: 0.95 }],
    ['waiting-reads', { readCount: 90 }],
    ['commits', { commitMs: 8_000 }],
    ['commits', { commitWaitMs: 8_000 }]
  ] as const) {
    it(`follows from ${Object.keys(values).join()}, step by step, and back`, async () => {
      await using scene = new KeeperScene(await relayScene())
      await using alice = await RawClient.connect(scene.relay.address)
      Object.assign(scene.measured, values)
      scene.pass(180)
      assert.equal(scene.step, 'read-only')
      assert.deepEqual(scene.keeper.overload, { step: 'read-only', cause })
      const climbed = scene.log.entries.map(({ fields }) => fields['to'])
      assert.deepEqual(climbed, OVERLOAD_STEPS.slice(1))
      Object.assign(scene.measured, new Measured())
      scene.pass(190)
      assert.equal(scene.step, 'normal')
      assert.deepEqual(scene.keeper.overload, { step: 'normal', cause: undefined })
      assert.equal((await alice.ask({ type: 'info' })).type, 'info')
    })
  }

  it('is nothing on a machine that is busy for less than half a minute', async () => {
    await using scene = new KeeperScene(await relayScene())
    for (let round = 0; round < 10; round++) {
      Object.assign(scene.measured, { lagMs: 60_000, commitMs: 60_000, readCount: 100 })
      scene.pass(30)
      Object.assign(scene.measured, new Measured())
      scene.pass(5)
    }
    assert.equal(scene.step, 'normal')
    assert.equal(scene.log.events('warn').length, 0)
  })

  it('is nothing from the next look on where the operator says so', async () => {
    await using scene = new KeeperScene(await relayScene())
    scene.measured.lagMs = 60_000
    scene.pass(40)
    assert.equal(scene.step, 'no-new-mailboxes')
    scene.measured.isOn = false
    scene.pass(5)
    assert.equal(scene.step, 'normal')
    scene.pass(300)
    assert.equal(scene.step, 'normal')
    scene.measured.isOn = true
    scene.pass(40)
    assert.equal(scene.step, 'no-new-mailboxes')
  })

  it('holds for a machine that knows nothing of it', async () => {
    await using scene = new KeeperScene(await relayScene())
    scene.measured.lagMs = 1_000
    scene.pass(40)
    scene.relay.setLoad('normal')
    scene.pass(5)
    assert.equal(scene.step, 'no-new-mailboxes')
  })

  it('is measured of this process, where nobody says otherwise', async () => {
    await using scene = await relayScene()
    const clock = new ManualClock()
    const log = new MemoryLog()
    const keeper = new LoadKeeper({
      clock,
      log,
      overview: () => scene.relay.overview(),
      isOn: () => true,
      pendingReadsMax: () => 4_096,
      setLoad: () => undefined,
      commitMs: () => undefined
    })
    for (let look = 0; look < 20; look++) {
      clock.advance(5_000)
    }
    keeper.close()
    assert.deepEqual(keeper.overload, { step: 'normal', cause: undefined })
  })
})
