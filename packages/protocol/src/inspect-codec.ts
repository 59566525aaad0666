/** What a relay holds for a mailbox, as a frame carries it. */
import type { MessageInitShape } from '@bufbuild/protobuf'
import { type WordTable, wordTable } from './bounds.ts'
import { incoming, outgoing, SEALED_BYTES_MAX, secretFrom, secretTo } from './envelope-codec.ts'
import type {
  HeldEnvelope as WireHeld,
  HeldEnvelopeSchema,
  InspectAnswer as WirePage,
  InspectAnswerSchema
} from './gen/sealpost/mailbox/v1/mailbox_pb.ts'
import {
  HeldState as WireState,
  MailboxKind as WireMailboxKind
} from './gen/sealpost/mailbox/v1/mailbox_pb.ts'
import { envelopeIds } from './identifiers.ts'
import { HELD_ENVELOPES_MAX } from './limits.ts'
import type { HeldEnvelope, MailboxKind, MailboxPage } from './mailbox-verbs.ts'

/** What a mailbox is for, in both directions. */
export const mailboxKinds: WordTable<MailboxKind, WireMailboxKind> = wordTable<
  MailboxKind,
  WireMailboxKind
>({
  contact: WireMailboxKind.CONTACT,
  request: WireMailboxKind.REQUEST,
  own: WireMailboxKind.OWN,
  group: WireMailboxKind.GROUP
})
const states = wordTable<HeldEnvelope['state'], WireState>({
  live: WireState.LIVE,
  acked: WireState.ACKED,
  recalled: WireState.RECALLED
})

/** Reads a page; it owns its bytes. @throws ProtocolError `SEALPOST_FRAME_MALFORMED` */
export function pageFrom(wire: WirePage): MailboxPage {
  const next = incoming.fromUint64(wire.nextSequence, 'a sequence')
  return {
    kind: incoming.present(mailboxKinds.wordOf(wire.kind), 'known kind of mailbox'),
    isQuiet: wire.isQuiet,
    depositHash: secretFrom(wire.depositHash, 'a deposit hash'),
    fetchHash: secretFrom(wire.fetchHash, 'a fetch hash'),
    usedAtMs: incoming.fromUint64(wire.usedAtMs, 'a time'),
    envelopes: incoming
      .count(0, HELD_ENVELOPES_MAX, wire.envelopes, 'envelopes')
      .map((held) => heldFrom(held)),
    nextSequence: next === 0 ? undefined : next
  }
}

function heldFrom(wire: WireHeld): HeldEnvelope {
  return {
    envelopeId: incoming.id(envelopeIds, wire.envelopeId),
    recallHash: secretFrom(wire.recallHash, 'a recall hash'),
    state: incoming.present(states.wordOf(wire.state), 'known state'),
    expiresAtMs: incoming.fromUint64(wire.expiresAtMs, 'a time'),
    sealed: new Uint8Array(incoming.upTo(SEALED_BYTES_MAX, wire.sealed, 'an envelope'))
  }
}

/** @throws RangeError for what no client would read: our own bug. */
export function pageTo(page: MailboxPage): MessageInitShape<typeof InspectAnswerSchema> {
  return {
    kind: mailboxKinds.valueOf(page.kind),
    isQuiet: page.isQuiet,
    depositHash: secretTo(page.depositHash, 'a deposit hash'),
    fetchHash: secretTo(page.fetchHash, 'a fetch hash'),
    usedAtMs: outgoing.toUint64(page.usedAtMs, 'a time'),
    envelopes: outgoing.count(0, HELD_ENVELOPES_MAX, page.envelopes, 'envelopes').map(heldTo),
    nextSequence: outgoing.toUint64(page.nextSequence ?? 0, 'a sequence')
  }
}

function heldTo(held: HeldEnvelope): MessageInitShape<typeof HeldEnvelopeSchema> {
  return {
    envelopeId: envelopeIds.toBytes(held.envelopeId),
    recallHash: secretTo(held.recallHash, 'a recall hash'),
    state: states.valueOf(held.state),
    expiresAtMs: outgoing.toUint64(held.expiresAtMs, 'a time'),
    sealed: outgoing.upTo(SEALED_BYTES_MAX, held.sealed, 'an envelope')
  }
}
