/**
 * What of a backup's rows a restored store has (section 6 of the protocol). A claimable that was handed out since the backup must
 * not be handed out again, so no link comes back; and with the store's id left out the relay draws a new one, on which clients
 * register, publish, destroy and deposit again.
 *
 * It goes by the layout of rows in `core/src/relay/rows.ts`, which no version changes without another `RELAY_STORE_FORMAT`.
 */
import type { StoredRow } from '@sealpost/storage-level'

/** How the relay's machine writes rows. */
export const RELAY_STORE_FORMAT = 1

export type RelayTable = (typeof RELAY_TABLES)[number]
/** Every table of a relay. */
export const RELAY_TABLES = [
  'relay',
  'mailbox',
  'envelope',
  'envelope-index',
  'expiry',
  'idle-mailbox',
  'doomed-mailbox',
  'link',
  'claimable',
  'claim'
] as const

/** A row of a relay's store, and the table it is in. */
export type RelayRow = StoredRow & { readonly table: RelayTable }

/** Digits of the hour or week that begins a key; then comes a letter, `l` for a link. */
const TIME_DIGITS = 8
/** Bytes of the totals, of which the last are how many links there are. */
const TOTALS_BYTES = 31
const LINK_COUNT_AT = 25

/**
 * A row of a backup as a restored store has it.
 *
 * @returns undefined for one that it must not have.
 */
export function restoredRow(row: RelayRow): RelayRow | undefined {
  switch (row.table) {
    case 'link':
    case 'claimable':
    case 'claim':
      return undefined
    case 'doomed-mailbox':
      return row.key.startsWith('m') ? row : undefined
    case 'expiry':
    case 'idle-mailbox':
      return row.key.charAt(TIME_DIGITS) === 'l' ? undefined : row
    case 'relay':
      return restoredSingleton(row)
    case 'mailbox':
    case 'envelope':
    case 'envelope-index':
      return row
  }
}

function restoredSingleton(row: RelayRow): RelayRow | undefined {
  switch (row.key) {
    case 'format':
      return row
    case 'totals':
      // Others are left as they are: whoever opens the store says that they cannot be read.
      return row.value.length === TOTALS_BYTES
        ? { ...row, value: row.value.slice().fill(0, LINK_COUNT_AT) }
        : row
    // The store's id and the challenges are drawn anew.
    default:
      return undefined
  }
}
