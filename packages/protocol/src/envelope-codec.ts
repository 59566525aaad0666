/** What frames of both directions share: envelopes, proofs of work, and whose fault a breach is. */
import type { MessageInitShape } from '@bufbuild/protobuf'
import { Bounds } from './bounds.ts'
import { ProtocolError } from './errors.ts'
import type {
  Envelope as WireEnvelope,
  Invite as WireInvite,
  InviteSchema,
  Work as WireWork,
  WorkSchema
} from './gen/sealpost/mailbox/v1/mailbox_pb.ts'
import { envelopeIds } from './identifiers.ts'
import { LIFETIMES_MS, SIZE_CLASSES } from './limits.ts'
import type { Envelope, Lifetime, RelayInvite, Work } from './mailbox-verbs.ts'

/** Bytes of a token, of a hash, of a claim id. */
export const SECRET_BYTES = 32
/** Bytes of a challenge, and of what names a client's instance. */
export const CHALLENGE_BYTES = 16
/** Bytes of a proof of work's nonce. */
export const NONCE_BYTES = 8
/** A sealed envelope of another size class than a relay takes can still be read, and refused as too large. */
export const SEALED_BYTES_MAX: number = Math.max(...SIZE_CLASSES)

/** What a frame breaks on its way in: the other side's fault. */
export function malformedFrame(problem: string, cause?: unknown): ProtocolError {
  return new ProtocolError('SEALPOST_FRAME_MALFORMED', problem, { cause })
}

/** What a frame breaks on its way out: our own bug. */
export function ownMistake(problem: string, cause?: unknown): RangeError {
  return new RangeError(problem, { cause })
}

/** For what comes in. */
export const incoming: Bounds = new Bounds(malformedFrame)
/** For what goes out. */
export const outgoing: Bounds = new Bounds(ownMistake)

/** A secret or a hash that was read: a copy, so that 32 bytes do not keep a chunk of the stream alive. */
export function secretFrom(value: Uint8Array, noun: string): Uint8Array {
  return new Uint8Array(incoming.exactly(SECRET_BYTES, value, noun))
}

/** A challenge or an instance that was read: a copy. */
export function challengeFrom(value: Uint8Array, noun: string): Uint8Array {
  return new Uint8Array(incoming.exactly(CHALLENGE_BYTES, value, noun))
}

/** A secret or a hash to be written. */
export function secretTo(value: Uint8Array, noun: string): Uint8Array {
  return outgoing.exactly(SECRET_BYTES, value, noun)
}

function isLifetime(value: number): value is Lifetime {
  return value >= 0 && value < LIFETIMES_MS.length
}

/** `sealed` stays a view into the frame. */
export function envelopeFrom(wire: WireEnvelope | undefined): Envelope {
  const envelope = incoming.present(wire, 'envelope')
  const { lifetime } = envelope
  return {
    envelopeId: incoming.id(envelopeIds, envelope.envelopeId),
    recallHash: secretFrom(envelope.recallHash, 'a recall hash'),
    lifetime: isLifetime(lifetime) ? lifetime : incoming.breach('an unknown lifetime'),
    sealed: incoming.upTo(SEALED_BYTES_MAX, envelope.sealed, 'a sealed envelope')
  }
}

/** A proof of work that was read, if there is one. */
export function workFrom(wire: WireWork | undefined): Work | undefined {
  return wire === undefined
    ? undefined
    : {
        challenge: challengeFrom(wire.challenge, 'a challenge'),
        nonce: new Uint8Array(incoming.exactly(NONCE_BYTES, wire.nonce, 'a nonce'))
      }
}

/** An invite that was read, if there is one. */
export function inviteFrom(wire: WireInvite | undefined): { readonly invite?: RelayInvite } {
  return wire === undefined
    ? {}
    : {
        invite: {
          token: challengeFrom(wire.token, 'an invite'),
          claimant: challengeFrom(wire.claimant, 'a claimant')
        }
      }
}

/** An invite to be written, if there is one. */
export function inviteTo(invite: RelayInvite | undefined): {
  invite?: MessageInitShape<typeof InviteSchema>
} {
  return invite === undefined
    ? {}
    : {
        invite: {
          token: outgoing.exactly(CHALLENGE_BYTES, invite.token, 'an invite'),
          claimant: outgoing.exactly(CHALLENGE_BYTES, invite.claimant, 'a claimant')
        }
      }
}

/** A proof of work to be written, if there is one. */
export function workTo(work: Work | undefined): { work?: MessageInitShape<typeof WorkSchema> } {
  return work === undefined
    ? {}
    : {
        work: {
          challenge: outgoing.exactly(CHALLENGE_BYTES, work.challenge, 'a challenge'),
          nonce: outgoing.exactly(NONCE_BYTES, work.nonce, 'a nonce')
        }
      }
}
