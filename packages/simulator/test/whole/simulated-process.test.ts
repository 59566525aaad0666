import assert from 'node:assert/strict'
import { EVENTS } from '../../src/kernel/event-kinds.ts'
import { HeapQueue } from '../../src/kernel/heap-queue.ts'
import { Kernel } from '../../src/kernel/kernel.ts'
import { SimulatedProcess } from '../../src/whole/simulated-process.ts'

describe('a simulated process', () => {
  it('does nothing any more once it is killed, even as it wakes', () => {
    const kernel = new Kernel(new HeapQueue())
    const done: string[] = []
    let wakes = 0
    const process: SimulatedProcess = new SimulatedProcess(kernel, 0, () => {
      wakes += 1
      if (wakes === 2) {
        process.end()
      }
    })
    for (const name of ['first', 'second', 'third']) {
      process.at(kernel.nowUs + 1, EVENTS.commit, () => done.push(name))
    }
    kernel.runUntil(10)
    assert.deepEqual(done, ['first'])
    assert.equal(wakes, 2)
  })
})
