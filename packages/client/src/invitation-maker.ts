/** Makes links, and opens what relays hand out for the links of others. */
import {
  encodeLink,
  formatLink,
  inviterHash,
  linkSecrets,
  type Mutation,
  type NewInvitation,
  type PeerMachine,
  prekeyKey,
  randomBelow
} from '@sealpost/core'
import {
  makeRequestKey,
  openClaimable,
  sealClaimable,
  signClaimable,
  verifyClaimable
} from '@sealpost/crypto'
import {
  bytesToHex,
  type ContactId,
  decodeInvitation,
  decodeSignedInvitation,
  encodeInvitation,
  encodeSignedInvitation,
  equalBytes,
  type Invitation,
  isSealpostError,
  type NodeKey
} from '@sealpost/protocol'
import type { ClientPorts } from './client-ports.ts'
import type { StagedStores } from './staged-stores.ts'

export interface MadeInvitation {
  readonly invitation: NewInvitation
  /** The private halves of the one-time prekeys, which must be on disk before their public halves are anywhere else. */
  readonly staged: readonly Mutation[]
}

/** Ids of one-time prekeys are random, from here up to 2^24: drawn often enough, two never meet in practice. */
const ONE_TIME_PREKEY_IDS = 0xff_ff_fe

/** Makes a one-time link with a claimable of its own for each relay of the account. */
export async function makeInvitation(
  ports: ClientPorts,
  machine: PeerMachine,
  stores: StagedStores,
  expiresAtMs: number
): Promise<MadeInvitation> {
  const { engine, random } = ports
  const { account } = machine
  const linkSecret = random.bytes(32)
  const boxSeed = random.bytes(32)
  const requestKey = makeRequestKey(random)
  const identity = await stores.identity()
  const staged: Mutation[] = []
  const claimables: { relay: NodeKey; blob: Uint8Array }[] = []
  for (const { nodeKey } of account.relays) {
    const oneTime = await engine.makeOneTimePrekey(1 + randomBelow(random, ONE_TIME_PREKEY_IDS))
    staged.push({
      type: 'write',
      table: 'one-time-prekey',
      key: prekeyKey(oneTime.id),
      value: oneTime.record
    })
    const body = encodeInvitation({
      expiresAtMs,
      isFallback: false,
      device: account.device,
      registrationId: account.registrationId,
      identityKey: account.identityKey,
      bundle: { ...account.bundle, oneTimePrekey: { id: oneTime.id, key: oneTime.publicKey } },
      requestKey: requestKey.publicKey,
      boxSeed,
      relays: account.relays,
      profile: { name: account.name }
    })
    const { linkId, claimableKey } = linkSecrets(linkSecret, nodeKey)
    const fields = encodeSignedInvitation({
      body,
      signature: await signClaimable(engine, { identity, linkId, body })
    })
    claimables.push({
      relay: nodeKey,
      blob: sealClaimable({ claimableKey, linkId, fields }, random)
    })
  }
  const link = encodeLink({
    kind: 'one-time',
    linkSecret,
    inviterHash: inviterHash(linkSecret, account.identityKey),
    expiresAtMs,
    relays: account.relays
  })
  return {
    invitation: {
      id: bytesToHex(random.bytes(16)),
      link: formatLink(link),
      linkSecret,
      boxSeed,
      requestSecretKey: requestKey.secretKey,
      expiresAtMs,
      claimables
    },
    staged
  }
}

/** What a relay handed out for a link, once it is proven to be by whoever made the link; undefined for anything else. */
export async function openInvitation(
  ports: ClientPorts,
  machine: PeerMachine,
  contactId: ContactId,
  relay: NodeKey,
  blob: Uint8Array
): Promise<{ readonly invitation: Invitation; readonly bytes: Uint8Array } | undefined> {
  const found = machine.claimableKey(contactId, relay)
  if (found === undefined) {
    return undefined
  }
  const { linkId } = linkSecrets(found.link.linkSecret, relay)
  const fields = openClaimable({ claimableKey: found.key, linkId, sealed: blob })
  if (fields === undefined) {
    return undefined
  }
  try {
    const { body, signature } = decodeSignedInvitation(fields)
    const invitation = decodeInvitation(body)
    const { identityKey } = invitation
    const isInviter = equalBytes(
      inviterHash(found.link.linkSecret, identityKey),
      found.link.inviterHash
    )
    const isSigned = await verifyClaimable(ports.engine, { identityKey, linkId, body, signature })
    return isInviter && isSigned ? { invitation, bytes: body } : undefined
  } catch (error) {
    if (isSealpostError(error)) {
      return undefined
    }
    throw error
  }
}
