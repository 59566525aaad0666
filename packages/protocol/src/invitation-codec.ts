/** What claimables hold: invitations, and the signature that binds one to an inviter. */
import {
  bundleFrom,
  bundleTo,
  checkBundle,
  checkRelays,
  relayFrom,
  relayTo
} from './address-codec.ts'
import {
  content,
  copyOf,
  deviceNumber,
  name,
  readPart,
  registrationId,
  REQUEST_KEY_BYTES,
  safeInteger,
  SEED_BYTES,
  SIGNATURE_BYTES,
  writePart
} from './content-bounds.ts'
import type { Invitation, SignedInvitation } from './content.ts'
import { InvitationSchema, SignedInvitationSchema } from './gen/sealpost/content/v1/content_pb.ts'
import { identityKeys } from './identifiers.ts'
import { CLAIMABLE_BYTES } from './limits.ts'

function checkInvitation(invitation: Invitation): void {
  safeInteger(invitation.expiresAtMs, 'an expiry')
  deviceNumber(invitation.device)
  registrationId(invitation.registrationId)
  checkBundle(invitation.bundle, !invitation.isFallback)
  content.exactly(REQUEST_KEY_BYTES, invitation.requestKey, 'a request key')
  content.exactly(SEED_BYTES, invitation.boxSeed, 'a box seed')
  checkRelays(invitation.relays)
  name(invitation.profile.name)
}

/**
 * Writes an invitation: the bytes that are signed. Sealed, it must fit a claimable, which has a nonce, a tag and a length of its
 * own, and the signature beside it.
 *
 * @throws ProtocolError `SEALPOST_CONTENT_MALFORMED` for one that breaks its bounds or is larger than any claimable.
 */
export function encodeInvitation(invitation: Invitation): Uint8Array {
  checkInvitation(invitation)
  const message = {
    ...invitation,
    expiresAtMs: content.toUint64(invitation.expiresAtMs, 'an expiry'),
    identityKey: identityKeys.toBytes(invitation.identityKey),
    bundle: bundleTo(invitation.bundle),
    relays: invitation.relays.map(relayTo),
    profile: { name: invitation.profile.name }
  }
  return writePart(InvitationSchema, message, CLAIMABLE_BYTES)
}

/**
 * Reads an invitation. Check its signature over these same bytes first. It owns its bytes.
 *
 * @throws ProtocolError `SEALPOST_CONTENT_MALFORMED`, and nothing else, whatever the bytes.
 */
export function decodeInvitation(bytes: Uint8Array): Invitation {
  const wire = readPart(InvitationSchema, bytes, CLAIMABLE_BYTES)
  const invitation = {
    expiresAtMs: content.fromUint64(wire.expiresAtMs, 'an expiry'),
    isFallback: wire.isFallback,
    device: deviceNumber(wire.device),
    registrationId: wire.registrationId,
    identityKey: content.id(identityKeys, wire.identityKey),
    bundle: bundleFrom(wire.bundle),
    requestKey: copyOf(wire.requestKey),
    boxSeed: copyOf(wire.boxSeed),
    relays: wire.relays.map(relayFrom),
    profile: { name: content.present(wire.profile, 'profile').name }
  }
  checkInvitation(invitation)
  return invitation
}

function checkSignedInvitation(invitation: SignedInvitation): void {
  content.upTo(CLAIMABLE_BYTES, invitation.body, 'an invitation')
  content.exactly(SIGNATURE_BYTES, invitation.signature, 'a signature')
}

/**
 * Writes a signed invitation: what a claimable's seal protects, before padding.
 *
 * @throws ProtocolError `SEALPOST_CONTENT_MALFORMED` for one that breaks its bounds or is larger than any claimable.
 */
export function encodeSignedInvitation(invitation: SignedInvitation): Uint8Array {
  checkSignedInvitation(invitation)
  const { body, signature } = invitation
  return writePart(SignedInvitationSchema, { body, signature }, CLAIMABLE_BYTES)
}

/**
 * Reads a signed invitation, but neither the invitation within it nor its signature. It owns its bytes.
 *
 * @throws ProtocolError `SEALPOST_CONTENT_MALFORMED`, and nothing else, whatever the bytes.
 */
export function decodeSignedInvitation(bytes: Uint8Array): SignedInvitation {
  const wire = readPart(SignedInvitationSchema, bytes, CLAIMABLE_BYTES)
  const invitation = { body: copyOf(wire.body), signature: copyOf(wire.signature) }
  checkSignedInvitation(invitation)
  return invitation
}
