/**
 * What people write, and to whom: conversations with one contact, a pause after each. Time passes for it only while a client is
 * online: who is away thinks of nothing to say.
 *
 * ```
 *   offline --cameOnline--> online: writes again and again --wentOffline--> offline
 * ```
 */
import { TEXT_BYTES_MAX } from '@sealpost/protocol'
import { exponential, logNormal, poisson } from '../random/distributions.ts'
import { type RandomStream, randomStream } from '../random/random-stream.ts'
import { exp, ln } from '../random/real-math.ts'
import { DAY_US } from '../scenario/quantities.ts'
import type { Workload } from '../scenario/scenario.ts'
import type { ContactGraph } from './contacts.ts'

export interface WritingInit {
  readonly workload: Workload
  readonly count: number
  readonly contacts: ContactGraph
  /** How much of its days a client is online: what it writes a day, it writes in that. */
  readonly onlineShare: number
  /** That of the workload. */
  readonly seed: number
}

/** One text. */
export interface WrittenText {
  readonly to: number
  /** UTF-8 bytes, from 1 on. */
  readonly textBytes: number
  /** When the same client writes again, if it stays online. */
  readonly nextUs: number
}

export class Writing {
  readonly #init: WritingInit
  readonly #pauseUs: number
  readonly #gapUs: number
  readonly #streams: (RandomStream | undefined)[] = []
  /** While offline: until it writes, of time online. While online: when it writes. */
  readonly #nextUs: Float64Array
  /** Texts of the conversation that are still to come, and with whom. */
  readonly #left: Uint32Array
  readonly #with: Uint32Array

  constructor(init: WritingInit) {
    const { workload, count, onlineShare } = init
    const { gapUs, messagesPerConversation, messagesPerDay } = workload
    this.#init = init
    // A conversation and the pause before it take so much time online, or there would be more or fewer of them a day.
    const cycleUs = (onlineShare * DAY_US * messagesPerConversation) / messagesPerDay
    const gaps = messagesPerConversation - 1
    // Who writes too much for their gaps writes faster.
    this.#gapUs = gaps > 0 ? Math.min(gapUs, cycleUs / 2 / gaps) : gapUs
    this.#pauseUs = cycleUs - gaps * this.#gapUs
    this.#nextUs = new Float64Array(count)
    this.#left = new Uint32Array(count)
    this.#with = new Uint32Array(count)
  }

  /** When it writes, if it stays online; Infinity for never. */
  cameOnline(client: number, nowUs: number): number {
    if (this.#init.workload.messagesPerDay === 0 || this.#contactsOf(client).length === 0) {
      return Infinity
    }
    if (this.#streams[client] === undefined) {
      this.#nextUs[client] = this.#pause(this.#stream(client))
    }
    const atUs = nowUs + (this.#nextUs[client] as number)
    this.#nextUs[client] = atUs
    return atUs
  }

  wentOffline(client: number, nowUs: number): void {
    this.#nextUs[client] = Math.max((this.#nextUs[client] as number) - nowUs, 0)
  }

  /** What it writes now, at the moment that was given for it. */
  write(client: number, nowUs: number): WrittenText {
    const { textMedianBytes, textSigma } = this.#init.workload
    const stream = this.#stream(client)
    if (this.#left[client] === 0) {
      this.#converse(client, stream)
    }
    const left = (this.#left[client] as number) - 1
    this.#left[client] = left
    const bytes = Math.round(logNormal(stream, { median: textMedianBytes, sigma: textSigma }))
    const waitUs = left > 0 ? this.#wait(stream, this.#gapUs) : this.#pause(stream)
    this.#nextUs[client] = nowUs + waitUs
    return {
      to: this.#with[client] as number,
      textBytes: Math.min(Math.max(bytes, 1), TEXT_BYTES_MAX),
      nextUs: nowUs + waitUs
    }
  }

  /** With one of its contacts, with the first of them most. */
  #converse(client: number, stream: RandomStream): void {
    const contacts = this.#contactsOf(client)
    const rank = exp(stream.unit() * ln(contacts.length + 1))
    this.#with[client] = contacts[Math.min(Math.floor(rank), contacts.length) - 1] as number
    this.#left[client] = 1 + poisson(stream, this.#init.workload.messagesPerConversation - 1)
  }

  #pause(stream: RandomStream): number {
    return this.#wait(stream, this.#pauseUs)
  }

  #wait(stream: RandomStream, meanUs: number): number {
    return Math.max(Math.round(exponential(stream, meanUs)), 1)
  }

  #contactsOf(client: number): Uint32Array {
    return this.#init.contacts.contactsOf(client)
  }

  #stream(client: number): RandomStream {
    return (this.#streams[client] ??= randomStream(this.#init.seed, 'writing', client))
  }
}
