/**
 * Lets clients come and go, and write while they are there.
 *
 * ```
 *   churn says online, and no fault keeps it away --> online --writing--> texts, one after another
 *                                                       `--churn, a fault--> offline
 * ```
 */
import type { MessageId } from '@sealpost/protocol'
import { EVENTS } from '../kernel/event-kinds.ts'
import type { Kernel } from '../kernel/kernel.ts'
import type { Churn } from '../people/churn.ts'
import type { Writing } from '../people/writing.ts'
import type { OnlineTimes } from './online-times.ts'

/** One who comes, writes and goes. */
export interface Person {
  /** Its number among all nodes. */
  readonly node: number
  setOnline(isOnline: boolean): void
  /** @param onDurable called once it is on their disk; never, where they cannot write to `to` */
  write(to: number, textBytes: number, onDurable: (messageId: MessageId) => void): void
}

export interface PeopleInit {
  readonly kernel: Kernel
  readonly people: readonly Person[]
  readonly churn: Churn
  readonly writing: Writing
  readonly online: OnlineTimes
  /** When the time of churn and writing begins, in the kernel's. */
  readonly startUs: number
  /** A text is on the disk of who wrote it. @param plannedUs when it was to be written, counted from `startUs` */
  readonly onWritten: (messageId: MessageId, from: number, to: number, plannedUs: number) => void
}

const NO_EVENT = -1

export class PeopleOnline {
  readonly #init: PeopleInit
  /** As churn has it. */
  readonly #isPresent: Uint8Array
  /** Faults that keep each away. */
  readonly #awayCount: Uint8Array
  /** Of each, the event in which it writes next. */
  readonly #nextWrite: Float64Array

  constructor(init: PeopleInit) {
    const { length } = init.people
    this.#init = init
    this.#isPresent = new Uint8Array(length)
    this.#awayCount = new Uint8Array(length)
    this.#nextWrite = new Float64Array(length).fill(NO_EVENT)
  }

  /** Everybody, who is online by now, is as churn has them from now on. */
  begin(): void {
    const { churn, kernel, people, startUs, writing } = this.#init
    for (const client of people.keys()) {
      const isPresent = churn.isOnline(client)
      this.#isPresent[client] = isPresent ? 1 : 0
      if (isPresent) {
        this.#writeAt(client, writing.cameOnline(client, kernel.nowUs - startUs))
      } else {
        this.#leave(client)
      }
      this.#change(client)
    }
  }

  /** A fault begins or ends to keep somebody away. */
  setAway(client: number, isAway: boolean): void {
    this.#awayCount[client] = (this.#awayCount[client] ?? 0) + (isAway ? 1 : -1)
    this.#update(client)
  }

  #change(client: number): void {
    const { churn, kernel, people, startUs } = this.#init
    const atUs = churn.nextChangeUs(client)
    if (atUs === Infinity) {
      return
    }
    const node = people[client]?.node ?? -1
    kernel.at(startUs + atUs, EVENTS.online, node, () => {
      this.#isPresent[client] = 1 - (this.#isPresent[client] ?? 0)
      this.#update(client)
      this.#change(client)
    })
  }

  #update(client: number): void {
    const { kernel, online, people, startUs, writing } = this.#init
    const isOnline = this.#isPresent[client] === 1 && this.#awayCount[client] === 0
    if (online.isOnline(client) === isOnline) {
      return
    }
    if (isOnline) {
      online.set(client, true, kernel.nowUs)
      people[client]?.setOnline(true)
      this.#writeAt(client, writing.cameOnline(client, kernel.nowUs - startUs))
    } else {
      this.#leave(client)
      kernel.cancel(this.#nextWrite[client] ?? NO_EVENT)
      this.#nextWrite[client] = NO_EVENT
      writing.wentOffline(client, kernel.nowUs - startUs)
    }
  }

  #leave(client: number): void {
    const { kernel, online, people } = this.#init
    online.set(client, false, kernel.nowUs)
    people[client]?.setOnline(false)
  }

  #writeAt(client: number, atUs: number): void {
    if (atUs === Infinity) {
      return
    }
    const { kernel, people, startUs } = this.#init
    const node = people[client]?.node ?? -1
    this.#nextWrite[client] = kernel.at(startUs + atUs, EVENTS.write, node, () => {
      this.#write(client)
    })
  }

  #write(client: number): void {
    const { kernel, onWritten, people, startUs, writing } = this.#init
    const plannedUs = kernel.nowUs - startUs
    const { nextUs, textBytes, to } = writing.write(client, plannedUs)
    people[client]?.write(to, textBytes, (messageId) => {
      onWritten(messageId, client, to, plannedUs)
    })
    this.#writeAt(client, nextUs)
  }
}
