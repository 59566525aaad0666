/** A relay, its store and the clients that talk to it, one input after another. */
import {
  DEFAULT_RELAY_OPTIONS,
  RELAY_RESTORE_KEYS,
  type Random,
  type Read,
  type RelayEffect,
  type RelayInput,
  RelayMachine,
  type RelayNotice,
  type RelayOptions
} from '@sealpost/core'
import type {
  ErrorCode,
  MailboxAnswer,
  MailboxPush,
  MailboxRequest,
  RelayFrame
} from '@sealpost/protocol'
import { MemoryRows } from './memory-rows.ts'

/** Xorshift: the same bytes for the same seed. */
export class SeededRandom implements Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed | 1
  }

  bytes(count: number): Uint8Array {
    const bytes = new Uint8Array(count)
    for (let i = 0; i < count; i++) {
      this.#state ^= this.#state << 13
      this.#state ^= this.#state >>> 17
      this.#state ^= this.#state << 5
      bytes[i] = this.#state >>> 8
    }
    return bytes
  }
}

/** The relay of these tests, as proofs of work name it. */
export const RITA: Uint8Array = new Uint8Array(38).fill(0x7a)

/** A Monday in 2025, on the hour. */
export const START_MS = 1_736_121_600_000

/** A frame that a client was sent. */
export interface Heard {
  readonly atMs: number
  /** Counts the frames of all clients. */
  readonly order: number
  readonly frame: RelayFrame
}

/** What one connection has heard, the oldest first. */
export class Client {
  readonly id: number
  readonly frames: Heard[] = []
  cutWith: ErrorCode | undefined
  nextNumber = 1

  constructor(id: number) {
    this.id = id
  }

  /** The answer to a request, if it has come. */
  answerTo(number: number): MailboxAnswer | undefined {
    for (const { frame } of this.frames) {
      if (frame.type === 'answer' && frame.number === number) {
        return frame.answer
      }
    }
    return undefined
  }

  /** What came unasked. */
  pushes(): readonly MailboxPush[] {
    return this.frames.flatMap(({ frame }) => (frame.type === 'push' ? [frame.push] : []))
  }

  /** What came unasked since the last time, which is then forgotten. */
  takePushes(): readonly MailboxPush[] {
    const pushes = this.pushes()
    this.frames.length = 0
    return pushes
  }
}

type WithoutTime<Input> = Input extends RelayInput ? Omit<Input, 'atMs'> : never

export class RelayWorld {
  readonly rows = new MemoryRows()
  readonly clients = new Map<number, Client>()
  readonly notices: RelayNotice[] = []
  readonly invitesUsed: Extract<RelayEffect, { readonly type: 'invite-used' }>[] = []
  readonly reads: Read[] = []
  machine: RelayMachine
  nowMs = START_MS
  isDrained = false
  /** While true, reads wait for `answerRead`. */
  isHolding = false
  options: RelayOptions
  #nextClient = 1
  #order = 0
  #seed = 1

  constructor(options: Partial<RelayOptions> = {}) {
    this.options = { ...DEFAULT_RELAY_OPTIONS, workBits: 0, ...options }
    this.machine = this.#restore()
    this.advance(0)
  }

  #restore(): RelayMachine {
    const values = RELAY_RESTORE_KEYS.map((key) => this.rows.get(key))
    const random = new SeededRandom(this.#seed++ * 7_919)
    return RelayMachine.restore(values, { relay: RITA, random, options: this.options })
  }

  // ---- inputs

  /** Gives an input, and lets reads follow unless they are held. */
  give(input: WithoutTime<RelayInput>): readonly RelayEffect[] {
    const effects = this.machine.handle({ ...input, atMs: this.nowMs })
    for (const effect of effects) {
      this.#perform(effect)
    }
    if (!this.isHolding) {
      this.answerReads()
    }
    return effects
  }

  #perform(effect: RelayEffect): void {
    switch (effect.type) {
      case 'write':
      case 'erase':
        this.rows.apply(effect)
        return
      case 'read':
        this.reads.push(effect)
        return
      case 'send':
        this.clients.get(effect.connection)?.frames.push({
          atMs: this.nowMs,
          order: this.#order++,
          frame: effect.frame
        })
        return
      case 'cut': {
        const client = this.clients.get(effect.connection)
        if (client !== undefined) {
          client.cutWith = effect.code
        }
        return
      }
      case 'invite-used':
        this.invitesUsed.push(effect)
        return
      case 'notify':
        this.notices.push(effect)
        return
      case 'drained':
        this.isDrained = true
    }
  }

  /** Answers the oldest read. */
  answerRead(): boolean {
    const read = this.reads.shift()
    if (read === undefined) {
      return false
    }
    const range = read.range === undefined ? undefined : this.rows.range(read.range)
    this.give({
      type: 'records',
      id: read.id,
      values: read.keys.map((key) => this.rows.get(key)),
      rows: range?.rows ?? [],
      isEnd: range?.isEnd ?? true
    })
    return true
  }

  /** Answers reads until none is left. */
  answerReads(): void {
    while (this.answerRead()) {
      // Each answer may ask for more.
    }
  }

  /** Lets time pass, with every timeout at its moment. */
  advance(ms: number): void {
    const endMs = this.nowMs + ms
    for (let i = 0; i < 1_000_000; i++) {
      const deadlineMs = this.machine.deadlineMs()
      if (deadlineMs === undefined || deadlineMs > endMs) {
        break
      }
      this.nowMs = Math.max(this.nowMs, deadlineMs)
      this.give({ type: 'timeout' })
      if (this.isHolding && this.machine.deadlineMs() === deadlineMs) {
        break
      }
    }
    this.nowMs = endMs
    this.give({ type: 'timeout' })
  }

  /** Sets the wall clock. */
  setClock(toMs: number): void {
    this.nowMs = toMs
    this.give({ type: 'clock' })
  }

  /** Stops it without a word and starts it from its rows. */
  crash(): void {
    this.reads.length = 0
    this.clients.clear()
    this.machine = this.#restore()
    this.advance(0)
  }

  // ---- clients

  connect(range = '192.0.2.0/24'): Client {
    const client = new Client(this.#nextClient++)
    this.clients.set(client.id, client)
    this.give({ type: 'opened', connection: client.id, range })
    return client
  }

  disconnect(client: Client): void {
    this.clients.delete(client.id)
    this.give({ type: 'closed', connection: client.id })
  }

  /** Sends a request and gives its number. */
  send(client: Client, request: MailboxRequest): number {
    const number = client.nextNumber++
    this.give({ type: 'frame', connection: client.id, frame: { type: 'request', number, request } })
    return number
  }

  /** Sends a request and gives what was answered so far. */
  ask(client: Client, request: MailboxRequest): MailboxAnswer | undefined {
    return client.answerTo(this.send(client, request))
  }

  /** Sends a request and gives its answer, waiting as long as a denial takes. */
  askPatiently(client: Client, request: MailboxRequest): MailboxAnswer | undefined {
    const number = this.send(client, request)
    if (client.answerTo(number) === undefined) {
      this.advance(25)
    }
    return client.answerTo(number)
  }
}
