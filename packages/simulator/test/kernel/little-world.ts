import { Kernel } from '../../src/kernel/kernel.ts'
import { createQueue, QUEUE_NAMES, type QueueName } from '../../src/kernel/queue-choice.ts'
import {
  exponential,
  geometric,
  logNormal,
  poisson,
  weibull,
  weibullOfMean,
  ZipfTable
} from '../../src/random/distributions.ts'
import { randomStream, type RandomStream } from '../../src/random/random-stream.ts'

const NODES = 40
const SECOND_US = 1_000_000
const DURATION_US = 3_600 * SECOND_US
const SESSION = weibullOfMean(0.59, 300 * SECOND_US)
const FRIENDS = new ZipfTable(NODES, 0.9)
const KIND = { start: 0, write: 1, arrive: 2, late: 3, receipt: 4 } as const

/** Some people who write to each other for an hour: a bit of all that a simulation draws, schedules and cancels. */
class LittleWorld {
  readonly #kernel: Kernel
  readonly #people: RandomStream[] = []
  readonly #network: RandomStream

  constructor(seed: number, queue: QueueName) {
    this.#kernel = new Kernel(createQueue(queue))
    this.#network = randomStream(seed, 'network')
    for (let node = 0; node < NODES; node++) {
      this.#people.push(randomStream(seed, 'people', node))
      this.#start(node)
    }
  }

  run(): string {
    this.#kernel.runUntil(DURATION_US)
    return `${this.#kernel.traceHash} of ${this.#kernel.eventCount}`
  }

  #start(node: number): void {
    const person = this.#people[node] as RandomStream
    this.#after(weibull(person, SESSION), KIND.start, node, () => {
      for (let rest = poisson(person, 3) + geometric(person, 8); rest > 0; rest--) {
        this.#after(exponential(person, 20 * SECOND_US), KIND.write, node, () => this.#write(node))
      }
      this.#start(node)
    })
  }

  #write(node: number): void {
    const person = this.#people[node] as RandomStream
    this.#kernel.note(Math.ceil(logNormal(person, { median: 60, sigma: 1.2 })))
    const friend = FRIENDS.draw(person)
    const late = this.#after(SECOND_US, KIND.late, node, () => this.#kernel.note(friend))
    this.#after(this.#tripUs(), KIND.arrive, friend, () => {
      if (!this.#network.chance(0.1)) {
        this.#after(this.#tripUs(), KIND.receipt, node, () => this.#kernel.cancel(late))
      }
    })
  }

  /** In tens of milliseconds, so that many arrive at one moment. */
  #tripUs(): number {
    return Math.ceil(logNormal(this.#network, { median: 5, sigma: 0.5 })) * 10_000
  }

  #after(us: number, kind: number, node: number, run: () => void): number {
    return this.#kernel.at(this.#kernel.nowUs + Math.ceil(us), kind, node, run)
  }
}

/** The hash of the trace, and how many events there were. */
export function littleWorld(seed: number, queue: QueueName): string {
  return new LittleWorld(seed, queue).run()
}

/** Of two seeds and all queues. */
export function littleWorlds(): readonly string[] {
  return [1, 2].flatMap((seed) => QUEUE_NAMES.map((queue) => littleWorld(seed, queue)))
}
