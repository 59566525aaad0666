/** What the steps of a plan do to a world, and what makes all well again. */
import type { MessageId } from '@sealpost/protocol'
import type { Checkers } from '../checkers/checkers.ts'
import { conversation } from '../checkers/conversations.ts'
import { CANARY } from '../checkers/relay-disks.ts'
import { pairName } from '../checkers/scene.ts'
import { DishonestRelay } from '../faults/dishonest-relay.ts'
import { EVENTS } from '../kernel/event-kinds.ts'
import type { Kernel } from '../kernel/kernel.ts'
import type { ClientNode } from '../nodes/client-node.ts'
import type { RelayNode } from '../nodes/relay-node.ts'
import { randomStream } from '../random/random-stream.ts'
import type { World } from '../world/world.ts'
import type { CrashPoints } from './crash-points.ts'
import type { HuntNetwork } from './hunt-network.ts'
import type { HuntPlan, Step, StepType } from './plan.ts'

const US_PER_MS = 1_000
const DISK_BYTES = 1e12
const FULL = { freeBytes: 0, totalBytes: DISK_BYTES }
const EMPTY = { freeBytes: DISK_BYTES, totalBytes: DISK_BYTES }

export interface StepsInit {
  readonly plan: HuntPlan
  readonly kernel: Kernel
  readonly world: World
  readonly network: HuntNetwork
  readonly crashes: CrashPoints
  readonly checkers: Checkers
  readonly excuses: {
    readonly forgetful: Set<number>
    readonly liars: Set<number>
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
    const { network, kernel, world } = this.#init
    switch (step.type) {
      case 'write':
        for (let count = 0; count < step.count; count++) {
          this.#write(step.client, step.to, step.bytes)
        }
        return
      case 'recall':
        this.#recall(step)
        return
      case 'show':
        this.#show(step.client, step.to)
        return
      case 'block':
      case 'unblock':
        this.#block(step)
        return
      case 'online':
      case 'offline':
        this.#client(step.client)?.setOnline(step.type === 'online')
        return
      case 'crash-client':
        this.#arm(this.#client(step.client), step)
        return
      case 'partition': {
        const clients = step.clients.map((client) => world.relays.length + client)
        const heal = network.cut(clients, step.relays, step.way)
        this.#later(step.forMs, heal)
        return
      }
      case 'clog': {
        const untilUs = kernel.nowUs + step.forMs * US_PER_MS
        const clog = { addedUs: step.addedMs * US_PER_MS, untilUs }
        network.clog(world.relays.length + step.client, step.relay, clog)
        return
      }
      case 'client-clock':
        this.#init.excuses.hadWrongClock = true
        this.#client(step.client)?.setClock(step.offsetMs)
        return
      case 'move':
        this.#move(step)
        return
      default: {
        const relay = world.relays[step.relay]
        if (relay !== undefined) {
          this.#toRelay(relay, step)
        }
      }
    }
  }

  #toRelay(
    relay: RelayNode,
    step: Of<'crash-relay' | 'wipe' | 'disk-full' | 'hang-up' | 'relay-clock' | 'dishonest'>
  ): void {
    const { excuses, kernel, plan } = this.#init
    switch (step.type) {
      case 'crash-relay':
        this.#arm(relay, step)
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
        relay.hangUp(this.#init.world.relays.length + step.client)
        return
      case 'relay-clock':
        excuses.hadWrongClock = true
        excuses.forgetful.add(step.relay)
        relay.setClock(step.offsetMs)
        return
      case 'dishonest': {
        excuses.liars.add(step.relay)
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

  #client(client: number): ClientNode | undefined {
    return this.#init.world.clients[client]
  }

  #later(ms: number, run: () => void): void {
    const { kernel } = this.#init
    kernel.at(kernel.nowUs + ms * US_PER_MS, EVENTS.fault, -1, run)
  }

  #arm(node: ClientNode | RelayNode | undefined, point: Of<'crash-client' | 'crash-relay'>): void {
    if (node !== undefined) {
      this.#init.crashes.arm(node.node, node, point)
    }
  }

  #write(from: number, to: number, bytes: number): void {
    const { world, checkers } = this.#init
    const contactId = world.contactOf(from, to)
    const node = this.#client(from)
    if (contactId === undefined || node?.machine === undefined) {
      return
    }
    this.#textCount += 1
    const text = `${CANARY} ${String(this.#textCount)} ${'x'.repeat(bytes)}`
    const number = node.machine.contact(contactId)?.nextNumber ?? 0
    node.app.say(contactId, { type: 'text', text }, (messageId) => {
      checkers.wrote({ messageId, text, from, to, number })
    })
  }

  #recall({ client, to, which }: Of<'recall'>): void {
    const { world, checkers } = this.#init
    const contactId = world.contactOf(client, to)
    const own = conversation(world, client, to).filter(
      ({ kind, withdrawnAtMs }) => kind === 'sent' && withdrawnAtMs === undefined
    )
    const message = own.at(-1 - (which % Math.max(1, own.length)))
    if (contactId !== undefined && message?.messageId !== undefined) {
      const { messageId, number } = message
      this.#client(client)?.app.say(contactId, { type: 'withdrawal', messageId, number }, () => {
        checkers.recalled(messageId)
      })
    }
  }

  /** The person looks at what is there. */
  #show(client: number, to: number): void {
    const { world, checkers } = this.#init
    const contactId = world.contactOf(client, to)
    if (contactId === undefined) {
      return
    }
    const received = conversation(world, client, to).filter(({ kind }) => kind === 'received')
    const messages = received.map(({ device, number, key }) => {
      return { contactId, device, number, messageKey: key }
    })
    const ids = received.flatMap(({ messageId }): MessageId[] => (messageId ? [messageId] : []))
    checkers.clients.seen(client, ids)
    this.#client(client)?.give({ type: 'shown', messages })
  }

  #block({ type, client, to }: Of<'block' | 'unblock'>): void {
    const { world, excuses } = this.#init
    const contactId = world.contactOf(client, to)
    if (contactId !== undefined) {
      excuses.blocked.add(pairName(client, to))
      this.#client(client)?.give({ type, contactId })
    }
  }

  #move({ client, relays }: Of<'move'>): void {
    const { world, checkers } = this.#init
    const addresses = relays.flatMap((relay) => world.relays[relay]?.address ?? [])
    checkers.moved(client, addresses.length)
    this.#client(client)?.give({ type: 'relays-changed', relays: addresses })
  }

  /** All is well from here on, and everybody is there. */
  heal(): void {
    const { world, network, crashes, plan } = this.#init
    crashes.disarm()
    network.heal()
    for (const relay of world.relays) {
      makeHonest(relay)
      relay.start()
      relay.setClock(0)
      relay.measured(EMPTY)
    }
    for (const client of world.clients) {
      client.start()
      client.setClock(0)
      client.setOnline(true)
    }
    for (const [one, other] of plan.pairs) {
      for (const [client, to] of [
        [one, other],
        [other, one]
      ] as const) {
        const contactId = world.contactOf(client, to)
        if (contactId !== undefined) {
          this.#client(client)?.give({ type: 'unblock', contactId })
        }
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
