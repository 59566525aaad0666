/**
 * `node hold-model.ts WHAT QUEUE PENDING EVENTS`: how long an event takes while so many others are pending, in a process
 * of its own, so that the compiler sees one queue alone. Each event that is taken is put back: 70 % of them 10 to 300 ms later,
 * 25 % 1 to 60 s, 5 % 10 min to 2 h. Prints a `Held` as JSON.
 */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { Kernel } from '../src/kernel/kernel.ts'
import { createQueue, type QueueName } from '../src/kernel/queue-choice.ts'
import { randomStream } from '../src/random/random-stream.ts'

/** The queue alone; the kernel with a function for each node; the kernel with a new function for each event. */
export type HeldWhat = 'queue' | 'kernel' | 'closures'

export interface Held {
  /** CPU of the process, all its threads. */
  readonly usPerEvent: number
  /** Of arrays and objects, everything that is pending included. */
  readonly bytesPerEvent: number
}

/** Drawn before anything counts. */
const DRAWS = 2 ** 16
const WARM_UP_MIN = 200_000

/** Runs so many events, or a few more. */
type Go = (events: number) => void

function drawIncrementsUs(): Float64Array {
  const stream = randomStream(1, 'hold model')
  return Float64Array.from({ length: DRAWS }, () => {
    const unit = stream.unit()
    if (unit < 0.7) {
      return 10_000 + stream.below(290_000)
    }
    return unit < 0.95
      ? 1_000_000 + stream.below(59_000_000)
      : 600_000_000 + stream.below(6_600_000_000)
  })
}

function holdQueue(name: QueueName, pending: number, incrementsUs: Float64Array): Go {
  const queue = createQueue(name)
  for (let slot = 0; slot < pending; slot++) {
    queue.push(incrementsUs[slot % DRAWS] as number, slot)
  }
  let drawn = 0
  return (events) => {
    for (let event = 0; event < events; event++) {
      const nowUs = queue.nextUs
      const slot = queue.pop()
      drawn += 7
      queue.push(nowUs + (incrementsUs[(drawn + slot) % DRAWS] as number), slot)
    }
  }
}

function holdKernel(
  what: HeldWhat,
  name: QueueName,
  pending: number,
  incrementsUs: Float64Array
): Go {
  const kernel = new Kernel(createQueue(name))
  let drawn = 0
  const after = (node: number, run: () => void): void => {
    drawn += 7
    kernel.at(kernel.nowUs + (incrementsUs[(drawn + node) % DRAWS] as number), 1, node, run)
  }
  const anew = (node: number): void => after(node, () => anew(node))
  for (let node = 0; node < pending; node++) {
    if (what === 'closures') {
      anew(node)
    } else {
      const again = (): void => after(node, again)
      again()
    }
  }
  // About a hundred events at once.
  const stepUs = Math.ceil(20_000_000_000 / pending)
  return (events) => {
    const end = kernel.eventCount + events
    while (kernel.eventCount < end) {
      kernel.runUntil(kernel.nowUs + stepUs)
    }
  }
}

function usedBytes(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

function hold(what: HeldWhat, name: QueueName, pending: number, events: number): Held {
  const incrementsUs = drawIncrementsUs()
  const before = usedBytes()
  const go =
    what === 'queue'
      ? holdQueue(name, pending, incrementsUs)
      : holdKernel(what, name, pending, incrementsUs)
  go(Math.max(WARM_UP_MIN, 2 * pending))
  const bytesPerEvent = (usedBytes() - before) / pending
  const start = process.cpuUsage()
  go(events)
  const { user, system } = process.cpuUsage(start)
  return { usPerEvent: (user + system) / events, bytesPerEvent }
}

const [what, queue, pending, events] = process.argv.slice(2)
const held = hold(what as HeldWhat, queue as QueueName, Number(pending), Number(events))
process.stdout.write(JSON.stringify(held))
