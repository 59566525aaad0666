/** Frames from a relay to a client. What is read was checked against every bound; what is written is checked as our own. */
import type { MessageInitShape } from '@bufbuild/protobuf'
import { isAddressText } from './address-text.ts'
import { bytesToHex, hexToBytes } from './bytes.ts'
import type { Bounds } from './bounds.ts'
import { wordTable } from './bounds.ts'
import {
  CHALLENGE_BYTES,
  challengeFrom,
  envelopeFrom,
  incoming,
  malformedFrame,
  outgoing,
  ownMistake
} from './envelope-codec.ts'
import type {
  ClaimAnswer as WireClaimAnswer,
  InfoAnswer as WireInfo,
  InfoAnswerSchema,
  RefusalSchema,
  RelayFrame as WireFrame,
  Refusal as WireRefusal
} from './gen/sealpost/mailbox/v1/mailbox_pb.ts'
import {
  RelayFrameSchema,
  Capacity as WireCapacity,
  DepositOutcome as WireDepositOutcome,
  Outcome as WireOutcome,
  RecallOutcome as WireRecallOutcome,
  RefusalReason as WireRefusalReason
} from './gen/sealpost/mailbox/v1/mailbox_pb.ts'
import { encodeDeliver, encodeDepositAnswer } from './hot-frames.ts'
import { mailboxIds, storeIds } from './identifiers.ts'
import { pageFrom, pageTo } from './inspect-codec.ts'
import {
  CLAIMABLE_BYTES,
  FRAME_RECORDS_MAX,
  OPERATOR_NOTICES_MAX,
  OPERATOR_TEXT_BYTES_MAX,
  REGISTRATIONS_MAX,
  RELAY_ADDRESSES_MAX,
  REQUEST_NUMBER_MAX,
  SUBSCRIPTIONS_MAX,
  VERSIONS_MAX,
  WORK_BITS_MAX
} from './limits.ts'
import type {
  Capacity,
  MailboxAnswer,
  MailboxPush,
  Outcome,
  SubscribeOutcome,
  Refusal,
  RefusalReason,
  RelayFrame,
  RelayInfo
} from './mailbox-verbs.ts'
import {
  isNoticeLanguage,
  isNoticeText,
  OPERATOR_NOTICE_ID_BYTES,
  type OperatorNotice
} from './operator-notice.ts'
import { isDeskText } from './ticket-words.ts'
import { readMessage, writeMessage } from './wire-message.ts'

type DepositOutcome = Extract<MailboxAnswer, { type: 'deposited' }>['outcome']
type RecallOutcome = Extract<MailboxAnswer, { type: 'recalled' }>['outcome']

const capacities = wordTable<Capacity, WireCapacity>({
  open: WireCapacity.OPEN,
  'no-new-mailboxes': WireCapacity.NO_NEW_MAILBOXES,
  busy: WireCapacity.BUSY,
  'read-only': WireCapacity.READ_ONLY
})
const outcomes = wordTable<SubscribeOutcome, WireOutcome>({
  done: WireOutcome.DONE,
  denied: WireOutcome.DENIED,
  busy: WireOutcome.BUSY,
  empty: WireOutcome.EMPTY
})
const depositOutcomes = wordTable<DepositOutcome, WireDepositOutcome>({
  stored: WireDepositOutcome.STORED,
  gone: WireDepositOutcome.GONE,
  accepted: WireDepositOutcome.ACCEPTED
})
const recallOutcomes = wordTable<RecallOutcome, WireRecallOutcome>({
  recalled: WireRecallOutcome.RECALLED,
  delivered: WireRecallOutcome.DELIVERED,
  unknown: WireRecallOutcome.UNKNOWN
})
const reasons = wordTable<RefusalReason, WireRefusalReason>({
  denied: WireRefusalReason.DENIED,
  'quota-exceeded': WireRefusalReason.QUOTA_EXCEEDED,
  'too-large': WireRefusalReason.TOO_LARGE,
  expired: WireRefusalReason.EXPIRED,
  'needs-work': WireRefusalReason.NEEDS_WORK,
  'slow-down': WireRefusalReason.SLOW_DOWN,
  busy: WireRefusalReason.BUSY,
  'unsupported-version': WireRefusalReason.UNSUPPORTED_VERSION,
  internal: WireRefusalReason.INTERNAL,
  'needs-invite': WireRefusalReason.NEEDS_INVITE
})

