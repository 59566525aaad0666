/** What relays have on their disks: within the quotas, adding up, and with nothing in it that says anything. */
import {
  type MailboxQuota,
  parseEnvelope,
  parseMailbox,
  parseTotals,
  type RelayTable,
  type Row
} from '@sealpost/core'
import { bytesToHex, TOMBSTONES_MAX } from '@sealpost/protocol'
import type { SimulatedDisk } from '../disk/simulated-disk.ts'
import type { Scene } from './scene.ts'

const TABLES: readonly RelayTable[] = [
  'mailbox',
  'envelope',
  'envelope-index',
  'expiry',
  'idle-mailbox',
  'doomed-mailbox',
  'link',
  'claimable',
  'claim'
]
/** Every text begins with it. */
export const CANARY = 'canary'
const CANARY_HEX: string = bytesToHex(Uint8Array.from(CANARY, (letter) => letter.charCodeAt(0)))
/** Of an envelope's row, what is not sealed. */
const HEADER_BYTES = 57

interface Found {
  liveCount: number
  liveBytes: number
  tombstoneCount: number
}

export class RelayDisks {
  readonly #scene: Scene
  readonly #quota: MailboxQuota
  /** Any of what no relay may ever have, in hex: one search for all is many times faster than one for each. */
  readonly #secret: RegExp
  /** What was looked at, by disk and table and then by key: rows are never changed in place. */
  readonly #sound = new WeakMap<SimulatedDisk, Map<RelayTable, Map<string, Uint8Array>>>()

  /** @param secrets in hex: names, identities */
  constructor(scene: Scene, quota: MailboxQuota, secrets: readonly string[]) {
    this.#scene = scene
    this.#quota = quota
    this.#secret = new RegExp([CANARY_HEX, ...secrets].join('|'))
  }

  look(): void {
    this.#scene.world.relays.forEach(({ disk }, relay) => {
      this.#counts(relay, disk)
      this.#words(relay, disk)
    })
  }

  #counts(relay: number, disk: SimulatedDisk): void {
    const found = new Map<string, Found>()
    let [count, bytes, tombstones] = [0, 0, 0]
    const firsts = new Map<string, number>()
    const mailboxes = disk.all('mailbox').map(({ key, value }) => {
      const mailbox = parseMailbox(value)
      firsts.set(key, mailbox === 'corrupt' ? 0 : mailbox.firstSequence)
      return { key, mailbox }
    })
    for (const { key, value } of disk.all('envelope')) {
      const [id, envelope] = [key.slice(0, 64), parseEnvelope(value)]
      const first = firsts.get(id)
      if (envelope === 'corrupt' || first === undefined || sequenceOf(key) < first) {
        continue
      }
      const of = found.get(id) ?? { liveCount: 0, liveBytes: 0, tombstoneCount: 0 }
      found.set(id, of)
      of.liveCount += envelope.state === 0 ? 1 : 0
      of.liveBytes += envelope.state === 0 ? envelope.size : 0
      of.tombstoneCount += envelope.state === 0 ? 0 : 1
    }
    for (const { key, mailbox } of mailboxes) {
      if (mailbox === 'corrupt') {
        this.#breach('rows', relay, `mailbox ${key} is corrupt`)
        continue
      }
      const { liveCount, liveBytes, tombstoneCount } = mailbox
      const of = found.get(key) ?? { liveCount: 0, liveBytes: 0, tombstoneCount: 0 }
      const said = { liveCount, liveBytes, tombstoneCount }
      if (JSON.stringify(said) !== JSON.stringify(of)) {
        const says = `mailbox ${key} says ${JSON.stringify(said)} and holds ${JSON.stringify(of)}`
        this.#breach('rows', relay, says)
      }
      const isFull = liveCount > this.#quota.envelopeCountMax || liveBytes > this.#quota.bytesMax
      if (isFull || tombstoneCount > TOMBSTONES_MAX) {
        this.#breach('quota', relay, `mailbox ${key} holds ${JSON.stringify(said)}`)
      }
      count += liveCount
      bytes += liveBytes
      tombstones += tombstoneCount
    }
    this.#totals(relay, disk, [count, bytes, tombstones])
  }

  /** Envelopes, their bytes, tombstones. Those of a destroyed mailbox count until they are swept. */
  #totals(relay: number, disk: SimulatedDisk, found: readonly number[]): void {
    const value = disk.get({ table: 'relay', key: 'totals' })
    const totals = value === undefined ? undefined : parseTotals(value)
    if (totals === 'corrupt') {
      this.#breach('rows', relay, 'the totals are corrupt')
    } else if (totals !== undefined) {
      const { envelopeCount, envelopeBytes, tombstoneCount, mailboxCount } = totals
      const said = [envelopeCount, envelopeBytes, tombstoneCount, mailboxCount]
      const all = [...found, disk.all('mailbox').length]
      if (String(said) !== String(all)) {
        this.#breach('rows', relay, `the totals are ${String(said)}, and there is ${String(all)}`)
      }
    }
  }

  #words(relay: number, disk: SimulatedDisk): void {
    const known = this.#sound.get(disk) ?? new Map<RelayTable, Map<string, Uint8Array>>()
    this.#sound.set(disk, known)
    for (const table of TABLES) {
      const before = known.get(table)
      const rows = disk.all(table)
      known.set(table, new Map(rows.map(({ key, value }) => [key, value])))
      for (const row of rows) {
        if (before?.get(row.key) === row.value) {
          continue
        }
        const [secret] = this.#secret.exec(shownOf(table, row)) ?? []
        if (secret !== undefined) {
          this.#breach('unreadable-at-relays', relay, `${table} ${row.key} has ${secret}`)
        }
      }
    }
  }

  #breach(check: 'rows' | 'quota' | 'unreadable-at-relays', relay: number, says: string): void {
    this.#scene.breach(check, [relay], `relay ${String(relay)}: ${says}`)
  }
}

/** What of a row is not sealed, as hex, its key too. */
function shownOf(table: RelayTable, { key, value }: Row): string {
  const shown = table === 'envelope' ? value.subarray(0, HEADER_BYTES) : value
  const keyHex = bytesToHex(Uint8Array.from(key, (letter) => letter.charCodeAt(0)))
  return `${key} ${keyHex} ${bytesToHex(shown)}`
}

function sequenceOf(key: string): number {
  return Number.parseInt(key.slice(64), 16)
}
