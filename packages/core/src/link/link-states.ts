/**
 * A link of the account between its row and the word in which its devices tell each other of it, and what of two words counts.
 *
 * ```
 *   new < published < expired < revoked < used      the key: once forgotten, for ever      serving: as last named
 * ```
 * Merging gives the same whatever order words come in, and however often.
 */
import { create } from '@bufbuild/protobuf'
import {
  type DeviceNumber,
  equalBytes,
  type IdentityKey,
  type LinkStage,
  type LinkState,
  parseDeviceNumber
} from '@sealpost/protocol'
import {
  type InvitationRow,
  InvitationRowSchema,
  InvitationState,
  PublishedRelaySchema
} from '@sealpost/protocol/home'
import { relayOfRow, relayRow } from '../peer/account.ts'

const STATES: Readonly<Record<LinkStage, InvitationState>> = {
  new: InvitationState.NEW,
  published: InvitationState.PUBLISHED,
  used: InvitationState.USED,
  expired: InvitationState.EXPIRED,
  revoked: InvitationState.REVOKED,
  closed: InvitationState.CLOSED
}

/** Of two states the later one counts. Who used a link is a contact by now: nothing else that was decided undoes that. */
const ORDER: readonly InvitationState[] = [
  InvitationState.NEW,
  InvitationState.PUBLISHED,
  InvitationState.EXPIRED,
  InvitationState.REVOKED,
  InvitationState.USED
]

/** Whether a link is used, expired, revoked or closed. */
export function isEnded({ state }: Pick<InvitationRow, 'state'>): boolean {
  return state !== InvitationState.NEW && state !== InvitationState.PUBLISHED
}

/** What a row says of a link; `device` is this one, which serves those of which nothing else is said. */
export function linkStateOf(id: string, row: InvitationRow, device: DeviceNumber): LinkState {
  const stage = (Object.keys(STATES) as LinkStage[]).find((name) => STATES[name] === row.state)
  return {
    id,
    kind: row.isPublic ? 'public' : 'one-time',
    linkSecret: row.linkSecret,
    boxSeed: row.boxSeed,
    requestSecretKey: row.requestSecretKey,
    link: row.link,
    createdAtMs: row.createdAtMs,
    expiresAtMs: row.expiresAtMs,
    state: stage ?? 'closed',
    usedBy: row.usedBy === '' ? undefined : (row.usedBy as IdentityKey),
    endedAtMs: row.endedAtMs,
    servingDevice: parseDeviceNumber(row.servingDevice) ?? device,
    relays: row.relays.map(({ relay }) => relayOfRow(relay)),
    changedAtMs: row.changedAtMs
  }
}

/**
 * The row of a link that another device made: no relay is said to hold anything for this one.
 *
 * @param requestKey the public half of its request key; undefined for a link that is closed.
 */
export function rowOfLinkState(link: LinkState, requestKey: Uint8Array | undefined): InvitationRow {
  return create(InvitationRowSchema, {
    linkSecret: link.linkSecret,
    boxSeed: link.boxSeed,
    requestSecretKey: link.requestSecretKey,
    requestKey: requestKey ?? new Uint8Array(0),
    createdAtMs: link.createdAtMs,
    expiresAtMs: link.expiresAtMs,
    state: STATES[link.state],
    relays: link.relays.map((relay) => create(PublishedRelaySchema, { relay: relayRow(relay) })),
    usedBy: link.usedBy ?? '',
    endedAtMs: link.endedAtMs,
    link: link.link,
    isPublic: link.kind === 'public',
    servingDevice: link.servingDevice,
    changedAtMs: link.changedAtMs
  })
}

/** What of a link was news. */
export interface LinkNews {
  /** Whether its state is another, or when or by whom it was ended. */
  readonly isState: boolean
  readonly isServing: boolean
  /** Whether its key is forgotten elsewhere: it is not taken out of the row here. */
  readonly isClosed: boolean
}

const NOTHING: LinkNews = { isState: false, isServing: false, isClosed: false }

/** Takes into a row what another device says of the link. A word about another link, under the same name, says nothing. */
export function mergeLink(row: InvitationRow, given: LinkState): LinkNews {
  const isSame =
    equalBytes(row.linkSecret, given.linkSecret) && equalBytes(row.boxSeed, given.boxSeed)
  if (!isSame) {
    return NOTHING
  }
  const isState = isLaterState(row, given)
  if (isState) {
    row.state = STATES[given.state]
    row.endedAtMs = given.endedAtMs
    row.usedBy = given.usedBy ?? ''
  }
  const isServing =
    given.changedAtMs === row.changedAtMs
      ? given.servingDevice < row.servingDevice
      : given.changedAtMs > row.changedAtMs
  if (isServing) {
    row.servingDevice = given.servingDevice
    row.changedAtMs = given.changedAtMs
  }
  const isForgotten = given.requestSecretKey.length === 0 && row.requestSecretKey.length > 0
  return { isState, isServing, isClosed: isForgotten && isEnded(row) }
}

/** Of two ends of one kind the earlier one counts. */
function isLaterState(row: InvitationRow, given: LinkState): boolean {
  const [known, said] = [ORDER.indexOf(row.state), ORDER.indexOf(STATES[given.state])]
  if (said !== known || !isEnded(row)) {
    return said > known
  }
  return given.endedAtMs === row.endedAtMs
    ? (given.usedBy ?? '') < row.usedBy
    : given.endedAtMs < row.endedAtMs
}
