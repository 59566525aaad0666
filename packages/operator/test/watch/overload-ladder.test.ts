import assert from 'node:assert/strict'
import {
  OVERLOAD_BOUNDS,
  OVERLOAD_CALM_MS,
  OVERLOAD_CALM_MS_MAX,
  OVERLOAD_STEPS,
  OverloadLadder,
  type OverloadSignal,
  type OverloadSignals
} from '@sealpost/operator'
import fc from 'fast-check'

const SIGNALS = Object.keys(OVERLOAD_BOUNDS) as readonly OverloadSignal[]
const CALM_SECONDS = OVERLOAD_CALM_MS / 1_000

/** A ladder, and seconds that pass. */
class Scene {
  readonly ladder: OverloadLadder = new OverloadLadder()
  readonly steps: string[] = []
  nowMs = 0

  repeat(seconds: number, signals: OverloadSignals): void {
    for (let second = 0; second < seconds; second++) {
      this.nowMs += 1_000
      const change = this.ladder.look(signals, this.nowMs)
      if (change !== undefined) {
        assert.equal(change.to, this.ladder.step)
        this.steps.push(change.to)
      }
    }
  }
}

/** The first look begins to count. */
function patienceSeconds(signal: OverloadSignal): number {
  return OVERLOAD_BOUNDS[signal].patienceMs / 1_000 + 1
}

describe('the overload ladder', () => {
  for (const signal of SIGNALS) {
    const { steps } = OVERLOAD_BOUNDS[signal]

    it(`goes up step by step on ${signal}, and all the way down again`, () => {
      const scene = new Scene()
      scene.repeat(3 * patienceSeconds(signal), { [signal]: steps[2] })
      assert.deepEqual(scene.steps, OVERLOAD_STEPS.slice(1))
      assert.equal(scene.ladder.cause, signal)
      scene.repeat(3 * CALM_SECONDS + 1, {})
      assert.deepEqual(scene.steps.slice(3), OVERLOAD_STEPS.toReversed().slice(1))
      assert.equal(scene.ladder.cause, undefined)
    })

    it(`stays at the step that ${signal} asks for, from its bound on and not below`, () => {
      for (const [at, limit] of steps.entries()) {
        const on = new Scene()
        on.repeat(300, { [signal]: limit })
        assert.equal(on.ladder.step, OVERLOAD_STEPS[at + 1])
        const below = new Scene()
        below.repeat(300, { [signal]: limit * 0.999 })
        assert.equal(below.ladder.step, OVERLOAD_STEPS[at])
      }
    })

    it(`takes a step on ${signal} once it has lasted, and not a second before`, () => {
      const scene = new Scene()
      scene.repeat(patienceSeconds(signal) - 1, { [signal]: steps[2] })
      assert.deepEqual(scene.steps, [])
      scene.repeat(1, { [signal]: steps[2] })
      assert.deepEqual(scene.steps, ['no-new-mailboxes'])
    })

    it(`does nothing about ${signal} that comes and goes`, () => {
      const scene = new Scene()
      for (let round = 0; round < 50; round++) {
        scene.repeat(patienceSeconds(signal) - 1, { [signal]: 2 * steps[2] })
        scene.repeat(1, {})
      }
      assert.deepEqual(scene.steps, [])
    })
  }

  it('does not add up what different signals ask for, one after the other', () => {
    const scene = new Scene()
    for (let round = 0; round < 20; round++) {
      scene.repeat(20, { 'loop-lag': 5_000 })
      scene.repeat(20, { commits: 9_000 })
    }
    assert.deepEqual(scene.steps, [])
  })

  it('does not flap around a bound', () => {
    const scene = new Scene()
    scene.repeat(11, { memory: 0.81 })
    for (let round = 0; round < 600; round++) {
      scene.repeat(40, { memory: 0.79 })
      scene.repeat(40, { memory: 0.81 })
    }
    assert.deepEqual(scene.steps, ['no-new-mailboxes'])
  })

  it('steps down once it is below seven tenths of the bound for long, and not at them', () => {
    const at = new Scene()
    at.repeat(31, { commits: 1_000 })
    at.repeat(600, { commits: 700 })
    assert.deepEqual(at.steps, ['no-new-mailboxes'])
    const below = new Scene()
    below.repeat(31, { commits: 1_000 })
    below.repeat(CALM_SECONDS, { commits: 699 })
    assert.deepEqual(below.steps, ['no-new-mailboxes'])
    below.repeat(1, { commits: 699 })
    assert.deepEqual(below.steps, ['no-new-mailboxes', 'normal'])
  })

  it('waits longer after each relapse, up to a bound, and forgets that after an hour', () => {
    const scene = new Scene()
    const waits: number[] = []
    for (let round = 0; round < 7; round++) {
      scene.repeat(31, { commits: 1_000 })
      assert.equal(scene.ladder.step, 'no-new-mailboxes')
      let seconds = 0
      while (scene.steps.at(-1) !== 'normal') {
        scene.repeat(1, {})
        seconds += 1
      }
      waits.push(seconds - 1)
    }
    const most = OVERLOAD_CALM_MS_MAX / 1_000
    assert.deepEqual(waits, [60, 120, 240, 480, most, most, most])
    scene.repeat(3_601, {})
    scene.repeat(31, { commits: 1_000 })
    scene.repeat(CALM_SECONDS + 1, {})
    assert.equal(scene.ladder.step, 'normal')
  })

  it('moves by one step at a time, with patience, to where calm leads back, whatever is measured', () => {
    const signals = fc.record(
      {
        'loop-lag': fc.nat(10_000),
        memory: fc.double({ min: 0, max: 1, noNaN: true }),
        'waiting-reads': fc.double({ min: 0, max: 1, noNaN: true }),
        commits: fc.nat(20_000)
      },
      { requiredKeys: [] }
    )
    fc.assert(
      fc.property(fc.array(fc.tuple(signals, fc.integer({ min: 1, max: 120 }))), (rounds) => {
        const scene = new Scene()
        let changedAtMs = 0
        const follow = (measured: OverloadSignals): void => {
          const before = OVERLOAD_STEPS.indexOf(scene.ladder.step)
          scene.repeat(1, measured)
          const by = OVERLOAD_STEPS.indexOf(scene.ladder.step) - before
          if (by !== 0) {
            assert.equal(Math.abs(by), 1)
            assert.ok(scene.nowMs - changedAtMs >= (by > 0 ? 10_000 : OVERLOAD_CALM_MS))
            changedAtMs = scene.nowMs
          }
          assert.equal(scene.ladder.cause === undefined, scene.ladder.step === 'normal')
        }
        for (const [measured, seconds] of rounds) {
          for (let second = 0; second < seconds; second++) {
            follow(measured)
          }
        }
        for (let second = 0; second < (3 * OVERLOAD_CALM_MS_MAX) / 1_000 + 1; second++) {
          follow({})
        }
        assert.equal(scene.ladder.step, 'normal')
      }),
      { numRuns: 60 }
    )
  })
})