/**
 * Reads a relay's frame. `sealed` and a claimed `blob` are views into `bytes`; all else is a copy.
 *
 * @throws ProtocolError `SEALPOST_FRAME_MALFORMED` for every breach of the README's bounds, and for answers and pushes that this
 * version does not know, since it never asked for them; nothing else, whatever the bytes.
 */
export function decodeRelayFrame(bytes: Uint8Array): RelayFrame {
  const { number, body } = readMessage(RelayFrameSchema, bytes, FRAME_RECORDS_MAX, malformedFrame)
  if (body.case === 'ping' || body.case === 'pong') {
    incoming.integer(0, 0, number, 'the number of a heartbeat’s frame')
    return { type: body.case, number: body.value.number }
  }
  const push = pushFrom(body)
  if (push !== undefined) {
    incoming.integer(0, 0, number, 'the number of a frame that nobody asked for')
    return { type: 'push', push }
  }
  incoming.integer(1, REQUEST_NUMBER_MAX, number, 'an answer’s number')
  return { type: 'answer', number, answer: answerFrom(body) }
}

/** @returns undefined where `body` is no push. */
function pushFrom(body: WireFrame['body']): MailboxPush | undefined {
  switch (body.case) {
    case 'deliver':
      return {
        type: 'deliver',
        mailboxId: incoming.id(mailboxIds, body.value.mailboxId),
        envelope: envelopeFrom(body.value.envelope),
        isLive: body.value.isLive
      }
    case 'drained':
    case 'superseded':
      return { type: body.case, mailboxId: incoming.id(mailboxIds, body.value.mailboxId) }
    case 'goingAway':
      return {
        type: 'going-away',
        retryAfterMs: incoming.fromUint64(body.value.retryAfterMs, 'a wait')
      }
    default:
      return undefined
  }
}

function answerFrom(body: WireFrame['body']): MailboxAnswer {
  switch (body.case) {
    case 'info':
      return { type: 'info', info: infoFrom(body.value) }
    case 'register':
      return registeredFrom(outcomesFrom(body.value.outcomes, REGISTRATIONS_MAX))
    case 'deposit': {
      const outcome = depositOutcomes.wordOf(body.value.outcome)
      return { type: 'deposited', outcome: incoming.present(outcome, 'known outcome') }
    }
    case 'subscribe':
      return { type: 'subscribed', outcomes: outcomesFrom(body.value.outcomes, SUBSCRIPTIONS_MAX) }
    case 'unsubscribe':
      return { type: 'unsubscribed' }
    case 'ack':
      return { type: 'acked' }
    case 'recall': {
      const outcome = recallOutcomes.wordOf(body.value.outcome)
      return { type: 'recalled', outcome: incoming.present(outcome, 'known outcome') }
    }
    case 'destroy':
      return { type: 'destroyed' }
    case 'inspect':
      return { type: 'inspected', page: pageFrom(body.value) }
    case 'putClaimables':
      return { type: 'claimables-stored' }
    case 'claim':
      return claimAnswerFrom(body.value)
    case 'countClaimables': {
      const { left, claimed, fallbackClaimed } = body.value
      return { type: 'claimables-counted', left, claimed, fallbackClaimed }
    }
    case 'refusal':
      return refusalFrom(body.value)
    default:
      return incoming.breach('an answer of nothing known')
  }
}

function outcomesFrom(values: readonly WireOutcome[], max: number): readonly SubscribeOutcome[] {
  return incoming
    .count(1, max, values, 'outcomes')
    .map((value) => incoming.present(outcomes.wordOf(value), 'known outcome'))
}

function registeredFrom(words: readonly SubscribeOutcome[]): MailboxAnswer {
  const known = words.map((word): Outcome => {
    return word === 'empty' ? incoming.breach('a registration that is empty') : word
  })
  return { type: 'registered', outcomes: known }
}

function claimAnswerFrom({ result }: WireClaimAnswer): MailboxAnswer {
  switch (result.case) {
    case 'claimed':
      return {
        type: 'claimed',
        blob: incoming.exactly(CLAIMABLE_BYTES, result.value, 'a claimable')
      }
    case 'taken':
      return { type: 'taken' }
    default:
      return incoming.breach('a claim’s answer of nothing known')
  }
}

/** Only what the reason calls for is read; a relay that says more says nothing by it. */
function refusalFrom(wire: WireRefusal): Refusal {
  const reason = incoming.present(reasons.wordOf(wire.reason), 'known reason')
  switch (reason) {
    case 'slow-down':
    case 'busy':
      return {
        type: 'refused',
        reason,
        retryAfterMs: incoming.fromUint64(wire.retryAfterMs, 'a wait')
      }
    case 'needs-work':
      return {
        type: 'refused',
        reason,
        workBits: incoming.integer(0, WORK_BITS_MAX, wire.workBits, 'work bits'),
        challenge: challengeFrom(wire.challenge, 'a challenge')
      }
    default:
      return { type: 'refused', reason }
  }
}

