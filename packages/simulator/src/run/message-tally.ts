/**
 * What became of every message: when it was written, when it came, and how much of that was waiting for somebody to be online.
 *
 * ```
 *   written --on enough relays--> on-relay --the recipient has it--> received --receipt--> told as delivered
 *   |<------------------ whole time ------------------------------->|
 *   |<- waiting while the sender is offline ->|<- waiting while the recipient is ->|          the rest is the network's
 * ```
 */
import type { MessageId } from '@sealpost/protocol'
import { LogHistogram } from '../metrics/log-histogram.ts'
import type { OnlineTimes } from './online-times.ts'

/** One text that counts: whoever has the scenario and its seeds knows it by these three. */
export interface Text {
  readonly from: number
  readonly to: number
  /** When it was to be written, in microseconds of the scenario's time. */
  readonly plannedUs: number
}

/** What became of one. */
export interface TextOutcome extends Text {
  /** From writing to showing, in microseconds; undefined where it did not come. */
  readonly wholeUs: number | undefined
}

interface Written extends Text {
  readonly atUs: number
  /** How long each had been offline by then. */
  readonly senderOfflineUs: number
  readonly recipientOfflineUs: number
  left: Left | undefined
  receivedAtUs: number | undefined
  isTold: boolean
  /** It came on a stream from its writer, and not from a relay. */
  isDirect: boolean
}

/** When a message was at enough relays, and how long each side had been offline by then. */
interface Left {
  readonly atUs: number
  readonly senderOfflineUs: number
  readonly recipientOfflineUs: number
}

/** Of one client. */
export interface ClientTally {
  written: number
  /** Of those that it wrote. */
  delivered: number
  received: number
  duplicates: number
}

/** A span in which something was wrong. */
export interface FaultSpan {
  readonly fromUs: number
  readonly toUs: number
}

export class MessageTally {
  readonly networkUs: LogHistogram = new LogHistogram()
  readonly waitUs: LogHistogram = new LogHistogram()
  readonly wholeUs: LogHistogram = new LogHistogram()
  readonly clients: readonly ClientTally[]
  readonly #online: OnlineTimes
  readonly #messages = new Map<MessageId, Written>()
  readonly #spans: readonly FaultSpan[]
  /** Between the end of a fault and the receipt of the last message that was written during it, without waiting. */
  readonly recoveriesUs: Float64Array
  /** Messages that came from client to client. */
  directCount = 0

  constructor(clientCount: number, online: OnlineTimes, spans: readonly FaultSpan[]) {
    this.clients = Array.from({ length: clientCount }, () => {
      return { written: 0, delivered: 0, received: 0, duplicates: 0 }
    })
    this.#online = online
    this.#spans = spans
    this.recoveriesUs = new Float64Array(spans.length)
  }

  /** When a fault is over, by its place among the spans. */
  endUs(at: number): number {
    return this.#spans[at]?.toUs ?? Infinity
  }

  /** It is durable where it was written. */
  written(messageId: MessageId, text: Text, nowUs: number): void {
    const { from, to } = text
    this.#messages.set(messageId, {
      ...text,
      atUs: nowUs,
      senderOfflineUs: this.#online.offlineUs(from, nowUs),
      recipientOfflineUs: this.#online.offlineUs(to, nowUs),
      left: undefined,
      receivedAtUs: undefined,
      isTold: false,
      isDirect: false
    })
    this.#count(from).written += 1
  }

  /** Its sender was told what became of it. */
  told(messageId: MessageId, state: 'on-relay' | 'delivered' | 'read', nowUs: number): void {
    const message = this.#messages.get(messageId)
    if (message === undefined) {
      return
    }
    message.left ??= this.#leftAt(message, nowUs)
    if (state !== 'on-relay' && !message.isTold) {
      message.isTold = true
      this.#count(message.from).delivered += 1
    }
  }

  /** It is about to be shown, and came on a direct stream. */
  cameDirectly(messageId: MessageId): void {
    const message = this.#messages.get(messageId)
    if (message !== undefined && message.receivedAtUs === undefined) {
      message.isDirect = true
    }
  }

  /** It is shown to somebody, who has it on the disk. */
  received(messageId: MessageId, to: number, nowUs: number): void {
    const message = this.#messages.get(messageId)
    if (message?.to !== to) {
      return
    }
    if (message.receivedAtUs !== undefined) {
      this.#count(to).duplicates += 1
      return
    }
    message.receivedAtUs = nowUs
    this.#count(to).received += 1
    this.directCount += message.isDirect ? 1 : 0
    const wholeUs = nowUs - message.atUs
    const waitUs = this.#waitUs(message, nowUs)
    this.wholeUs.add(wholeUs)
    this.waitUs.add(waitUs)
    this.networkUs.add(wholeUs - waitUs)
    for (const [at, { fromUs, toUs }] of this.#spans.entries()) {
      if (message.atUs >= fromUs && message.atUs < toUs) {
        this.recoveriesUs[at] = Math.max(this.recoveriesUs[at] ?? 0, nowUs - toUs - waitUs)
      }
    }
  }

  #leftAt({ from, to }: Written, nowUs: number): Left {
    return {
      atUs: nowUs,
      senderOfflineUs: this.#online.offlineUs(from, nowUs),
      recipientOfflineUs: this.#online.offlineUs(to, nowUs)
    }
  }

  /** What comes before its sender knows that it left has left by then. */
  #waitUs(message: Written, nowUs: number): number {
    const left = message.left ?? this.#leftAt(message, nowUs)
    const senderUs = left.senderOfflineUs - message.senderOfflineUs
    return senderUs + this.#online.offlineUs(message.to, nowUs) - left.recipientOfflineUs
  }

  /**
   * Messages that have come, or could have: whose sender was there for long enough, and then whose recipient was; and how many of them
   * have not come. Whoever was away for the rest of the run is no loss.
   */
  due(nowUs: number, settleUs: number): { readonly count: number; readonly missing: number } {
    let count = 0
    let missing = 0
    for (const message of this.#messages.values()) {
      if (message.receivedAtUs !== undefined) {
        count += 1
      } else if (this.#wasThere(message, nowUs, settleUs)) {
        count += 1
        missing += 1
      }
    }
    return { count, missing }
  }

  #wasThere(message: Written, nowUs: number, settleUs: number): boolean {
    const { atUs, from, left, recipientOfflineUs, senderOfflineUs, to } = message
    const senderUs = nowUs - atUs - (this.#online.offlineUs(from, nowUs) - senderOfflineUs)
    const sinceUs = left?.atUs ?? atUs
    const beforeUs = left?.recipientOfflineUs ?? recipientOfflineUs
    const recipientUs = nowUs - sinceUs - (this.#online.offlineUs(to, nowUs) - beforeUs)
    return recipientUs >= settleUs && (left !== undefined || senderUs >= settleUs)
  }

  /** In the order in which they were written. */
  *outcomes(): Generator<TextOutcome> {
    for (const { atUs, from, plannedUs, receivedAtUs, to } of this.#messages.values()) {
      yield {
        from,
        to,
        plannedUs,
        wholeUs: receivedAtUs === undefined ? undefined : receivedAtUs - atUs
      }
    }
  }

  sum(of: keyof ClientTally): number {
    return this.clients.reduce((total, client) => total + client[of], 0)
  }

  #count(client: number): ClientTally {
    return this.clients[client] ?? { written: 0, delivered: 0, received: 0, duplicates: 0 }
  }
}
