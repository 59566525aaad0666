/** What the client around a machine does so that strangers can meet: makes links, opens those of others, asks, and reads who asks. */
import {
  encodeLink,
  formatLink,
  inviterHash,
  linkSecrets,
  type Mutation,
  oneTimePrekeyRow,
  type PeerAppEffect,
  type PeerMachine,
  prekeyKey,
  randomBelow,
  seenRow,
  sha256
} from '@sealpost/core'
import {
  bytesToHex,
  type Claimable,
  type ContactId,
  contactIds,
  type Content,
  decodeContent,
  decodeInvitation,
  encodeContent,
  encodeInvitation,
  type Envelope,
  equalBytes,
  type MailboxPush,
  messageIds,
  type NodeKey
} from '@sealpost/protocol'
import {
  makeRequestKeys,
  openNullClaimable,
  openNullRequest,
  readNullRequest,
  sealNullClaimable,
  sealNullRequest,
  writeNullRequest
} from '../cipher/null-links.ts'
import type { PeerAppHost } from './peer-app-host.ts'

type Effect<Type extends PeerAppEffect['type']> = Extract<PeerAppEffect, { type: Type }>

/** A link that was made. */
export interface GivenLink {
  readonly invitationId: string
  readonly link: Uint8Array
}

const ONE_TIME_PREKEY_IDS = 0xff_ff_fe
/** As long as an engine's record of one, and its public half. */
const PREKEY_RECORD_BYTES = 72
const PREKEY_BYTES = 33

export class FirstWords {
  readonly #host: PeerAppHost

  constructor(host: PeerAppHost) {
    this.#host = host
  }

  // ---- who makes a link

  /** @param options.expiresAtMs 0 for never, which only a public address may be. @returns undefined while it does not run */
  invite(options: {
    readonly isPublic: boolean
    readonly expiresAtMs: number
  }): GivenLink | undefined {
    const { machine, random } = this.#host
    if (machine === undefined) {
      return undefined
    }
    const { expiresAtMs, isPublic } = options
    const { identityKey, relays } = machine.account
    const linkSecret = random.bytes(32)
    const keys = makeRequestKeys(random)
    const link = encodeLink({
      kind: isPublic ? 'public' : 'one-time',
      linkSecret,
      inviterHash: inviterHash(linkSecret, identityKey),
      expiresAtMs: expiresAtMs === 0 ? undefined : expiresAtMs,
      relays
    })
    const invitation = {
      id: bytesToHex(random.bytes(16)),
      link: formatLink(link),
      linkSecret,
      boxSeed: random.bytes(32),
      requestSecretKey: keys.secretKey,
      requestKey: keys.publicKey,
      expiresAtMs,
      isPublic,
      relays
    }
    this.#host.give({ type: 'invite', invitation })
    return { invitationId: invitation.id, link }
  }

  /** Each with a prekey of its own, but for the fallback. */
  makeClaimables(order: Effect<'make-claimables'>): void {
    const { disk, machine, random } = this.#host
    if (machine === undefined) {
      return
    }
    const { count, expiresAtMs, fallbackExpiresAtMs, invitationId, relay } = order
    const staged: Mutation[] = []
    const claimables: Claimable[] = []
    while (claimables.length < count) {
      const id = 1 + randomBelow(random, ONE_TIME_PREKEY_IDS)
      const row = { table: 'one-time-prekey', key: prekeyKey(id) } as const
      if (disk.get(row) === undefined && !staged.some(({ key }) => key === row.key)) {
        const value = oneTimePrekeyRow(new Uint8Array(PREKEY_RECORD_BYTES), expiresAtMs)
        staged.push({ type: 'write', ...row, value })
        claimables.push(claimable(machine, order, expiresAtMs, id))
      }
    }
    if (fallbackExpiresAtMs !== undefined) {
      claimables.push(claimable(machine, order, fallbackExpiresAtMs, undefined))
    }
    this.#host.give({ type: 'claimables-made', invitationId, relay, claimables }, staged)
  }