/** The operator's words and addresses, in both directions. */
function checkWords(
  bounds: Bounds,
  info: Pick<RelayInfo, 'operator' | 'policy' | 'addresses' | 'desk'>
): void {
  bounds.text(OPERATOR_TEXT_BYTES_MAX, info.operator, 'an operator')
  bounds.text(OPERATOR_TEXT_BYTES_MAX, info.policy, 'a policy')
  if (!isDeskText(info.desk)) {
    bounds.breach('a desk that is none')
  }
  for (const address of bounds.count(0, RELAY_ADDRESSES_MAX, info.addresses, 'addresses')) {
    if (!isAddressText(address)) {
      bounds.breach('an address that is none')
    }
  }
}

/** A notice, in both directions. */
function checkNotice(bounds: Bounds, notice: OperatorNotice): OperatorNotice {
  if (!isNoticeText(notice.text) || !isNoticeLanguage(notice.language)) {
    bounds.breach('a notice that is none')
  }
  return notice
}

function infoFrom(wire: WireInfo): RelayInfo {
  const limits = incoming.present(wire.limits, 'limits')
  checkWords(incoming, wire)
  return {
    versions: incoming.count(1, VERSIONS_MAX, wire.versions, 'versions'),
    timeMs: incoming.fromUint64(wire.timeMs, 'a time'),
    storeId: incoming.id(storeIds, wire.storeId),
    challenge: challengeFrom(wire.challenge, 'a challenge'),
    workBits: incoming.integer(0, WORK_BITS_MAX, wire.workBits, 'work bits'),
    limits: {
      depositsPerSecond: limits.depositsPerSecond,
      depositBurst: limits.depositBurst,
      mailboxDepositsPerMinute: limits.mailboxDepositsPerMinute,
      contactEnvelopeCountMax: limits.contactEnvelopeCountMax,
      contactBytesMax: incoming.fromUint64(limits.contactBytesMax, 'a limit'),
      requestEnvelopeCountMax: limits.requestEnvelopeCountMax,
      unackedEnvelopeCountMax: limits.unackedEnvelopeCountMax,
      unackedBytesMax: incoming.fromUint64(limits.unackedBytesMax, 'a limit')
    },
    capacity: incoming.present(capacities.wordOf(wire.capacity), 'known capacity'),
    operator: wire.operator,
    policy: wire.policy,
    desk: wire.desk,
    addresses: wire.addresses,
    closesAtMs: wire.closesAtMs === 0n ? undefined : incoming.fromUint64(wire.closesAtMs, 'a time'),
    needsInvite: wire.needsInvite,
    notices: incoming
      .count(0, OPERATOR_NOTICES_MAX, wire.notices, 'notices')
      .map(({ id, language, text, endsAtMs }) =>
        checkNotice(incoming, {
          id: bytesToHex(incoming.exactly(OPERATOR_NOTICE_ID_BYTES, id, 'a notice’s id')),
          language,
          text,
          endsAtMs: incoming.fromUint64(endsAtMs, 'a time')
        })
      )
  }
}

/**
 * Writes a relay's frame, in an array of its own.
 *
 * @throws RangeError for what no client would read: our own bug.
 */
export function encodeRelayFrame(frame: RelayFrame): Uint8Array {
  switch (frame.type) {
    case 'answer': {
      const { answer } = frame
      const number = outgoing.integer(1, REQUEST_NUMBER_MAX, frame.number, 'an answer’s number')
      return answer.type === 'deposited'
        ? encodeDepositAnswer(number, depositOutcomes.valueOf(answer.outcome))
        : write({ number, body: answerTo(answer) })
    }
    case 'push':
      return frame.push.type === 'deliver'
        ? encodeDeliver(frame.push)
        : write({ body: pushTo(frame.push) })
    case 'ping':
    case 'pong': {
      const number = outgoing.integer(0, REQUEST_NUMBER_MAX, frame.number, 'a heartbeat’s number')
      return write({ body: { case: frame.type, value: { number } } })
    }
  }
}

type WireBody = NonNullable<MessageInitShape<typeof RelayFrameSchema>['body']>

function write(frame: MessageInitShape<typeof RelayFrameSchema>): Uint8Array {
  return writeMessage(RelayFrameSchema, frame, ownMistake)
}

