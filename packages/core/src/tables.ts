/**
 * The tables of a store. A row is named by its table and a key; keys of one table sort by their UTF-16 code units, which for the
 * hex and digits they are made of is the order of bytes. How a table is laid out on a disk is the adapter's business.
 */

/** What a relay stores; `relay/rows.ts` says what each row holds. */
export type RelayTable =
  | 'relay'
  | 'mailbox'
  | 'envelope'
  | 'envelope-index'
  | 'expiry'
  | 'idle-mailbox'
  | 'doomed-mailbox'
  | 'link'
  | 'claimable'
  | 'claim'

/** What a person's home stores; `peer/rows.ts` says what each row holds. */
export type PeerTable =
  | 'vault'
  | 'account'
  | 'contact'
  | 'own-address'
  | 'destroyed-mailbox'
  | 'their-address'
  | 'progress'
  | 'message'
  | 'message-index'
  | 'unread'
  | 'seen'
  | 'seen-week'
  | 'outbox'
  | 'receipt'
  | 'recall'
  | 'withdrawal'
  | 'pending-word'
  | 'fade'
  | 'star'
  | 'invitation'
  | 'claimed-link'
  | 'declined-request'
  | 'known-relay'
  | 'session'
  | 'trusted-identity'
  | 'one-time-prekey'
  | 'signed-prekey'
  | 'kyber-prekey'
  | 'kyber-prekey-use'
  | 'sender-key'

export type TableName = RelayTable | PeerTable

/** Tables that are read in order of their keys. Keys of all others are only looked up, so a vault may blind them. */
export const ORDERED_TABLES: ReadonlySet<TableName> = new Set<TableName>([
  'envelope',
  'envelope-index',
  'expiry',
  'idle-mailbox',
  'doomed-mailbox',
  'claimable',
  'claim',
  'contact',
  'own-address',
  'destroyed-mailbox',
  'their-address',
  'progress',
  'message',
  'unread',
  'seen-week',
  'outbox',
  'receipt',
  'recall',
  'withdrawal',
  'pending-word',
  'fade',
  'star',
  'invitation',
  'claimed-link',
  'declined-request',
  'known-relay',
  'one-time-prekey',
  'signed-prekey',
  'kyber-prekey',
  'kyber-prekey-use'
])

/** A row's name. */
export interface RowKey {
  readonly table: TableName
  readonly key: string
}

/** A row of a range. */
export interface Row {
  readonly key: string
  readonly value: Uint8Array
}

/** Rows of one table with `from <= key < to`, ascending (or descending where `isReversed`), at most `limit` of them. */
export interface RangeQuery {
  readonly table: TableName
  readonly from: string
  readonly to: string
  /** 1 and up. */
  readonly limit: number
  readonly isReversed?: boolean
}

/** Sets a row. */
export interface Write extends RowKey {
  readonly type: 'write'
  readonly value: Uint8Array
}

/** Removes a row; one that is not there is no error. */
export interface Erase extends RowKey {
  readonly type: 'erase'
}

/** What a batch is made of. Of two for one row the later one counts. */
export type Mutation = Write | Erase
