/**
 * Somebody who has public addresses and wants that nobody meets their owners: claims what relays hand out for them until there is
 * nothing left but the fallback, and fills the boxes beside with what nobody can read. It keeps to the wire, does the proofs of work
 * that relays ask for, and comes from one range of addresses.
 *
 * ```
 *   dial --info: challenge--> claim, knock at their rates --proof found--> sent --answer--> counted
 * ```
 */
import {
  depositSubject,
  mailboxSecrets,
  sha256,
  linkSecrets,
  type WorkTarget
} from '@sealpost/core'
import {
  type ClientFrame,
  decodeInvitation,
  envelopeIds,
  type MailboxAnswer,
  type MailboxRequest,
  type NodeKey,
  type RelayFrame,
  relayMultihash,
  REQUEST_SEALED_BYTES
} from '@sealpost/protocol'
import { openNullClaimable } from '../cipher/null-links.ts'
import { EVENTS } from '../kernel/event-kinds.ts'
import type { Kernel } from '../kernel/kernel.ts'
import type { ClientEnd, Connection } from '../nodes/connection.ts'
import { withWork } from '../nodes/nominal-work.ts'
import { exponential } from '../random/distributions.ts'
import type { RandomStream } from '../random/random-stream.ts'
import type { Connect } from './mailbox-enumerator.ts'

/** What all attackers came to. */
export interface AttackTally {
  /** Claimables that they got, and how many of them had a one-time prekey. */
  claimed: number
  prekeys: number
  /** What they left in request boxes, and what was refused there. */
  stored: number
  refused: number
  /** What their processors worked for proofs. */
  workedUs: number
}

/** A public address: its secret, and the relays it is at, by their numbers. */
export interface Target {
  readonly linkSecret: Uint8Array
  readonly relays: readonly { readonly id: number; readonly nodeKey: NodeKey }[]
}

export interface PrekeyAttackerInit {
  readonly kernel: Kernel
  readonly random: RandomStream
  readonly node: number
  readonly connect: Connect
  readonly targets: readonly Target[]
  readonly claimsPerMinute: number
  readonly knocksPerMinute: number
  /** Bits that relays ask for, and what one proof takes. */
  readonly workBits: number
  readonly drawWorkUs: () => number
  readonly tally: AttackTally
}

/** A stream to a relay. */
interface Stream {
  readonly nodeKey: NodeKey
  readonly begunAtUs: number
  connection: Connection | undefined
  challenge: Uint8Array | undefined
  /** What was asked, by number. */
  readonly asked: Map<number, { readonly target: Target; readonly type: 'claim' | 'knock' }>
  count: number
}

const MINUTE_US = 60_000_000
/** Requests without an answer that it has at one relay, as a client does. */
const IN_FLIGHT_MAX = 64
const CLAIM_ID_BYTES = 32
/** After so long a dial has failed. */
const DIAL_US = 30_000_000

export class PrekeyAttacker implements ClientEnd {
  readonly node: number
  readonly #init: PrekeyAttackerInit
  readonly #streams = new Map<number, Stream>()
  /** The seed of each target's box: it stands in every claimable, and whoever knocks claims one first. */
  readonly #boxes = new Map<Target, Uint8Array>()
  #workedUntilUs = 0
  #isOver = false

  constructor(init: PrekeyAttackerInit) {
    this.node = init.node
    this.#init = init
    this.#again('claim', init.claimsPerMinute)
    this.#again('knock', init.knocksPerMinute)
  }

  end(): void {
    this.#isOver = true
    for (const { connection } of this.#streams.values()) {
      connection?.end('client')
    }
    this.#streams.clear()
  }

  relayFrame(connection: Connection, frame: RelayFrame): void {
    const stream = [...this.#streams.values()].find((one) => one.connection === connection)
    if (frame.type !== 'answer' || stream === undefined) {
      return
    }
    const { answer, number } = frame
    const asked = stream.asked.get(number)
    stream.asked.delete(number)
    if (answer.type === 'info') {
      stream.challenge = answer.info.challenge
    } else if (answer.type === 'refused' && answer.reason === 'needs-work') {
      stream.challenge = answer.challenge
    }
    if (asked !== undefined) {
      this.#answered(stream, asked, answer)
    }
  }

  relayClosed(connection: Connection): void {
    for (const [relay, stream] of this.#streams) {
      if (stream.connection === connection) {
        this.#streams.delete(relay)
      }
    }
  }

  #answered(
    { nodeKey }: Stream,
    { target, type }: { readonly target: Target; readonly type: 'claim' | 'knock' },
    answer: MailboxAnswer
  ): void {
    const { tally } = this.#init
    if (answer.type === 'claimed') {
      const { claimableKey } = linkSecrets(target.linkSecret, nodeKey)
      const body = openNullClaimable(claimableKey, answer.blob)
      const invitation = body && decodeInvitation(body)
      tally.claimed += 1
      tally.prekeys += invitation?.isFallback === false ? 1 : 0
      if (invitation !== undefined) {
        this.#boxes.set(target, invitation.boxSeed)
      }
    } else if (type === 'knock') {
      tally[answer.type === 'deposited' ? 'stored' : 'refused'] += 1
    }
  }

