import assert from 'node:assert/strict'
import { HeapQueue } from '../../src/kernel/heap-queue.ts'
import { Kernel } from '../../src/kernel/kernel.ts'

const KIND = 1
const NOBODY = -1

function newKernel(): Kernel {
  return new Kernel(new HeapQueue())
}

describe('the kernel', () => {
  it('runs what is due in order, and stands where it was told to', () => {
    const kernel = newKernel()
    const ran: [string, number][] = []
    const log = (name: string) => (): void => {
      ran.push([name, kernel.nowUs])
    }
    kernel.at(30, KIND, NOBODY, log('late'))
    kernel.at(10, KIND, NOBODY, log('first'))
    kernel.at(10, KIND, NOBODY, log('second'))
    kernel.at(31, KIND, NOBODY, log('later'))
    kernel.runUntil(30)
    assert.deepEqual(ran, [
      ['first', 10],
      ['second', 10],
      ['late', 30]
    ])
    assert.deepEqual([kernel.nowUs, kernel.eventCount, kernel.pendingCount], [30, 3, 1])
    kernel.runUntil(1_000)
    assert.deepEqual([kernel.nowUs, kernel.eventCount, kernel.pendingCount], [1_000, 4, 0])
  })

  it('runs what an event asks for at its own moment after what is due then', () => {
    const kernel = newKernel()
    const ran: string[] = []
    kernel.at(5, KIND, NOBODY, () => {
      ran.push('asks')
      kernel.at(5, KIND, NOBODY, () => ran.push('was asked for'))
    })
    kernel.at(5, KIND, NOBODY, () => ran.push('was due'))
    kernel.runUntil(5)
    assert.deepEqual(ran, ['asks', 'was due', 'was asked for'])
  })

  it('does not run what was cancelled', () => {
    const kernel = newKernel()
    const ran: string[] = []
    const token = kernel.at(5, KIND, NOBODY, () => ran.push('cancelled'))
    kernel.at(6, KIND, NOBODY, () => ran.push('kept'))
    kernel.cancel(token)
    kernel.cancel(token)
    assert.equal(kernel.pendingCount, 1)
    kernel.runUntil(10)
    assert.deepEqual([ran, kernel.eventCount, kernel.pendingCount], [['kept'], 1, 0])
  })

  it('cancels nothing by the token of what is over', () => {
    const kernel = newKernel()
    const ran: number[] = []
    const stale: number[] = []
    for (let round = 0; round < 100; round++) {
      stale.push(kernel.at(round, KIND, NOBODY, () => ran.push(round)))
      if (round % 3 === 0) {
        kernel.cancel(stale.at(-1) ?? 0)
      }
      kernel.runUntil(round)
      const token = kernel.at(round, KIND, NOBODY, () => ran.push(round))
      stale.forEach((one) => kernel.cancel(one))
      kernel.runUntil(round)
      stale.push(token)
    }
    const twice = (round: number): number[] => (round % 3 === 0 ? [round] : [round, round])
    assert.deepEqual(ran, Array.from({ length: 100 }, (_, round) => twice(round)).flat())
    assert.equal(new Set(stale).size, stale.length)
  })

  it('lets an event cancel what is due at its own moment, and not itself', () => {
    const kernel = newKernel()
    const ran: string[] = []
    const own: number = kernel.at(5, KIND, NOBODY, () => {
      kernel.cancel(own)
      kernel.cancel(other)
      ran.push('first')
      kernel.at(5, KIND, NOBODY, () => ran.push('third'))
      kernel.cancel(own)
    })
    const other = kernel.at(5, KIND, NOBODY, () => ran.push('second'))
    kernel.runUntil(5)
    assert.deepEqual(ran, ['first', 'third'])
  })

  it('does not fill up with timers that are always set anew', () => {
    const queue = new HeapQueue()
    const kernel = new Kernel(queue)
    let fired = 0
    const set = (): number =>
      kernel.at(kernel.nowUs + 1_000_000, KIND, NOBODY, () => {
        fired += 1
      })
    let token = set()
    let sizeMax = 0
    for (let round = 0; round < 100_000; round++) {
      kernel.cancel(token)
      token = set()
      sizeMax = Math.max(sizeMax, queue.size)
      kernel.runUntil(round)
    }
    assert.ok(sizeMax < 2_000, `${sizeMax} in the queue`)
    kernel.runUntil(10_000_000)
    assert.deepEqual([fired, queue.size, kernel.pendingCount], [1, 0, 0])
  })

  it('refuses the past, fractions and what is no time', () => {
    const kernel = newKernel()
    kernel.runUntil(100)
    for (const atUs of [99, 100.5, NaN, Infinity, -1, 2 ** 53]) {
      assert.throws(() => kernel.at(atUs, KIND, NOBODY, () => {}), { code: 'SEALPOST_BUG' })
    }
    assert.equal(kernel.pendingCount, 0)
    assert.throws(() => kernel.note(0.5), { code: 'SEALPOST_BUG' })
  })

  it('goes on after an event that throws', () => {
    const kernel = newKernel()
    const ran: string[] = []
    kernel.at(1, KIND, NOBODY, () => assert.fail('on purpose'))
    kernel.at(2, KIND, NOBODY, () => ran.push('next'))
    assert.throws(() => kernel.runUntil(5), /on purpose/)
    kernel.runUntil(5)
    assert.deepEqual(ran, ['next'])
  })
})

describe('the hash of a trace', () => {
  /** Three events, the second of which can be changed. */
  function hashOf({ atUs = 20, kind = 2, node = 7, note = 64 } = {}): string {
    const kernel = newKernel()
    kernel.at(10, 1, NOBODY, () => {})
    kernel.at(atUs, kind, node, () => kernel.note(note))
    kernel.at(30, 3, 8, () => {})
    kernel.runUntil(2 ** 40)
    return kernel.traceHash
  }

  it('is the same for the same, and 64 bits', () => {
    assert.equal(hashOf(), hashOf())
    assert.match(hashOf(), /^[0-9a-f]{16}$/)
  })

  it('sees time, kind, node and note of each event, and their order', () => {
    const changes = [
      {},
      ...[21, 19, 10, 30, 31, 2 ** 32 + 20].map((atUs) => ({ atUs })),
      ...[0, 1, 3, 7, 2 ** 31 - 1].map((kind) => ({ kind })),
      ...[-1, 0, 2, 8].map((node) => ({ node })),
      ...[-64, 0, 65, 2 ** 32 + 64, 2 ** 40].map((note) => ({ note }))
    ]
    assert.equal(new Set(changes.map((change) => hashOf(change))).size, changes.length)
  })

  it('does not see what was cancelled, nor where runUntil stopped between', () => {
    const kernel = newKernel()
    kernel.at(10, 1, NOBODY, () => {})
    kernel.cancel(kernel.at(15, 9, 9, () => {}))
    kernel.at(20, 2, 7, () => kernel.note(64))
    kernel.runUntil(12)
    kernel.runUntil(20)
    kernel.at(30, 3, 8, () => {})
    kernel.runUntil(31)
    assert.equal(kernel.traceHash, hashOf())
  })
})
