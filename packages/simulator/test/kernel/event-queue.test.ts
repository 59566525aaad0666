import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { EventQueue } from '../../src/kernel/event-queue.ts'
import { HeapQueue } from '../../src/kernel/heap-queue.ts'

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
  { weight: 1, arbitrary: fc.constantFrom(2 ** 32, 2 ** 40, 2 ** 52) }
)

const steps = fc.array(
  fc.oneof(
    { weight: 10, arbitrary: fc.record({ type: fc.constant('push' as const), aheadUs: ahead }) },
    { weight: 7, arbitrary: fc.record({ type: fc.constant('pop' as const) }) },
    {
      weight: 1,
      arbitrary: fc.record({
        type: fc.constant('retain' as const),
        every: fc.integer({ min: 1, max: 4 })
      })
    },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('drain' as const) }) }
  ),
  { maxLength: 300 }
)

const QUEUES: Readonly<Record<string, () => EventQueue>> = { heap: () => new HeapQueue() }

for (const [name, makeQueue] of Object.entries(QUEUES)) {
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
              const atUs = Math.min(nowUs + step.aheadUs, Number.MAX_SAFE_INTEGER)
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
