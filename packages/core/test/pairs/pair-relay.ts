/** A relay of these tests: the real machine over rows in memory, honest or not, at the end of streams that break. */
import {
  DEFAULT_RELAY_OPTIONS,
  RELAY_RESTORE_KEYS,
  type Read,
  type RelayEffect,
  type RelayInput,
  RelayMachine
} from '@sealpost/core'
import type { ClientFrame, EnvelopeId, MailboxRequest, RelayAddress } from '@sealpost/protocol'
import { relayAddress } from '../peer/cast.ts'
import { MemoryRows } from '../relay/memory-rows.ts'
import { SeededRandom } from '../relay/relay-world.ts'
import type { LinkEnd, RelayEnd, Timeline } from './pair-contract.ts'

type WithoutTime<Input> = Input extends RelayInput ? Omit<Input, 'atMs'> : never

export class PairRelay implements RelayEnd {
  readonly name: string
  readonly address: RelayAddress
  isUp = true
  /** Says that it stores what it drops. */
  isLying = false
  /** True time until which it refuses as busy. */
  busyUntilMs = 0
  /** Its clock less true time. */
  offsetMs = 0
  /** What it told to be durable, and was: the truth about ticks. */
  readonly stored = new Set<EnvelopeId>()
  readonly #world: Timeline
  readonly #links = new Map<number, LinkEnd>()
  /** Deposits that wait for its answer, by connection and number. */
  readonly #deposits = new Map<string, EnvelopeId>()
  readonly #seed: number
  #startCount = 0
  #readAtMs = 0
  #rows = new MemoryRows()
  #machine: RelayMachine

  constructor(world: Timeline, name: string, seed: number) {
    this.name = name
    this.#world = world
    this.#seed = seed
    this.address = relayAddress(name)
    this.#machine = this.#restore()
    this.#give({ type: 'timeout' })
  }

  #restore(): RelayMachine {
    this.#startCount += 1
    return RelayMachine.restore(
      RELAY_RESTORE_KEYS.map((key) => this.#rows.get(key)),
      {
        relay: new Uint8Array(38).fill(this.#seed),
        random: new SeededRandom(this.#seed * 104_729 + this.#startCount * 7_919),
        options: { ...DEFAULT_RELAY_OPTIONS, workBits: 0 }
      }
    )
  }

  get dueMs(): number | undefined {
    const dueMs = this.#machine.deadlineMs()
    return dueMs === undefined ? undefined : dueMs - this.offsetMs
  }

  due(): void {
    this.#give({ type: 'timeout' })
  }

  // ---- what happens to it

  /** It stops, or loses all that it held as well, and starts again from what it has once it is up. */
  stop(isWiped: boolean): void {
    const links = [...this.#links.values()]
    this.#links.clear()
    this.#deposits.clear()
    for (const link of links) {
      link.end()
    }
    if (isWiped) {
      this.#rows = new MemoryRows()
    }
    this.#machine = this.#restore()
    this.#give({ type: 'timeout' })
  }

  setClock(offsetMs: number): void {
    this.offsetMs = offsetMs
    this.#give({ type: 'clock' })
  }

  // ---- streams

  opened(link: LinkEnd): void {
    this.#links.set(link.id, link)
    this.#give({ type: 'opened', connection: link.id, range: '192.0.2.0/24' })
  }

  closed(link: LinkEnd): void {
    if (this.#links.delete(link.id)) {
      this.#give({ type: 'closed', connection: link.id })
    }
  }

  frame(link: LinkEnd, frame: ClientFrame): void {
    if (!this.#links.has(link.id)) {
      return
    }
    if (frame.type === 'request') {
      const refusal = this.#refusal(frame.request)
      if (refusal !== undefined) {
        link.toHome({ type: 'answer', number: frame.number, answer: refusal })
        return
      }
      if (frame.request.type === 'deposit' && !frame.request.isLive) {
        const { envelopeId } = frame.request.envelope
        this.#deposits.set(`${String(link.id)} ${String(frame.number)}`, envelopeId)
      }
    }
    this.#give({ type: 'frame', connection: link.id, frame })
  }

  #refusal(
    request: MailboxRequest
  ):
    | { readonly type: 'deposited'; readonly outcome: 'stored' }
    | { readonly type: 'refused'; readonly reason: 'busy'; readonly retryAfterMs: number }
    | undefined {
    if (request.type === 'deposit' && !request.isLive && this.isLying) {
      return { type: 'deposited', outcome: 'stored' }
    }
    // What was delivered may be acknowledged at all times.
    const isTaken = request.type === 'info' || request.type === 'ack'
    const isBusy = this.busyUntilMs > this.#world.nowMs && !isTaken
    return isBusy ? { type: 'refused', reason: 'busy', retryAfterMs: 2_000 } : undefined
  }

  // ---- the machine

  #give(input: WithoutTime<RelayInput>): void {
    const atMs = this.#world.nowMs + this.offsetMs
    for (const effect of this.#machine.handle({ ...input, atMs })) {
      this.#perform(effect)
    }
  }

  #perform(effect: RelayEffect): void {
    switch (effect.type) {
      case 'write':
      case 'erase':
        this.#rows.apply(effect)
        return
      case 'read':
        this.#read(effect)
        return
      case 'send': {
        const { frame, connection } = effect
        if (frame.type === 'answer') {
          const key = `${String(connection)} ${String(frame.number)}`
          const envelopeId = this.#deposits.get(key)
          this.#deposits.delete(key)
          if (envelopeId !== undefined && frame.answer.type === 'deposited') {
            this.stored.add(envelopeId)
          }
        }
        this.#links.get(connection)?.toHome(frame)
        return
      }
      case 'cut':
        this.#links.get(effect.connection)?.end('relay')
        break
      default:
      // What an operator is told is nothing here.
    }
  }

  /** Answers come in the order asked, some time later. */
  #read({ id, keys, range }: Read): void {
    const machine = this.#machine
    this.#readAtMs = Math.max(this.#readAtMs, this.#world.nowMs + this.#world.below(3))
    this.#world.at(this.#readAtMs, () => {
      if (this.#machine !== machine) {
        return
      }
      const found = range === undefined ? undefined : this.#rows.range(range)
      this.#give({
        type: 'records',
        id,
        values: keys.map((key) => this.#rows.get(key)),
        rows: found?.rows ?? [],
        isEnd: found?.isEnd ?? true
      })
    })
  }
}
