/** Frames from a client to a relay. What is read was checked against every bound; what is written is checked as our own. */
import type { MessageInitShape } from '@bufbuild/protobuf'
import {
  CHALLENGE_BYTES,
  challengeFrom,
  envelopeFrom,
  incoming,
  malformedFrame,
  outgoing,
  ownMistake,
  secretFrom,
  secretTo,
  inviteFrom,
  inviteTo,
  workFrom,
  workTo
} from './envelope-codec.ts'
import type {
  Claimable as WireClaimable,
  ClientFrame as WireFrame,
  PutClaimables as WirePutClaimables,
  Registration as WireRegistration,
  RegistrationSchema
} from './gen/sealpost/mailbox/v1/mailbox_pb.ts'
import { ClientFrameSchema } from './gen/sealpost/mailbox/v1/mailbox_pb.ts'
import { encodeDeposit } from './hot-frames.ts'
import { envelopeIds, linkIds, mailboxIds } from './identifiers.ts'
import { mailboxKinds } from './inspect-codec.ts'
import {
  ACKS_MAX,
  CLAIMABLE_BYTES,
  CLAIMABLES_MAX,
  FRAME_RECORDS_MAX,
  REGISTRATIONS_MAX,
  REQUEST_NUMBER_MAX,
  SUBSCRIPTIONS_MAX
} from './limits.ts'
import type { Claimable, ClientFrame, MailboxRequest, Registration } from './mailbox-verbs.ts'
import { readMessage, writeMessage } from './wire-message.ts'

/**
 * Reads a client's frame. `sealed` and claimables' `blob` are views into `bytes`; all else is a copy.
 *
 * @throws ProtocolError `SEALPOST_FRAME_MALFORMED` for every breach of the README's bounds; nothing else, whatever the bytes. A
 * request that this version does not know is none: it becomes `unknown`, for the relay to refuse.
 */
export function decodeClientFrame(bytes: Uint8Array): ClientFrame {
  const { number, body } = readMessage(ClientFrameSchema, bytes, FRAME_RECORDS_MAX, malformedFrame)
  if (body.case === 'ping' || body.case === 'pong') {
    incoming.integer(0, 0, number, 'the number of a heartbeat’s frame')
    return { type: body.case, number: body.value.number }
  }
  incoming.integer(1, REQUEST_NUMBER_MAX, number, 'a request’s number')
  return { type: 'request', number, request: requestFrom(body) }
}

function requestFrom(body: WireFrame['body']): MailboxRequest {
  switch (body.case) {
    case 'info':
      return { type: 'info' }
    case 'register':
      return {
        type: 'register',
        registrations: incoming
          .count(1, REGISTRATIONS_MAX, body.value.registrations, 'registrations')
          .map(registrationFrom),
        work: workFrom(body.value.work),
        ...inviteFrom(body.value.invite)
      }
    case 'deposit':
      return {
        type: 'deposit',
        mailboxId: incoming.id(mailboxIds, body.value.mailboxId),
        depositToken: secretFrom(body.value.depositToken, 'a deposit token'),
        envelope: envelopeFrom(body.value.envelope),
        isLive: body.value.isLive,
        work: workFrom(body.value.work)
      }
    case 'subscribe':
      return {
        type: 'subscribe',
        instance: challengeFrom(body.value.instance, 'an instance'),
        subscriptions: incoming
          .count(1, SUBSCRIPTIONS_MAX, body.value.subscriptions, 'subscriptions')
          .map(({ mailboxId, fetchToken }) => ({
            mailboxId: incoming.id(mailboxIds, mailboxId),
            fetchToken: secretFrom(fetchToken, 'a fetch token')
          }))
      }
    case 'unsubscribe':
      return {
        type: 'unsubscribe',
        mailboxIds: incoming
          .count(1, SUBSCRIPTIONS_MAX, body.value.mailboxIds, 'mailbox ids')
          .map((id) => incoming.id(mailboxIds, id))
      }
    case 'ack':
      return {
        type: 'ack',
        mailboxId: incoming.id(mailboxIds, body.value.mailboxId),
        envelopeIds: incoming
          .count(1, ACKS_MAX, body.value.envelopeIds, 'envelope ids')
          .map((id) => incoming.id(envelopeIds, id))
      }
    case 'recall':
      return {
        type: 'recall',
        mailboxId: incoming.id(mailboxIds, body.value.mailboxId),
        envelopeId: incoming.id(envelopeIds, body.value.envelopeId),
        recallToken: secretFrom(body.value.recallToken, 'a recall token')
      }
    case 'destroy':
    case 'inspect':
      return ownerRequestFrom(body)
    default:
      return linkRequestFrom(body)
  }
}