  /** Something came that is for no mailbox of a contact. @returns whether it was a request that could be read */
  requested(relay: NodeKey, push: Extract<MailboxPush, { type: 'deliver' }>): boolean {
    const { cipher, disk, machine } = this.#host
    const { envelope, mailboxId } = push
    const box = machine?.requestBox(relay, mailboxId)
    const opened = box && openNullRequest(box.requestSecretKey, envelope.sealed)
    if (box === undefined || opened === undefined) {
      return false
    }
    const { device, request } = opened
    const ciphertextHash = bytesToHex(sha256(request).subarray(0, 16))
    const { ciphertext, identityKey, oneTimePrekeyId } = readNullRequest(request)
    const prekey = { table: 'one-time-prekey', key: prekeyKey(oneTimePrekeyId) } as const
    const isPrekeyGone = oneTimePrekeyId !== 0 && disk.get(prekey) === undefined
    if (disk.get(seenRow(ciphertextHash)) !== undefined || isPrekeyGone) {
      return false
    }
    const session = cipher.session(identityKey, device)
    const plaintext = session.decrypt({ type: 3, bytes: ciphertext })
    const content = plaintext instanceof Uint8Array ? decodeContent(plaintext) : undefined
    if (content?.body.type !== 'request') {
      return false
    }
    const { invitationId } = box
    const origin = { relay, mailboxId, envelopeId: envelope.envelopeId, ciphertextHash }
    const what = { invitationId, identityKey, device, content, request: content.body }
    const used: readonly Mutation[] = oneTimePrekeyId === 0 ? [] : [{ type: 'erase', ...prekey }]
    const staged = [...session.mutations, ...used]
    this.#host.give({ type: 'request-received', origin, ...what }, staged)
    return true
  }

  // ---- who opens one

  /** @returns the contact that it leads to; undefined while it does not run */
  openLink(link: Uint8Array, text: string): ContactId | undefined {
    const { machine, random } = this.#host
    if (machine === undefined) {
      return undefined
    }
    const contactId = contactIds.fromBytes(random.bytes(16))
    this.#host.give({ type: 'open-link', contactId, link, name: '', text, replaces: undefined })
    return contactId
  }

  openClaimable({ blob, contactId, relay }: Effect<'open-claimable'>): void {
    const found = this.#host.machine?.claimableKey(contactId, relay)
    const body = found && openNullClaimable(found.key, blob)
    const invitation = body && decodeInvitation(body)
    const isInviter =
      found !== undefined &&
      invitation !== undefined &&
      equalBytes(inviterHash(found.link.linkSecret, invitation.identityKey), found.link.inviterHash)
    this.#host.give({
      type: 'claimable-opened',
      contactId,
      relay,
      invitation: isInviter ? invitation : undefined,
      invitationBytes: body?.slice() ?? new Uint8Array(0)
    })
  }

  composeRequest(contactId: ContactId): void {
    const { cipher, deviceList, machine, wallMs } = this.#host
    const draft = machine?.invitation(contactId)
    const address = machine?.ownAddress(contactId)
    if (machine === undefined || draft === undefined || address === undefined) {
      return
    }
    const { invitation, number, requestId, text } = draft
    const { identityKey, name } = machine.account
    const { oneTimePrekey, ...bundle } = invitation.bundle
    const session = cipher.session(invitation.identityKey, invitation.device)
    const { registrationId } = invitation
    session.begin({ registrationId, bundle: { ...bundle, oneTimePrekey: undefined } }, wallMs)
    const content: Content = {
      number,
      messageId: number === 0 ? undefined : messageIds.fromHex(requestId),
      sentAtMs: machine.networkTimeMs(wallMs),
      progress: [],
      body: { type: 'request', requestId, profile: { name }, address, deviceList, text }
    }
    const encrypted = session.encrypt(encodeContent(content), wallMs)
    if (encrypted !== undefined) {
      const ciphertext = encrypted.bytes
      const oneTimePrekeyId = oneTimePrekey?.id ?? 0
      const bytes = writeNullRequest({ identityKey, oneTimePrekeyId, ciphertext })
      const what = { addressVersion: address.version, sentAtMs: content.sentAtMs }
      this.#host.give(
        { type: 'request-composed', contactId, ciphertext: { type: 3, bytes }, ...what },
        session.mutations
      )
    }
  }

  sealRequest(machine: PeerMachine, effect: Effect<'deposit-request'>): Envelope {
    const { ciphertext, envelopeId, recallHash, requestKey } = effect
    const sealed = sealNullRequest(requestKey, machine.account.device, ciphertext.bytes)
    return { envelopeId, recallHash, lifetime: 2, sealed }
  }
}

/** @param prekeyId undefined for the fallback */
function claimable(
  { account }: PeerMachine,
  { link, relay }: Effect<'make-claimables'>,
  expiresAtMs: number,
  prekeyId: number | undefined
): Claimable {
  const { bundle, device, identityKey, name, registrationId } = account
  const key = new Uint8Array(PREKEY_BYTES).fill(5)
  const body = encodeInvitation({
    expiresAtMs,
    isFallback: prekeyId === undefined,
    device,
    registrationId,
    identityKey,
    bundle: {
      ...bundle,
      oneTimePrekey: prekeyId === undefined ? undefined : { id: prekeyId, key }
    },
    requestKey: link.requestKey,
    boxSeed: link.boxSeed,
    relays: link.relays,
    profile: { name }
  })
  const { claimableKey } = linkSecrets(link.linkSecret, relay)
  const blob = sealNullClaimable(claimableKey, body)
  return { blob, expiresAtMs, isFallback: prekeyId === undefined }
}
