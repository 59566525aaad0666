/** Relays, and clients as people have them, on a network as bad as a plan has it: made, and met through links. */
import {
  type Account,
  ACCOUNT_KEY,
  type PeerMachine,
  readAccount,
  type RelayOptions
} from '@sealpost/core'
import type { ClientEvent } from '@sealpost/client'
import type { SignalEngine } from '@sealpost/crypto'
import {
  type ClientFrame,
  type ContactId,
  type NodeKey,
  nodeKeys,
  type RelayFrame,
  UsageError
} from '@sealpost/protocol'
import type { SeenClient, SeenWorld } from '../../checkers/seen-world.ts'
import type { Kernel } from '../../kernel/kernel.ts'
import { OBJECT_CARRIER, WIRE_CARRIER } from '../../nodes/frame-carrier.ts'
import { RelayNode, type RelayNodeInit } from '../../nodes/relay-node.ts'
import { restoredPeer } from '../../nodes/restored-peer.ts'
import { randomStream } from '../../random/random-stream.ts'
import { runAsynchronously } from '../../whole/run-asynchronously.ts'
import type { WholeNetwork } from '../../whole/simulated-transport.ts'
import { WholeClient } from '../../whole/whole-client.ts'
import type { HuntNetwork } from '../hunt-network.ts'
import type { HuntPlan } from '../plan.ts'

/** Who looks at what happens; clients and relays by their numbers. */
export interface WholeWatch {
  readonly relayInput: NonNullable<RelayNodeInit['onInput']> extends (input: infer Input) => void
    ? (relay: number, input: Input) => void
    : never
  readonly relaySaid: NonNullable<RelayNodeInit['onSaid']> extends (effect: infer Effect) => void
    ? (relay: number, effect: Effect) => void
    : never
  sent(client: number, relay: NodeKey, frame: ClientFrame): void
  heard(client: number, relay: NodeKey, frame: RelayFrame): void
  event(client: number, event: ClientEvent): void
  error(client: number, event: string, code: string): void
  wake(client: number): void
  engine(client: number, engine: SignalEngine): SignalEngine
}

export interface WholeWorldInit {
  readonly plan: HuntPlan
  readonly kernel: Kernel
  readonly network: HuntNetwork
  readonly startMs: number
  readonly relayOptions: RelayOptions
  readonly watch: WholeWatch
}

const SECOND_US = 1_000_000
/** How long something is waited for that is on its way. */
const PATIENCE_S = 900

export class WholeWorld implements SeenWorld {
  readonly relays: readonly RelayNode[]
  readonly people: readonly WholeClient[]
  readonly clients: readonly SeenClient[]
  readonly #init: WholeWorldInit
  readonly #contacts: Map<number, ContactId>[]