function ownerRequestFrom(
  body: Extract<WireFrame['body'], { readonly case: 'destroy' | 'inspect' }>
): MailboxRequest {
  const mailboxId = incoming.id(mailboxIds, body.value.mailboxId)
  const fetchToken = secretFrom(body.value.fetchToken, 'a fetch token')
  if (body.case === 'destroy') {
    return { type: 'destroy', mailboxId, fetchToken }
  }
  const fromSequence = incoming.fromUint64(body.value.fromSequence, 'a sequence')
  return { type: 'inspect', mailboxId, fetchToken, fromSequence }
}

function linkRequestFrom(body: WireFrame['body']): MailboxRequest {
  switch (body.case) {
    case 'putClaimables':
      return putClaimablesFrom(body.value)
    case 'claim':
      return {
        type: 'claim',
        linkId: incoming.id(linkIds, body.value.linkId),
        claimToken: secretFrom(body.value.claimToken, 'a claim token'),
        claimId: secretFrom(body.value.claimId, 'a claim id'),
        work: workFrom(body.value.work)
      }
    case 'countClaimables':
      return {
        type: 'count-claimables',
        linkId: incoming.id(linkIds, body.value.linkId),
        ownerToken: secretFrom(body.value.ownerToken, 'an owner token')
      }
    default:
      return { type: 'unknown' }
  }
}

function registrationFrom({ what }: WireRegistration): Registration {
  switch (what.case) {
    case 'mailbox':
      return {
        type: 'mailbox',
        mailboxId: incoming.id(mailboxIds, what.value.mailboxId),
        depositHash: secretFrom(what.value.depositHash, 'a deposit hash'),
        fetchHash: secretFrom(what.value.fetchHash, 'a fetch hash'),
        kind: incoming.present(mailboxKinds.wordOf(what.value.kind), 'known kind of mailbox'),
        isQuiet: what.value.isQuiet
      }
    case 'link':
      return {
        type: 'link',
        linkId: incoming.id(linkIds, what.value.linkId),
        claimHash: secretFrom(what.value.claimHash, 'a claim hash'),
        ownerHash: secretFrom(what.value.ownerHash, 'an owner hash')
      }
    default:
      return incoming.breach('a registration of nothing known')
  }
}

function claimableFrom(wire: WireClaimable): Claimable {
  return {
    blob: incoming.exactly(CLAIMABLE_BYTES, wire.blob, 'a claimable'),
    expiresAtMs: incoming.fromUint64(wire.expiresAtMs, 'an expiry'),
    isFallback: wire.isFallback
  }
}

/** Putting none is how a link's claimables are erased; without that it says nothing. */
function putClaimablesFrom(wire: WirePutClaimables): MailboxRequest {
  const { replaceAll } = wire
  return {
    type: 'put-claimables',
    linkId: incoming.id(linkIds, wire.linkId),
    ownerToken: secretFrom(wire.ownerToken, 'an owner token'),
    claimables: incoming
      .count(replaceAll ? 0 : 1, CLAIMABLES_MAX, wire.claimables, 'claimables')
      .map(claimableFrom),
    replaceAll
  }
}

/**
 * Writes a client's frame, in an array of its own.
 *
 * @throws RangeError for what no relay would read, `unknown` among it: our own bug.
 */
export function encodeClientFrame(frame: ClientFrame): Uint8Array {
  if (frame.type !== 'request') {
    const number = outgoing.integer(0, REQUEST_NUMBER_MAX, frame.number, 'a heartbeat’s number')
    return write({ body: { case: frame.type, value: { number } } })
  }
  const { request } = frame
  const number = outgoing.integer(1, REQUEST_NUMBER_MAX, frame.number, 'a request’s number')
  return request.type === 'deposit'
    ? encodeDeposit(number, request)
    : write({ number, body: requestTo(request) })
}

function write(frame: MessageInitShape<typeof ClientFrameSchema>): Uint8Array {
  return writeMessage(ClientFrameSchema, frame, ownMistake)
}

type WireRequest = NonNullable<MessageInitShape<typeof ClientFrameSchema>['body']>

