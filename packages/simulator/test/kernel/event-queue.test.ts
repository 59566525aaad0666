import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { EventQueue } from '../../src/kernel/event-queue.ts'
import { createQueue, QUEUE_NAMES } from '../../src/kernel/queue-choice.ts'
import { randomStream } from '../../src/random/random-stream.ts'

/** The order by definition, in an array that is sorted stably. */
class SortedQueue implements EventQueue {
  #events: { readonly atUs: number; readonly slot: number }[] = []

  get size(): number {
    return this.#events.length
  }

  get nextUs(): number {
    return this.#events[0]?.atUs ?? Infinity
  }

  push(atUs: number, slot: number): void {
    this.#events = [...this.#events, { atUs, slot }].toSorted((a, b) => a.atUs - b.atUs)
  }

  pop(): number {
    return this.#events.shift()?.slot ?? -1
  }

  retain(isKept: (slot: number) => boolean): void {
    this.#events = this.#events.filter(({ slot }) => isKept(slot))
  }
}

/** From this moment to the far future, with many ties. */
const ahead = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 0, max: 3 }) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 50_000 }) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 120_000_000 }) },
  { weight: 1, arbitrary: fc.constantFrom(2 ** 32, 2 ** 38, 2 ** 40, 2 ** 52) }
)

/** Where a bucket of the lazy queue ends, and whatever lies beside it. */
const end = fc.record({
  type: fc.constant('push' as const),
  aheadUs: fc.oneof(ahead, fc.constantFrom(2 ** 13, 2 ** 25, 2 ** 37)),
  roundedTo: fc.constantFrom(2 ** 13, 2 ** 13, 2 ** 25, 2 ** 37),
  off: fc.integer({ min: -1, max: 1 })
})

const steps = fc.array(
  fc.oneof(
    {
      weight: 10,
      arbitrary: fc.record({
        type: fc.constant('push' as const),
        aheadUs: ahead,
        roundedTo: fc.constant(1),
        off: fc.constant(0)
      })
    },
    { weight: 10, arbitrary: end },
    { weight: 15, arbitrary: fc.record({ type: fc.constant('pop' as const) }) },
    {
      weight: 1,
      arbitrary: fc.record({
        type: fc.constant('retain' as const),
        every: fc.integer({ min: 1, max: 4 })
      })
    },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('drain' as const) }) }
  ),
  { maxLength: 300, size: 'max' }
)

for (const name of QUEUE_NAMES) {
  const makeQueue = (): EventQueue => createQueue(name)

  describe(`the ${name} queue`, () => {
    it('gives what a stable sort gives', () => {
      fc.assert(
        fc.property(steps, (all) => {
          const queue = makeQueue()
          const sorted = new SortedQueue()
          let nowUs = 0
          let pushed = 0
          const popBoth = (): void => {
            assert.equal(queue.nextUs, sorted.nextUs)
            nowUs = Number.isFinite(sorted.nextUs) ? sorted.nextUs : nowUs
            assert.equal(queue.pop(), sorted.pop())
          }
          for (const step of all) {
            if (step.type === 'push') {
              const { aheadUs, roundedTo, off } = step
              const roundedUs = Math.ceil((nowUs + aheadUs) / roundedTo) * roundedTo + off
              const atUs = Math.min(Math.max(roundedUs, nowUs), Number.MAX_SAFE_INTEGER)
              queue.push(atUs, pushed)
              sorted.push(atUs, pushed)
              pushed += 1
            } else if (step.type === 'pop') {
              popBoth()
            } else if (step.type === 'retain') {
              queue.retain((slot) => slot % step.every === 0)
              sorted.retain((slot) => slot % step.every === 0)
            } else {
              while (sorted.size > 0) {
                popBoth()
              }
            }
            assert.equal(queue.size, sorted.size)
            assert.equal(queue.nextUs, sorted.nextUs)
          }
        }),
        { numRuns: 300 }
      )
    })

    it('keeps the order of pushes at one moment, however many there are', () => {
      const queue = makeQueue()
      const count = 10_000
      for (let slot = 0; slot < count; slot++) {
        queue.push(77, slot)
      }
      for (let slot = 0; slot < count; slot++) {
        assert.equal(queue.pop(), slot)
      }
      assert.deepEqual([queue.size, queue.nextUs, queue.pop()], [0, Infinity, -1])
    })

    it('takes what is due before all that it holds', () => {
      const queue = makeQueue()
      queue.push(3_600_000_000, 1)
      assert.equal(queue.nextUs, 3_600_000_000)
      queue.push(20, 2)
      queue.push(10, 3)
      assert.deepEqual([queue.pop(), queue.pop(), queue.pop()], [3, 2, 1])
    })

    it('gives back the largest slot', () => {
      const queue = makeQueue()
      queue.push(0, 2 ** 31 - 1)
      assert.equal(queue.pop(), 2 ** 31 - 1)
    })
  })
}

describe('the queues', () => {
  /** How soon an event is: most within a bucket or two, some in a minute, a few in days. */
  function soonUs(stream: ReturnType<typeof randomStream>): number {
    const unit = stream.unit()
    if (unit < 0.6) {
      return stream.below(20) * 1_000
    }
    return stream.below(unit < 0.8 ? 60_000_000 : unit < 0.98 ? 7_200_000_000 : 400_000_000_000)
  }

  it('give one order through hours in which they grow, shrink and run dry', () => {
    const stream = randomStream(1, 'hours')
    const [heap, lazy] = [createQueue('heap'), createQueue('lazy')]
    let pushed = 0
    let popped = 0
    let nowUs = 0
    const push = (): void => {
      const atUs = nowUs + soonUs(stream)
      heap.push(atUs, pushed)
      lazy.push(atUs, pushed)
      pushed += 1
    }
    const pop = (): void => {
      nowUs = heap.nextUs
      assert.equal(lazy.nextUs, nowUs)
      assert.equal(lazy.pop(), heap.pop())
      popped += 1
    }
    for (const [pushes, pops] of [
      [20_000, 0],
      [50_000, 40_000],
      [0, 30_000],
      [20_000, 20_000]
    ] as const) {
      for (let step = 0; step < Math.max(pushes, pops); step++) {
        if (step < pushes) {
          push()
        }
        if (step < pops) {
          pop()
        }
      }
    }
    assert.deepEqual([pushed, popped, heap.size, lazy.size], [90_000, 90_000, 0, 0])
  })
})
