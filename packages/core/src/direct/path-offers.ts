/**
 * Offers of paths, where neither of two devices can be dialled: who offers, who answers, what is said again, and when it is given
 * up. The words travel as live content, so any of them may be lost, come twice, or come late.
 *
 * ```
 *   ours:    making --end made--> offered --answer--> connecting --stream--> over
 *                                 |   ^
 *                                 +---+  4 s, three times in all
 *   theirs:  offer came --> making --end made--> answered --stream--> over
 *                                                |   ^
 *                                                +---+  the offer came again, three times in all
 *   any:     20 s, or the connection failed --> failed, and the way there waits longer
 *            no leave any more, closed      --> dropped
 * ```
 * Where both offered, the offer of the smaller node key stands: its side does not hear the other offer, and the other side drops
 * its own and answers. So whatever is lost, there is one attempt between two devices, and it ends.
 */
import {
  type LiveBody,
  type NodeKey,
  type OfferId,
  offerIds,
  type PathEnd,
  type PathWord
} from '@sealpost/protocol'
import type { PeerKernel } from '../peer/kernel.ts'
import { deviceKey } from '../peer/keys.ts'
import type { ContactDevice } from './direct-stream.ts'

/** Making an end, two words, ICE, DTLS and Noise, with a word that is said twice. */
const GIVE_UP_MS = 20_000
const SAY_AGAIN_MS = 4_000
/** How often one word is said. */
const SAID_MAX = 3
/** Attempts at once: each is a connection that the browser keeps, and sends packets for. */
const ATTEMPTS_MAX = 8
/** Offers of one device that are answered within a minute: whoever is sound tries at most twice. */
const ANSWERS_MAX = 4
const MINUTE_MS = 60_000
/** Offers that are over, and not answered again. */
const OVER_MAX = 64

export interface PathOffersParts {
  readonly kernel: PeerKernel
  /** Says a word to a device through a relay. */
  readonly say: (device: ContactDevice, body: LiveBody) => void
  /** An attempt came to nothing, or gave way to the other side's. */
  readonly onEnded: (nodeKey: NodeKey, outcome: 'failed' | 'dropped') => void
}

/** An offer that is made, said or answered. */
interface Attempt {
  /** How the client around the machine calls it. */
  readonly number: number
  readonly device: ContactDevice
  /** The other side's. */
  readonly nodeKey: NodeKey
  readonly offerId: OfferId
  readonly isOurs: boolean
  readonly own: NodeKey
  /** What we say, once our end is made. */
  end: PathEnd | undefined
  saidCount: number
  isAnswered: boolean
}

export class PathOffers {
  readonly #parts: PathOffersParts
  /** One with each device, as keys of `deviceKey`. */
  readonly #attempts = new Map<string, Attempt>()
  /** Offers of theirs that came, by device: when, in steady time. */
  readonly #answeredAtMs = new Map<string, readonly number[]>()
  readonly #over = new Set<OfferId>()
  #nextNumber = 1

  constructor(parts: PathOffersParts) {
    this.#parts = parts
  }