  constructor(init: WholeWorldInit) {
    this.#init = init
    const { kernel, network, plan, relayOptions: options, startMs, watch } = init
    this.relays = Array.from({ length: plan.relayCount }, (_, id) => {
      return new RelayNode({
        kernel,
        node: id,
        name: `relay${String(id)}`,
        startMs,
        options,
        times: { commitUs: plan.relayCommitUs, readUs: 100, handleUs: 50 },
        random: (process) => randomStream(plan.seed, `relay ${String(process)}`, id),
        nodeKey: nodeKeys.fromBytes(
          randomStream(plan.seed, 'identity', id).bytes(nodeKeys.byteLength)
        ),
        onInput: (input) => {
          watch.relayInput(id, input)
        },
        onSaid: (effect) => {
          watch.relaySaid(id, effect)
        }
      })
    })
    let connectionCount = 0
    const shared: WholeNetwork = {
      kernel,
      carrier: plan.isWire ? WIRE_CARRIER : OBJECT_CARRIER,
      paths: network,
      relay: (nodeKey) => this.relays.find(({ address }) => address.nodeKey === nodeKey),
      nextConnection: () => ++connectionCount,
      onSent: (node, relay, frame) => {
        watch.sent(node - plan.relayCount, relay, frame)
      },
      onHeard: (node, relay, frame) => {
        watch.heard(node - plan.relayCount, relay, frame)
      }
    }
    this.people = plan.clients.map((_, id) => this.#makePerson(id, shared))
    this.clients = this.people.map((person) => this.#seen(person))
    this.#contacts = plan.clients.map(() => new Map<number, ContactId>())
  }

  #makePerson(id: number, network: WholeNetwork): WholeClient {
    const { plan, startMs, watch } = this.#init
    const node = plan.relayCount + id
    return new WholeClient({
      network,
      node,
      startMs,
      times: { commitUs: plan.clientCommitUs, readUs: 200 },
      name: nameOf(id),
      relays: (plan.clients[id]?.relays ?? []).flatMap(
        (relay) => this.relays[relay]?.address ?? []
      ),
      range: `198.51.${String(id)}.0/24`,
      random: (purpose) => randomStream(plan.seed, purpose, node),
      onError: (event, code) => {
        watch.error(id, event, code)
      },
      onWake: () => {
        watch.wake(id)
      },
      onEvent: (event) => {
        watch.event(id, event)
      },
      watchEngine: (engine) => watch.engine(id, engine)
    })
  }

  /** Its machine is one of what is on the disk: the one that runs is nobody's to look at. */
  #seen(person: WholeClient): SeenClient {
    const { kernel, plan } = this.#init
    const account = (): Account => {
      const row = person.home.get({ table: 'account', key: ACCOUNT_KEY })
      if (row === undefined) {
        throw new UsageError('SEALPOST_HOME_MISSING')
      }
      return readAccount(row)
    }
    let known: { readonly atUs: number; readonly machine: PeerMachine } | undefined
    return {
      get account() {
        return account()
      },
      get disk() {
        return person.home
      },
      get machine(): PeerMachine {
        if (known?.atUs !== kernel.nowUs) {
          const random = randomStream(plan.seed, 'onlooker')
          const atMs = person.clock.wallMs(kernel.nowUs)
          const machine = restoredPeer(person.home, { account: account(), random, atMs })
          known = { atUs: kernel.nowUs, machine }
        }
        return known.machine
      }
    }
  }

  contactOf(client: number, other: number): ContactId | undefined {
    return this.#contacts[client]?.get(other)
  }

  /** Everybody has a home and is in it, and those who know each other have met. */
  async begin(): Promise<void> {
    for (const person of this.people) {
      await this.until(person.makeHome())
      await this.until(person.open())
    }
    const { pairs } = this.#init.plan
    const meetings = pairs.map(([one, other]) => this.#meet(one, other))
    await this.until(Promise.all(meetings))
    for (const [one, other] of pairs) {
      await this.#found(one, other)
      await this.#found(other, one)
    }
  }

  async #meet(one: number, other: number): Promise<void> {
    const [host, guest] = [this.people[one], this.people[other]]
    if (host !== undefined && guest !== undefined) {
      const { link } = await host.client.invite()
      const { contactId } = await guest.client.add(link)
      await guest.client.waitForContact(contactId, 'accepted')
    }
  }

  async #found(one: number, other: number): Promise<void> {
    for (let tries = 0; tries < PATIENCE_S; tries++) {
      const { client } = this.people[one] ?? {}
      const contacts = client === undefined ? [] : await this.until(client.contacts())
      const contact = contacts.find(({ name }) => name === nameOf(other))
      if (contact?.standing === 'accepted') {
        this.#contacts[one]?.set(other, contact.contactId)
        return
      }
      await this.pass(this.#init.kernel.nowUs + SECOND_US)
    }
    throw new UsageError('SEALPOST_UNKNOWN_CONTACT', `${nameOf(one)} never met ${nameOf(other)}`)
  }

  pass(endUs: number): Promise<void> {
    return runAsynchronously(this.#init.kernel, endUs)
  }

  /** Lets time pass until something came about. */
  async until<Result>(promise: Promise<Result>): Promise<Result> {
    let isDone = false
    const done = promise.finally(() => {
      isDone = true
    })
    done.catch(() => undefined)
    for (let seconds = 0; !isDone && seconds < PATIENCE_S; seconds++) {
      await this.pass(this.#init.kernel.nowUs + SECOND_US)
    }
    if (!isDone) {
      throw new UsageError('SEALPOST_TIMEOUT')
    }
    return done
  }
}

function nameOf(client: number): string {
  return `person${String(client)}`
}
