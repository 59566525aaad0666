/** What the steps of a plan do to a world, and what makes all well again. */
import { CANARY } from '../checkers/relay-disks.ts'
import { pairName } from '../checkers/scene.ts'
import { EVENTS } from '../kernel/event-kinds.ts'
import type { Kernel } from '../kernel/kernel.ts'
import type { RelayNode } from '../nodes/relay-node.ts'
import { randomStream } from '../random/random-stream.ts'
import type { CrashPoints } from './crash-points.ts'
import { DishonestRelay } from '../faults/dishonest-relay.ts'
import type { HuntNetwork } from './hunt-network.ts'
import type { HuntedPeople } from './hunted-people.ts'
import type { HuntPlan, Step, StepType } from './plan.ts'

const US_PER_MS = 1_000
const DISK_BYTES = 1e12
const FULL = { freeBytes: 0, totalBytes: DISK_BYTES }
const EMPTY = { freeBytes: DISK_BYTES, totalBytes: DISK_BYTES }

export interface StepsInit {
  readonly plan: HuntPlan
  readonly kernel: Kernel
  readonly relays: readonly RelayNode[]
  readonly people: HuntedPeople
  readonly network: HuntNetwork
  /** Of relays; of clients too where they are machines. */
  readonly crashes: CrashPoints
  readonly excuses: {
    readonly forgetful: Set<number>
    readonly liars: Set<number>
    readonly untruthful: Set<number>
    readonly blocked: Set<string>
    hadWrongClock: boolean
  }
}

type Of<Type extends StepType> = Extract<Step, { type: Type }>

export class Steps {
  readonly #init: StepsInit
  #textCount = 0
  #dishonestCount = 0

  constructor(init: StepsInit) {
    this.#init = init
  }

  do(step: Step): void {
    const { excuses, people, relays } = this.#init
    switch (step.type) {
      case 'write':
        for (let count = 0; count < step.count; count++) {
          this.#write(step.client, step.to, step.bytes)
        }
        return
      case 'recall':
        people.recall(step.client, step.to, step.which)
        return
      case 'show':
        people.show(step.client, step.to)
        return
      case 'block':
      case 'unblock':
        excuses.blocked.add(pairName(step.client, step.to))
        people.setBlocked(step.client, step.to, step.type === 'block')
        return
      case 'online':
      case 'offline':
        people.setOnline(step.client, step.type === 'online')
        return
      case 'crash-client':
        people.crash(step.client, step)
        return
      case 'client-clock':
        excuses.hadWrongClock = true
        people.setClock(step.client, step.offsetMs)
        return
      case 'client-disk-full':
        people.setDiskFull(step.client, true)
        this.#later(step.forMs, () => {
          people.setDiskFull(step.client, false)
        })
        return
      case 'move':
        people.move(step.client, step.relays)
        return
      case 'partition':
      case 'clog':
        this.#toNetwork(step)
        return
      default: {
        const relay = relays[step.relay]
        if (relay !== undefined) {
          this.#toRelay(relay, step)
        }
      }
    }
  }

  #toNetwork(step: Of<'partition' | 'clog'>): void {
    const { kernel, network, relays } = this.#init
    if (step.type === 'clog') {
      const untilUs = kernel.nowUs + step.forMs * US_PER_MS
      const clog = { addedUs: step.addedMs * US_PER_MS, untilUs }
      network.clog(relays.length + step.client, step.relay, clog)
    } else {
      const clients = step.clients.map((client) => relays.length + client)
      const heal = network.cut(clients, step.relays, step.way)
      this.#later(step.forMs, heal)
    }
  }

  #toRelay(
    relay: RelayNode,
    step: Of<'crash-relay' | 'wipe' | 'disk-full' | 'hang-up' | 'relay-clock' | 'dishonest'>
  ): void {
    const { crashes, excuses, kernel, plan, relays } = this.#init
    switch (step.type) {
      case 'crash-relay':
        crashes.arm(relay.node, relay, step)
        return
      case 'wipe':
        excuses.forgetful.add(step.relay)
        relay.stop(true)
        relay.disk.wipe()
        this.#later(step.downMs, () => {
          relay.start()
        })
        return
      case 'disk-full':
        relay.measured(FULL)
        this.#later(step.forMs, () => {
          relay.measured(EMPTY)
        })
        return
      case 'hang-up':
        relay.hangUp(relays.length + step.client)
        return
      case 'relay-clock':
        excuses.hadWrongClock = true
        excuses.forgetful.add(step.relay)
        relay.setClock(step.offsetMs)
        return
      case 'dishonest': {
        excuses.liars.add(step.relay)
        if (step.how === 'lie') {
          excuses.untruthful.add(step.relay)
        }
        this.#dishonestCount += 1
        const random = randomStream(plan.seed, `dishonest ${String(this.#dishonestCount)}`)
        const { how: behaviour, share: probability } = step
        const tamper = new DishonestRelay({ kernel, random, behaviour, probability })
        relay.tamper = tamper
        this.#later(step.forMs, () => {
          if (relay.tamper === tamper) {
            makeHonest(relay)
          }
        })
      }
    }
  }

  #later(ms: number, run: () => void): void {
    const { kernel } = this.#init
    kernel.at(kernel.nowUs + ms * US_PER_MS, EVENTS.fault, -1, run)
  }

  #write(from: number, to: number, bytes: number): void {
    this.#textCount += 1
    const text = `${CANARY} ${String(this.#textCount)} ${'x'.repeat(bytes)}`
    this.#init.people.write(from, to, text)
  }

  /** All is well from here on, and everybody is there. */
  heal(): void {
    const { relays, people, network, crashes } = this.#init
    crashes.disarm()
    network.heal()
    for (const relay of relays) {
      makeHonest(relay)
      relay.start()
      relay.setClock(0)
      relay.measured(EMPTY)
    }
    people.heal()
  }

  /** Whoever was blocked is so no more, and who has a last word says it. */
  lastWords(): void {
    const { people, plan } = this.#init
    for (const [one, other] of plan.pairs) {
      for (const [client, to] of [
        [one, other],
        [other, one]
      ] as const) {
        people.setBlocked(client, to, false)
        if (plan.hasLastWord) {
          this.#write(client, to, 0)
        }
      }
    }
  }
}

/** Another process takes its place: of what was held back on its streams nothing would come otherwise. */
function makeHonest(relay: RelayNode): void {
  if (relay.tamper !== undefined) {
    relay.tamper = undefined
    relay.stop(false)
    relay.start()
  }
}
