/** Makes links, and opens what relays hand out for the links of others. */
import {
  encodeLink,
  formatLink,
  inviterHash,
  linkSecrets,
  type Mutation,
  type NewInvitation,
  oneTimePrekeyRow,
  type PeerAppEffect,
  type PeerMachine,
  prekeyKey,
  type Random,
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
  type Claimable,
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

/** Ids of one-time prekeys are random, from 1 up to 2^24: one that is taken is drawn again. */
const ONE_TIME_PREKEY_IDS = 0xff_ff_fe

/**
 * Makes a link's secrets.
 *
 * @param expiresAtMs 0 for never, which only a public address may be.
 */
export function makeInvitation(
  { random }: Pick<ClientPorts, 'random'>,
  { account }: Pick<PeerMachine, 'account'>,
  options: { readonly expiresAtMs: number; readonly isPublic: boolean }
): NewInvitation {
  const { expiresAtMs, isPublic } = options
  const { relays } = account
  const linkSecret = random.bytes(32)
  const { publicKey, secretKey } = makeRequestKey(random)
  const link = encodeLink({
    kind: isPublic ? 'public' : 'one-time',
    linkSecret,
    inviterHash: inviterHash(linkSecret, account.identityKey),
    expiresAtMs: expiresAtMs === 0 ? undefined : expiresAtMs,
    relays
  })
  return {
    id: bytesToHex(random.bytes(16)),
    link: formatLink(link),
    linkSecret,
    boxSeed: random.bytes(32),
    requestSecretKey: secretKey,
    requestKey: publicKey,
    expiresAtMs,
    isPublic,
    relays
  }
}

/** Claimables, and the private halves that must be on disk before these are anywhere else. */
export interface MadeClaimables {
  readonly claimables: readonly Claimable[]
  readonly staged: readonly Mutation[]
}

/** Makes what a relay is to hand out for a link: each with a prekey of its own, but for the fallback, which has none. */
export async function makeClaimables(
  { engine, random }: ClientPorts,
  { account }: Pick<PeerMachine, 'account'>,
  stores: StagedStores,
  order: Extract<PeerAppEffect, { type: 'make-claimables' }>
): Promise<MadeClaimables> {
  const { relay, link, count, expiresAtMs, fallbackExpiresAtMs } = order
  const identity = await stores.identity()
  const { linkId, claimableKey } = linkSecrets(link.linkSecret, relay)
  const { device, registrationId, identityKey, bundle, name } = account
  const seal = async (
    claimExpiresAtMs: number,
    oneTimePrekey: { readonly id: number; readonly key: Uint8Array } | undefined
  ): Promise<Claimable> => {
    const isFallback = oneTimePrekey === undefined
    const body = encodeInvitation({
      expiresAtMs: claimExpiresAtMs,
      isFallback,
      device,
      registrationId,
      identityKey,
      bundle: { ...bundle, oneTimePrekey },
      requestKey: link.requestKey,
      boxSeed: link.boxSeed,
      relays: link.relays,
      profile: { name }
    })
    const signature = await signClaimable(engine, { identity, linkId, body })
    const fields = encodeSignedInvitation({ body, signature })
    const blob = sealClaimable({ claimableKey, linkId, fields }, random)
    return { blob, expiresAtMs: claimExpiresAtMs, isFallback }
  }
  const staged: Mutation[] = []
  const claimables: Claimable[] = []
  const ids = await freeIds(random, stores, count)
  for (const id of ids) {
    const oneTime = await engine.makeOneTimePrekey(id)
    const value = oneTimePrekeyRow(oneTime.record, expiresAtMs)
    staged.push({ type: 'write', table: 'one-time-prekey', key: prekeyKey(id), value })
    claimables.push(await seal(expiresAtMs, { id, key: oneTime.publicKey }))
  }
  if (fallbackExpiresAtMs !== undefined) {
    claimables.push(await seal(fallbackExpiresAtMs, undefined))
  }
  return { claimables, staged }
}

/** Ids that no one-time prekey here has. */
async function freeIds(
  random: Random,
  stores: StagedStores,
  count: number
): Promise<ReadonlySet<number>> {
  const ids = new Set<number>()
  while (ids.size < count) {
    const id = 1 + randomBelow(random, ONE_TIME_PREKEY_IDS)
    if ((await stores.loadOneTimePrekey(id)) === undefined) {
      ids.add(id)
    }
  }
  return ids
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
