/**
 * What a backup is, in bytes: one file, written and read in one pass.
 *
 * ```
 *   magic | header | file ... | rows ... | manifest | signature | end of file
 *
 *   each of these:  1 kind | 4 length of the body, big-endian | body | 32 hash
 *   hash = SHA-256(hash before | kind | length | body), the first one behind SHA-256(magic)
 * ```
 *
 * The hashes are a chain, and no tree: nobody needs to prove one part alone, and a chain shows at each part, before anything is
 * made of it, that no byte so far was changed, left out, repeated or moved. The signature of the relay's node key stands over
 * the last hash, and so over everything.
 */
import { createHash } from 'node:crypto'
import type { RelayTable } from './restored-rows.ts'

/** The first bytes of every backup that is not encrypted. */
export const MAGIC: Uint8Array = new TextEncoder().encode('sealpost-relay-backup\n')
/** What this version writes. An older one is read, a newer one refused. */
export const BACKUP_FORMAT = 1

export const HASH_BYTES = 32
export const SIGNATURE_BYTES = 64
/** Kind and length. */
export const PART_HEAD_BYTES = 5
/** A body is no longer than this. */
export const BODY_BYTES_MAX: number = 2 * 1024 * 1024
/** Rows and pieces of files gather up to this before they are written as one part. */
export const BODY_BYTES: number = 512 * 1024
/** Of the header and of the manifest. */
export const JSON_BYTES_MAX: number = 64 * 1024

/** Of one row; the largest that a relay has is an envelope of 64 KiB. */
export const KEY_BYTES_MAX = 512
export const VALUE_BYTES_MAX: number = 1024 * 1024
/** Of one file beside the store, and of all of them. */
export const FILE_BYTES_MAX: number = 64 * 1024 * 1024
export const FILES_BYTES_MAX: number = 256 * 1024 * 1024
export const FILE_COUNT_MAX = 64

export type PartKind = 'header' | 'file' | 'rows' | 'manifest' | 'signature'
/** What follows the magic bytes. A number is never used again for something else. */
export const PART_KINDS: Readonly<Record<PartKind, number>> = {
  header: 1,
  file: 2,
  rows: 3,
  manifest: 4,
  signature: 5
}

/** The first part: what the rest is. */
export interface BackupHeader {
  readonly format: number
  /** The relay's. */
  readonly peerId: string
  /** Of the program that made it. */
  readonly version: string
  readonly madeAtMs: number
  /** How rows lie in LevelDB. */
  readonly levelFormat: number
  /** How the relay writes rows. */
  readonly storeFormat: number
  /** Rows name their table by its place here. */
  readonly tables: readonly RelayTable[]
}

/** The last part: what must have come before it. */
export interface BackupManifest {
  /** Rows of each table. */
  readonly rowCounts: Readonly<Partial<Record<RelayTable, number>>>
  readonly rowCount: number
  /** Of keys and values. */
  readonly rowBytes: number
  readonly fileNames: readonly string[]
  /** Parts before this one. */
  readonly partCount: number
  readonly endedAtMs: number
}

/** A name of a file of the data directory that a backup may hold, and a restore may make. */
export const FILE_NAME: RegExp = /^[a-z][a-z0-9-]{0,31}(?:\.[a-z0-9-]{1,16}){0,3}$/

/** The hash that the first part goes on from. */
export function firstHash(): Uint8Array {
  return new Uint8Array(createHash('sha256').update(MAGIC).digest())
}

/** Kind and length of a part. */
export function partHead(kind: number, length: number): Uint8Array {
  const head = new Uint8Array(PART_HEAD_BYTES)
  const view = new DataView(head.buffer)
  view.setUint8(0, kind)
  view.setUint32(1, length)
  return head
}

/** The hash behind a part. */
export function nextHash(hash: Uint8Array, head: Uint8Array, body: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(hash).update(head).update(body).digest())
}

/** What is signed: nothing else that the node key signs begins so. */
export function signedBytes(hash: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from('sealpost/1/relay-backup'), hash])
}