function requestTo(request: Exclude<MailboxRequest, { type: 'deposit' }>): WireRequest {
  switch (request.type) {
    case 'info':
      return { case: 'info', value: {} }
    case 'register':
      return {
        case: 'register',
        value: {
          registrations: outgoing
            .count(1, REGISTRATIONS_MAX, request.registrations, 'registrations')
            .map(registrationTo),
          ...workTo(request.work),
          ...inviteTo(request.invite)
        }
      }
    case 'subscribe':
      return {
        case: 'subscribe',
        value: {
          instance: outgoing.exactly(CHALLENGE_BYTES, request.instance, 'an instance'),
          subscriptions: outgoing
            .count(1, SUBSCRIPTIONS_MAX, request.subscriptions, 'subscriptions')
            .map(({ mailboxId, fetchToken }) => ({
              mailboxId: mailboxIds.toBytes(mailboxId),
              fetchToken: secretTo(fetchToken, 'a fetch token')
            }))
        }
      }
    case 'unsubscribe': {
      const ids = outgoing.count(1, SUBSCRIPTIONS_MAX, request.mailboxIds, 'mailbox ids')
      return { case: 'unsubscribe', value: { mailboxIds: ids.map(mailboxIds.toBytes) } }
    }
    case 'ack': {
      const ids = outgoing.count(1, ACKS_MAX, request.envelopeIds, 'envelope ids')
      return {
        case: 'ack',
        value: {
          mailboxId: mailboxIds.toBytes(request.mailboxId),
          envelopeIds: ids.map(envelopeIds.toBytes)
        }
      }
    }
    case 'recall':
      return {
        case: 'recall',
        value: {
          mailboxId: mailboxIds.toBytes(request.mailboxId),
          envelopeId: envelopeIds.toBytes(request.envelopeId),
          recallToken: secretTo(request.recallToken, 'a recall token')
        }
      }
    case 'destroy':
    case 'inspect':
      return ownerRequestTo(request)
    case 'unknown':
      return outgoing.breach('a request that is not known')
    default:
      return linkRequestTo(request)
  }
}

function ownerRequestTo(
  request: Extract<MailboxRequest, { readonly type: 'destroy' | 'inspect' }>
): WireRequest {
  const mailboxId = mailboxIds.toBytes(request.mailboxId)
  const fetchToken = secretTo(request.fetchToken, 'a fetch token')
  if (request.type === 'destroy') {
    return { case: 'destroy', value: { mailboxId, fetchToken } }
  }
  const fromSequence = outgoing.toUint64(request.fromSequence, 'a sequence')
  return { case: 'inspect', value: { mailboxId, fetchToken, fromSequence } }
}

type LinkRequest = Extract<
  MailboxRequest,
  { type: 'put-claimables' | 'claim' | 'count-claimables' }
>

function linkRequestTo(request: LinkRequest): WireRequest {
  const linkId = linkIds.toBytes(request.linkId)
  switch (request.type) {
    case 'put-claimables': {
      const { replaceAll, claimables } = request
      return {
        case: 'putClaimables',
        value: {
          linkId,
          ownerToken: secretTo(request.ownerToken, 'an owner token'),
          claimables: outgoing
            .count(replaceAll ? 0 : 1, CLAIMABLES_MAX, claimables, 'claimables')
            .map((claimable) => ({
              blob: outgoing.exactly(CLAIMABLE_BYTES, claimable.blob, 'a claimable'),
              expiresAtMs: outgoing.toUint64(claimable.expiresAtMs, 'an expiry'),
              isFallback: claimable.isFallback
            })),
          replaceAll
        }
      }
    }
    case 'claim':
      return {
        case: 'claim',
        value: {
          linkId,
          claimToken: secretTo(request.claimToken, 'a claim token'),
          claimId: secretTo(request.claimId, 'a claim id'),
          ...workTo(request.work)
        }
      }
    case 'count-claimables':
      return {
        case: 'countClaimables',
        value: { linkId, ownerToken: secretTo(request.ownerToken, 'an owner token') }
      }
  }
}

function registrationTo(registration: Registration): MessageInitShape<typeof RegistrationSchema> {
  switch (registration.type) {
    case 'mailbox':
      return {
        what: {
          case: 'mailbox',
          value: {
            mailboxId: mailboxIds.toBytes(registration.mailboxId),
            depositHash: secretTo(registration.depositHash, 'a deposit hash'),
            fetchHash: secretTo(registration.fetchHash, 'a fetch hash'),
            kind: mailboxKinds.valueOf(registration.kind),
            isQuiet: registration.isQuiet
          }
        }
      }
    case 'link':
      return {
        what: {
          case: 'link',
          value: {
            linkId: linkIds.toBytes(registration.linkId),
            claimHash: secretTo(registration.claimHash, 'a claim hash'),
            ownerHash: secretTo(registration.ownerHash, 'an owner hash')
          }
        }
      }
  }
}