function pushTo(push: Exclude<MailboxPush, { type: 'deliver' }>): WireBody {
  switch (push.type) {
    case 'drained':
    case 'superseded':
      return { case: push.type, value: { mailboxId: mailboxIds.toBytes(push.mailboxId) } }
    case 'going-away':
      return {
        case: 'goingAway',
        value: { retryAfterMs: outgoing.toUint64(push.retryAfterMs, 'a wait') }
      }
  }
}

function answerTo(answer: Exclude<MailboxAnswer, { type: 'deposited' }>): WireBody {
  switch (answer.type) {
    case 'info':
      return { case: 'info', value: infoTo(answer.info) }
    case 'registered':
      return { case: 'register', value: outcomesTo(answer.outcomes, REGISTRATIONS_MAX) }
    case 'subscribed':
      return { case: 'subscribe', value: outcomesTo(answer.outcomes, SUBSCRIPTIONS_MAX) }
    case 'unsubscribed':
      return { case: 'unsubscribe', value: {} }
    case 'acked':
      return { case: 'ack', value: {} }
    case 'recalled':
      return { case: 'recall', value: { outcome: recallOutcomes.valueOf(answer.outcome) } }
    case 'destroyed':
      return { case: 'destroy', value: {} }
    case 'inspected':
      return { case: 'inspect', value: pageTo(answer.page) }
    case 'claimables-stored':
      return { case: 'putClaimables', value: {} }
    case 'claimed': {
      const value = outgoing.exactly(CLAIMABLE_BYTES, answer.blob, 'a claimable')
      return { case: 'claim', value: { result: { case: 'claimed', value } } }
    }
    case 'taken':
      return { case: 'claim', value: { result: { case: 'taken', value: {} } } }
    case 'claimables-counted': {
      const { left, claimed, fallbackClaimed } = answer
      return { case: 'countClaimables', value: { left, claimed, fallbackClaimed } }
    }
    case 'refused':
      return { case: 'refusal', value: refusalTo(answer) }
  }
}

function outcomesTo(
  words: readonly SubscribeOutcome[],
  max: number
): { readonly outcomes: WireOutcome[] } {
  return { outcomes: outgoing.count(1, max, words, 'outcomes').map(outcomes.valueOf) }
}

function refusalTo(refusal: Refusal): MessageInitShape<typeof RefusalSchema> {
  const reason = reasons.valueOf(refusal.reason)
  switch (refusal.reason) {
    case 'slow-down':
    case 'busy':
      return { reason, retryAfterMs: outgoing.toUint64(refusal.retryAfterMs, 'a wait') }
    case 'needs-work':
      return {
        reason,
        workBits: outgoing.integer(0, WORK_BITS_MAX, refusal.workBits, 'work bits'),
        challenge: outgoing.exactly(CHALLENGE_BYTES, refusal.challenge, 'a challenge')
      }
    default:
      return { reason }
  }
}

function infoTo(info: RelayInfo): MessageInitShape<typeof InfoAnswerSchema> {
  const { limits } = info
  checkWords(outgoing, info)
  return {
    versions: [...outgoing.count(1, VERSIONS_MAX, info.versions, 'versions')],
    timeMs: outgoing.toUint64(info.timeMs, 'a time'),
    storeId: storeIds.toBytes(info.storeId),
    challenge: outgoing.exactly(CHALLENGE_BYTES, info.challenge, 'a challenge'),
    workBits: outgoing.integer(0, WORK_BITS_MAX, info.workBits, 'work bits'),
    limits: {
      ...limits,
      contactBytesMax: outgoing.toUint64(limits.contactBytesMax, 'a limit'),
      unackedBytesMax: outgoing.toUint64(limits.unackedBytesMax, 'a limit')
    },
    capacity: capacities.valueOf(info.capacity),
    operator: info.operator,
    policy: info.policy,
    desk: info.desk,
    addresses: [...info.addresses],
    closesAtMs: outgoing.toUint64(info.closesAtMs ?? 0, 'a time'),
    needsInvite: info.needsInvite,
    notices: outgoing
      .count(0, OPERATOR_NOTICES_MAX, info.notices, 'notices')
      .map((notice) => checkNotice(outgoing, notice))
      .map(({ id, language, text, endsAtMs }) => ({
        id: outgoing.exactly(OPERATOR_NOTICE_ID_BYTES, hexToBytes(id), 'a notice’s id'),
        language,
        text,
        endsAtMs: outgoing.toUint64(endsAtMs, 'a time')
      }))
  }
}
