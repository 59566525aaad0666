/**
 * A relay that a test leads: honest and simple by itself, and whatever else a test makes of it. It knows nobody's tokens; what it
 * keeps are sets of ids.
 */
import type {
  LinkId,
  MailboxAnswer,
  MailboxId,
  MailboxRequest,
  NodeKey,
  RelayInfo
} from '@sealpost/protocol'
import {
  type EnvelopeId,
  equalBytes,
  type RelayFrame,
  storeIds,
  type StoreId
} from '@sealpost/protocol'
import { type PeerAppEffect, sha256 } from '@sealpost/core'
import { bytesOf, relayAddress, relayKey, START_MS } from './cast.ts'

type Deposit = Extract<PeerAppEffect, { type: 'deposit' }>
type RequestDeposit = Extract<PeerAppEffect, { type: 'deposit-request' }>

/** What a peer asked of a relay: deposits as the machine wants them, before they are sealed. */
export interface Asked {
  readonly number: number
  readonly atMs: number
  readonly request: Exclude<MailboxRequest, { type: 'deposit' }> | Deposit | RequestDeposit
  /** Of the proof of work that goes with it. */
  readonly bits: number
}

/** Says what is answered; undefined leaves it to the relay, 'silent' leaves it unanswered. */
export type Script = (asked: Asked) => MailboxAnswer | 'silent' | undefined

export class TestRelay {
  readonly name: string
  readonly nodeKey: NodeKey
  readonly asked: Asked[] = []
  readonly mailboxes = new Set<MailboxId>()
  /** What was deposited, in order. */
  readonly envelopes: {
    readonly mailboxId: MailboxId
    readonly envelopeId: EnvelopeId
    readonly deposit: Deposit
  }[] = []
  readonly requests: RequestDeposit[] = []
  readonly claimables = new Map<string, readonly Uint8Array[]>()
  /** What is handed out once there is nothing else, by link. */
  readonly fallbacks = new Map<string, Uint8Array>()
  /** Everything that was ever handed out, the fallbacks apart. */
  readonly handedOut: Uint8Array[] = []
  readonly #claimed = new Map<string, Uint8Array>()
  /** Whether dialling it leads to a connection. */
  isUp = true
  /** Whether it answers pings. */
  isAlive = true
  /** Whether mailboxes that nobody registered take deposits all the same. */
  isOpen = true
  /** Whether all that it holds was given out. */
  isFetched = false
  script: Script = () => undefined
  /** Whether it says that mailboxes are empty, in place of `drained` for each. */
  saysEmpty = false
  info: RelayInfo
  #storeCount = 0

  constructor(name: string) {
    this.name = name
    this.nodeKey = relayKey(name)
    this.info = {
      versions: [1],
      timeMs: START_MS,
      storeId: this.#nextStore(),
      challenge: bytesOf(`challenge ${name}`, 16),
      workBits: 0,
      limits: {
        depositsPerSecond: 1_000,
        depositBurst: 1_000,
        mailboxDepositsPerMinute: 100_000,
        contactEnvelopeCountMax: 512,
        contactBytesMax: 1 << 23,
        requestEnvelopeCountMax: 64,
        unackedEnvelopeCountMax: 64,
        unackedBytesMax: 1 << 20
      },
      capacity: 'open',
      operator: '',
      policy: '',
      desk: '',
      addresses: [],
      closesAtMs: undefined,
      needsInvite: false,
      notices: []
    }
  }