  /** Offers of theirs that are being answered. */
  get answeringCount(): number {
    return [...this.#attempts.values()].filter(({ isOurs }) => !isOurs).length
  }

  /** Offers a path. @param own this device's second node key. @returns false where there is no room for it */
  offer(device: ContactDevice, nodeKey: NodeKey, own: NodeKey): boolean {
    const { kernel } = this.#parts
    if (this.#attempts.has(keyOf(device)) || this.#attempts.size >= ATTEMPTS_MAX) {
      return false
    }
    const offerId = offerIds.fromBytes(kernel.random.bytes(offerIds.byteLength))
    const { number } = this.#begin({ device, nodeKey, offerId, own, isOurs: true })
    kernel.emit({ type: 'offer-path', attempt: number, nodeKey })
    return true
  }

  /** A device that may have a path offers one. */
  offered(device: ContactDevice, word: PathWord, own: NodeKey): void {
    const { kernel } = this.#parts
    const known = this.#attempts.get(keyOf(device))
    if (known?.offerId === word.offerId) {
      // Our answer may be lost.
      this.#say(known)
      return
    }
    const isGlare = known?.isOurs === true && known.nodeKey === word.nodeKey
    if (this.#over.has(word.offerId) || (isGlare && own < word.nodeKey)) {
      return
    }
    if (word.nodeKey === own || !this.#mayAnswer(device)) {
      return
    }
    if (known !== undefined) {
      this.#drop(known)
    }
    const { nodeKey, offerId, end } = word
    const { number } = this.#begin({ device, nodeKey, offerId, own, isOurs: false })
    kernel.emit({ type: 'answer-path', attempt: number, nodeKey, end })
  }

  /** A device answers what we offered it, or says so. */
  answered(device: ContactDevice, word: PathWord): void {
    const attempt = this.#attempts.get(keyOf(device))
    const isAsked = attempt?.isOurs === true && attempt.offerId === word.offerId
    if (!isAsked || attempt.isAnswered) {
      return
    }
    if (attempt.nodeKey !== word.nodeKey) {
      // It was started anew, and will say where it is.
      this.#fail(attempt)
      return
    }
    attempt.isAnswered = true
    this.#parts.kernel.cancelTimer(timerOf(attempt, 'say again'))
    this.#parts.kernel.emit({ type: 'take-answer', attempt: attempt.number, end: word.end })
  }

  /** Our end of an attempt is made. */
  made(number: number, end: PathEnd): void {
    const attempt = this.#attempt(number)
    if (attempt !== undefined && attempt.end === undefined) {
      attempt.end = end
      this.#say(attempt)
    }
  }

  /** The connection of an attempt cannot be made, or failed before there was a stream. */
  failed(number: number): void {
    const attempt = this.#attempt(number)
    if (attempt !== undefined) {
      this.#end(attempt)
      this.#parts.onEnded(attempt.nodeKey, 'failed')
    }
  }

  /** There is a stream to that node. @returns whose it is, where an attempt of that side led there */
  connected(nodeKey: NodeKey, isOurs: boolean): ContactDevice | undefined {
    for (const attempt of this.#attempts.values()) {
      if (attempt.nodeKey === nodeKey && attempt.isOurs === isOurs) {
        this.#end(attempt)
        return attempt.device
      }
    }
    return undefined
  }

  /** Drops what has no leave any more. */
  review(mayReach: (device: ContactDevice) => boolean): void {
    for (const attempt of [...this.#attempts.values()]) {
      if (!mayReach(attempt.device)) {
        this.#drop(attempt)
      }
    }
  }

  /** The transport is closed, and all of its connections with it. */
  close(): void {
    for (const attempt of [...this.#attempts.values()]) {
      this.#end(attempt)
    }
    this.#over.clear()
    this.#answeredAtMs.clear()
  }

  #begin(init: Pick<Attempt, 'device' | 'nodeKey' | 'offerId' | 'own' | 'isOurs'>): Attempt {
    const number = this.#nextNumber++
    const attempt = { ...init, number, end: undefined, saidCount: 0, isAnswered: false }
    this.#attempts.set(keyOf(init.device), attempt)
    this.#parts.kernel.setTimer(timerOf(attempt, 'give up'), GIVE_UP_MS, () => {
      this.#fail(attempt)
    })
    return attempt
  }

  #say(attempt: Attempt): void {
    const { kernel, say } = this.#parts
    const { device, end, isOurs, offerId, own: nodeKey } = attempt
    if (end === undefined || attempt.saidCount >= SAID_MAX) {
      return
    }
    attempt.saidCount += 1
    say(device, { type: isOurs ? 'path-offer' : 'path-answer', offerId, nodeKey, end })
    if (isOurs && attempt.saidCount < SAID_MAX) {
      kernel.setTimer(timerOf(attempt, 'say again'), SAY_AGAIN_MS, () => {
        this.#say(attempt)
      })
    }
  }

  #mayAnswer(device: ContactDevice): boolean {
    const key = keyOf(device)
    const now = this.#parts.kernel.steadyMs
    const recent = (this.#answeredAtMs.get(key) ?? []).filter((atMs) => now - atMs < MINUTE_MS)
    const isRoom = this.#attempts.has(key) || this.#attempts.size < ATTEMPTS_MAX
    if (recent.length >= ANSWERS_MAX || !isRoom) {
      return false
    }
    this.#answeredAtMs.set(key, [...recent, now])
    return true
  }

  #fail(attempt: Attempt): void {
    this.#parts.kernel.emit({ type: 'drop-path', attempt: attempt.number })
    this.#end(attempt)
    this.#parts.onEnded(attempt.nodeKey, 'failed')
  }

  #drop(attempt: Attempt): void {
    this.#parts.kernel.emit({ type: 'drop-path', attempt: attempt.number })
    this.#end(attempt)
    this.#parts.onEnded(attempt.nodeKey, 'dropped')
  }

  #end(attempt: Attempt): void {
    this.#attempts.delete(keyOf(attempt.device))
    this.#parts.kernel.cancelTimer(timerOf(attempt, 'give up'))
    this.#parts.kernel.cancelTimer(timerOf(attempt, 'say again'))
    const [oldest] = this.#over
    if (oldest !== undefined && this.#over.size >= OVER_MAX) {
      this.#over.delete(oldest)
    }
    this.#over.add(attempt.offerId)
  }

  #attempt(number: number): Attempt | undefined {
    return [...this.#attempts.values()].find((attempt) => attempt.number === number)
  }
}

function keyOf({ contactId, device }: ContactDevice): string {
  return deviceKey(contactId, device)
}

function timerOf({ number }: Attempt, name: string): string {
  return `path ${String(number)} ${name}`
}
