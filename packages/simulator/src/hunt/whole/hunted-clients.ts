/** The people of a hunt as they are: each with a client that is told what to do, killed, and opened again. */
import type { Message, SealpostClient } from '@sealpost/client'
import type { ContactId, MessageId } from '@sealpost/protocol'
import { formatRelayAddress, isSealpostError } from '@sealpost/protocol'
import type { Checkers } from '../../checkers/checkers.ts'
import { EVENTS } from '../../kernel/event-kinds.ts'
import type { Kernel } from '../../kernel/kernel.ts'
import type { HuntedPeople } from '../hunted-people.ts'
import type { CrashPoint } from '../plan.ts'
import type { WholeWorld } from './whole-world.ts'

export interface HuntedClientsInit {
  readonly kernel: Kernel
  readonly world: WholeWorld
  readonly checkers: Checkers
  /** Something was thrown that is no answer to a person: a bug. */
  readonly onBug: (client: number, error: unknown) => void
}

interface Armed {
  readonly point: CrashPoint
  wakes: number
}

const US_PER_MS = 1_000
/** Within so many instructions that wait for nothing but each other. */
const INSTRUCTIONS = 64
/** Until a home that could not be opened is opened once more. */
const AGAIN_MS = 5_000

export class HuntedClients implements HuntedPeople {
  readonly #init: HuntedClientsInit
  readonly #armed = new Map<number, Armed>()
  /** Who is to be offline. */
  readonly #away = new Set<number>()
  /** Who is to be neither. */
  readonly #down = new Set<number>()

  constructor(init: HuntedClientsInit) {
    this.#init = init
  }

  /** A client's process has an event: one that is to be killed ends some instructions later. */
  wake(client: number): void {
    const armed = this.#armed.get(client)
    if (armed === undefined) {
      return
    }
    armed.wakes -= 1
    if (armed.wakes <= 0) {
      this.#armed.delete(client)
      const { afterUs, downMs } = armed.point
      void this.#killAfter(client, afterUs % INSTRUCTIONS, downMs)
    }
  }

  async #killAfter(client: number, instructions: number, downMs: number): Promise<void> {
    for (let count = 0; count < instructions; count++) {
      await Promise.resolve()
    }
    const { kernel, world } = this.#init
    world.people[client]?.kill()
    this.#down.add(client)
    kernel.at(kernel.nowUs + downMs * US_PER_MS, EVENTS.fault, -1, () => {
      this.#open(client)
    })
  }

  #open(client: number): void {
    const { kernel, world } = this.#init
    const person = world.people[client]
    this.#down.delete(client)
    if (person === undefined || person.isOpen) {
      return
    }
    const open = async (): Promise<void> => {
      try {
        await person.open(!this.#away.has(client))
        // It may have been told otherwise meanwhile.
        if (person.isOpen) {
          person.client.setOnline(!this.#away.has(client))
        }
      } catch (error) {
        this.#answered(client, error)
        kernel.at(kernel.nowUs + AGAIN_MS * US_PER_MS, EVENTS.fault, -1, () => {
          this.#open(client)
        })
      }
    }
    void open()
  }

  /** Has somebody whose client is open do something with a contact. */
  #act(
    client: number,
    to: number,
    act: (own: SealpostClient, contactId: ContactId) => Promise<unknown>
  ): void {
    const { world } = this.#init
    const contactId = world.contactOf(client, to)
    const person = world.people[client]
    if (contactId !== undefined && person?.isOpen === true) {
      act(person.client, contactId).catch((error: unknown) => {
        this.#answered(client, error)
      })
    }
  }

  /** People are told why something cannot be; all else is a bug. */
  #answered(client: number, error: unknown): void {
    if (!isSealpostError(error) || error.code === 'SEALPOST_BUG') {
      this.#init.onBug(client, error)
    }
  }

  write(from: number, to: number, text: string): void {
    this.#act(from, to, async (own, contactId) => {
      const { messageId } = await own.send(contactId, text)
      if (messageId !== undefined) {
        this.#init.checkers.wrote({ messageId, text, from, to })
      }
    })
  }

  recall(client: number, to: number, which: number): void {
    const { checkers } = this.#init
    this.#act(client, to, async (own, contactId) => {
      const all = await own.messages(contactId)
      const sent = all.filter(
        ({ kind, withdrawnAtMs }) => kind === 'sent' && withdrawnAtMs === undefined
      )
      const messageId = sent.at(-1 - (which % Math.max(1, sent.length)))?.messageId
      if (messageId !== undefined) {
        checkers.recalled(messageId, 'wanted')
        await own.recall(messageId)
        checkers.recalled(messageId, 'done')
      }
    })
  }

  show(client: number, to: number): void {
    this.#act(client, to, async (own, contactId) => {
      const received = (await own.messages(contactId)).filter(({ kind }) => kind === 'received')
      this.#init.checkers.clients.seen(client, received.flatMap(idOf))
      await own.markShown(received)
    })
  }

  setBlocked(client: number, to: number, isBlocked: boolean): void {
    this.#act(client, to, (own, contactId) =>
      isBlocked ? own.block(contactId) : own.unblock(contactId)
    )
  }

  setOnline(client: number, isOnline: boolean): void {
    const person = this.#init.world.people[client]
    if (isOnline) {
      this.#away.delete(client)
    } else {
      this.#away.add(client)
    }
    if (person?.isOpen === true) {
      person.client.setOnline(isOnline)
    }
  }

  crash(client: number, point: CrashPoint): void {
    this.#armed.set(client, { point, wakes: point.inputs })
  }

  setClock(client: number, offsetMs: number): void {
    const person = this.#init.world.people[client]
    if (person !== undefined) {
      person.clock.offsetMs = offsetMs
    }
  }

  move(client: number, relays: readonly number[]): void {
    const { checkers, world } = this.#init
    const person = world.people[client]
    if (person?.isOpen !== true) {
      return
    }
    const wanted = relays.flatMap((relay) => world.relays[relay]?.address ?? [])
    checkers.moved(client, wanted.length)
    const own = person.client
    const move = async (): Promise<void> => {
      for (const address of wanted) {
        await own.addRelay(formatRelayAddress(address))
      }
      for (const { nodeKey } of own.relays()) {
        if (!wanted.some((address) => address.nodeKey === nodeKey)) {
          await own.removeRelay(nodeKey)
        }
      }
    }
    move().catch((error: unknown) => {
      this.#answered(client, error)
    })
  }

  setDiskFull(client: number, isFull: boolean): void {
    const person = this.#init.world.people[client]
    if (person !== undefined) {
      person.diskState.isFull = isFull
    }
  }

  heal(): void {
    this.#armed.clear()
    this.#away.clear()
    this.#init.world.people.forEach((person, client) => {
      person.diskState.isFull = false
      person.clock.offsetMs = 0
      if (person.isOpen) {
        person.client.setOnline(true)
      } else if (this.#down.has(client)) {
        this.#open(client)
      }
    })
  }

  /** Everybody's process ends, and begins anew. */
  restartAll(): void {
    this.#init.world.people.forEach((person, client) => {
      person.kill()
      this.#open(client)
    })
  }
}

function idOf({ messageId }: Message): readonly MessageId[] {
  return messageId === undefined ? [] : [messageId]
}