  #again(type: 'claim' | 'knock', perMinute: number): void {
    const { kernel, random, targets } = this.#init
    if (perMinute === 0 || targets.length === 0) {
      return
    }
    const inUs = 1 + Math.round(exponential(random, MINUTE_US / perMinute))
    kernel.at(kernel.nowUs + inUs, EVENTS.fault, this.node, () => {
      if (!this.#isOver) {
        this.#ask(type, random.pick(targets))
        this.#again(type, perMinute)
      }
    })
  }

  #ask(type: 'claim' | 'knock', target: Target): void {
    const { random } = this.#init
    const place = random.pick(target.relays)
    const stream = this.#streams.get(place.id)
    const isLost =
      stream?.connection === undefined &&
      this.#init.kernel.nowUs - (stream?.begunAtUs ?? -Infinity) > DIAL_US
    if (stream === undefined || isLost) {
      this.#open(place.id, place.nodeKey)
      return
    }
    const { challenge, connection } = stream
    const isFull = stream.asked.size >= IN_FLIGHT_MAX
    if (connection === undefined || challenge === undefined || isFull) {
      return
    }
    const boxSeed = this.#boxes.get(target)
    if (type === 'claim' || boxSeed === undefined) {
      const { claimToken, linkId } = linkSecrets(target.linkSecret, place.nodeKey)
      const claimId = random.bytes(CLAIM_ID_BYTES)
      const request = { type: 'claim', linkId, claimToken, claimId, work: undefined } as const
      this.#send(stream, request, 'claim', sha256(claimId), target)
    } else {
      const { depositToken, mailboxId } = mailboxSecrets(boxSeed, place.nodeKey)
      const envelopeId = envelopeIds.fromBytes(random.bytes(envelopeIds.byteLength))
      const sealed = new Uint8Array(REQUEST_SEALED_BYTES)
      const envelope = {
        envelopeId,
        recallHash: sha256(random.bytes(32)),
        lifetime: 2,
        sealed
      } as const
      const what = { mailboxId, depositToken, envelope, isLive: false, work: undefined }
      const subject = depositSubject(mailboxId, envelopeIds.toBytes(envelopeId), sealed)
      this.#send(stream, { type: 'deposit', ...what }, 'deposit', subject, target)
    }
  }

  #open(relay: number, nodeKey: NodeKey): void {
    const { connect } = this.#init
    const stream: Stream = {
      nodeKey,
      begunAtUs: this.#init.kernel.nowUs,
      connection: undefined,
      challenge: undefined,
      asked: new Map(),
      count: 1
    }
    this.#streams.set(relay, stream)
    connect(this, relay, (connection) => {
      if (this.#isOver) {
        connection.end('client')
        return
      }
      stream.connection = connection
      connection.toRelay({ type: 'request', number: stream.count, request: { type: 'info' } })
    })
  }

  /** Once the proof that the relay asks for is found: one after another. */
  #send(
    stream: Stream,
    request: MailboxRequest,
    verb: WorkTarget['verb'],
    subject: Uint8Array,
    target: Target
  ): void {
    const { drawWorkUs, kernel, tally, workBits } = this.#init
    const { challenge, connection, nodeKey } = stream
    stream.count += 1
    const frame: Extract<ClientFrame, { type: 'request' }> = {
      type: 'request',
      number: stream.count,
      request
    }
    stream.asked.set(stream.count, { target, type: verb === 'claim' ? 'claim' : 'knock' })
    if (workBits === 0 || challenge === undefined) {
      connection?.toRelay(frame)
      return
    }
    const workUs = drawWorkUs()
    tally.workedUs += workUs
    this.#workedUntilUs = Math.max(this.#workedUntilUs, kernel.nowUs) + workUs
    const order = {
      bits: workBits,
      target: { relay: relayMultihash(nodeKey), challenge, verb, subject }
    }
    kernel.at(this.#workedUntilUs, EVENTS.work, this.node, () => {
      connection?.toRelay(withWork(frame, order))
    })
  }
}