  #nextStore(): StoreId {
    this.#storeCount += 1
    return storeIds.fromBytes(bytesOf(`store ${this.name} ${String(this.#storeCount)}`, 16))
  }

  get address(): ReturnType<typeof relayAddress> {
    return relayAddress(this.name)
  }

  /** Loses all that it held. */
  wipe(): void {
    this.mailboxes.clear()
    this.envelopes.length = 0
    this.requests.length = 0
    this.claimables.clear()
    this.fallbacks.clear()
    this.#claimed.clear()
    this.info = { ...this.info, storeId: this.#nextStore() }
  }

  change(changes: Partial<RelayInfo>): void {
    this.info = { ...this.info, ...changes }
  }

  changeLimits(limits: Partial<RelayInfo['limits']>): void {
    this.change({ limits: { ...this.info.limits, ...limits } })
  }

  /** How often something was asked. */
  count(type: Asked['request']['type']): number {
    return this.asked.filter(({ request }) => request.type === type).length
  }

  /** What was asked of one kind, in order. */
  all<Type extends Asked['request']['type']>(
    type: Type
  ): readonly Extract<Asked['request'], { type: Type }>[] {
    return this.asked
      .map(({ request }) => request)
      .filter(
        (request): request is Extract<Asked['request'], { type: Type }> => request.type === type
      )
  }

  /** Takes a request and gives the frames that follow. */
  ask(asked: Asked): readonly RelayFrame[] {
    this.asked.push(asked)
    const scripted = this.script(asked)
    if (scripted === 'silent') {
      return []
    }
    const answer = scripted ?? this.#answer(asked)
    const frames: RelayFrame[] = [{ type: 'answer', number: asked.number, answer }]
    if (asked.request.type === 'subscribe' && answer.type === 'subscribed') {
      asked.request.subscriptions.forEach(({ mailboxId }, index) => {
        if (answer.outcomes[index] === 'done') {
          frames.push({ type: 'push', push: { type: 'drained', mailboxId } })
        }
      })
    }
    return frames
  }

  #answer({ request, atMs }: Asked): MailboxAnswer {
    switch (request.type) {
      case 'info':
        return {
          type: 'info',
          info: { ...this.info, timeMs: atMs + (this.info.timeMs - START_MS) }
        }
      case 'register':
        for (const registration of request.registrations) {
          if (registration.type === 'mailbox') {
            this.mailboxes.add(registration.mailboxId)
          }
        }
        return { type: 'registered', outcomes: request.registrations.map(() => 'done') }
      case 'subscribe':
        return {
          type: 'subscribed',
          outcomes: request.subscriptions.map(({ mailboxId }) =>
            this.mailboxes.has(mailboxId) ? (this.saysEmpty ? 'empty' : 'done') : 'denied'
          )
        }
      case 'deposit':
        return this.#deposit(request)
      case 'deposit-request':
        this.requests.push(request)
        return { type: 'deposited', outcome: 'stored' }
      case 'ack':
        return { type: 'acked' }
      case 'destroy':
        return this.mailboxes.delete(request.mailboxId)
          ? { type: 'destroyed' }
          : { type: 'refused', reason: 'denied' }
      case 'recall':
        return this.#recall(request)
      case 'put-claimables':
        this.#put(request)
        return { type: 'claimables-stored' }
      case 'count-claimables': {
        const left = this.claimables.get(request.linkId)
        return left === undefined
          ? { type: 'refused', reason: 'denied' }
          : { type: 'claimables-counted', left: left.length, claimed: 0, fallbackClaimed: 0 }
      }
      case 'claim':
        return this.#claim(request)
      default:
        return { type: 'refused', reason: 'unsupported-version' }
    }
  }

  #put(request: Extract<MailboxRequest, { type: 'put-claimables' }>): void {
    const { linkId, replaceAll } = request
    const before = replaceAll ? [] : (this.claimables.get(linkId) ?? [])
    const added = request.claimables.filter(({ isFallback }) => !isFallback)
    this.claimables.set(linkId, [...before, ...added.map(({ blob }) => blob)])
    const fallback = request.claimables.find(({ isFallback }) => isFallback)
    if (fallback !== undefined) {
      this.fallbacks.set(linkId, fallback.blob)
    } else if (replaceAll) {
      this.fallbacks.delete(linkId)
    }
  }

  /** Somebody claims. */
  claimAs(linkId: string, claimId: Uint8Array): MailboxAnswer {
    return this.#claim({
      type: 'claim',
      linkId: linkId as LinkId,
      claimToken: new Uint8Array(32),
      claimId,
      work: undefined
    })
  }

  /** The same again to the same claim id, as relays do. */
  #claim({ linkId, claimId }: Extract<MailboxRequest, { type: 'claim' }>): MailboxAnswer {
    const claimables = this.claimables.get(linkId)
    if (claimables === undefined) {
      return { type: 'refused', reason: 'denied' }
    }
    const key = `${linkId} ${claimId.join(' ')}`
    const [next, ...left] = claimables
    const blob = this.#claimed.get(key) ?? next ?? this.fallbacks.get(linkId)
    if (blob === undefined) {
      return { type: 'taken' }
    }
    if (!this.#claimed.has(key)) {
      if (next !== undefined) {
        this.handedOut.push(next)
      }
      this.#claimed.set(key, blob)
      this.claimables.set(linkId, left)
    }
    return { type: 'claimed', blob }
  }

  /** What was fetched stays: its recipient has it. */
  #recall(request: Extract<MailboxRequest, { type: 'recall' }>): MailboxAnswer {
    const at = this.envelopes.findIndex(
      ({ mailboxId, envelopeId, deposit }) =>
        mailboxId === request.mailboxId &&
        envelopeId === request.envelopeId &&
        equalBytes(deposit.recallHash, sha256(request.recallToken))
    )
    if (at < 0) {
      return { type: 'recalled', outcome: 'unknown' }
    }
    if (this.isFetched) {
      return { type: 'recalled', outcome: 'delivered' }
    }
    this.envelopes.splice(at, 1)
    return { type: 'recalled', outcome: 'recalled' }
  }

  #deposit(request: Deposit): MailboxAnswer {
    const { mailboxId, envelopeId } = request
    if (!this.isOpen && !this.mailboxes.has(mailboxId)) {
      return { type: 'refused', reason: 'denied' }
    }
    const isThere = this.envelopes.some((envelope) => envelope.envelopeId === envelopeId)
    if (!isThere) {
      this.envelopes.push({ mailboxId, envelopeId, deposit: request })
    }
    return { type: 'deposited', outcome: 'stored' }
  }
}
