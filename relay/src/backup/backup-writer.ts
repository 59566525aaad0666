import type { StoredRow } from '@sealpost/storage-level'
import { OperatorError } from '@sealpost/operator'
import {
  type BackupHeader,
  type BackupManifest,
  BODY_BYTES,
  firstHash,
  HASH_BYTES,
  MAGIC,
  nextHash,
  PART_KINDS,
  partHead,
  type PartKind,
  signedBytes
} from './backup-format.ts'
import { RELAY_TABLES } from './restored-rows.ts'

/** A file of the data directory, whole. */
export interface BackupFile {
  readonly name: string
  readonly bytes: Uint8Array
}

/** What goes into a backup, in this order. */
export interface BackupContents {
  readonly header: Omit<BackupHeader, 'tables'>
  readonly files: AsyncIterable<BackupFile>
  readonly rows: AsyncIterable<readonly StoredRow[]>
  readonly endedAtMs: () => number
  readonly sign: (bytes: Uint8Array) => Uint8Array
}

/**
 * The bytes of a backup, as they come about. The last step has none left but returns the manifest.
 *
 * @throws whatever the contents throw; OperatorError `SEALPOST_BACKUP_FAILED` for a row that is no relay's
 */
export async function* writeBackup(
  contents: BackupContents
): AsyncGenerator<Uint8Array, BackupManifest, undefined> {
  const parts = new Parts()
  const counts = new Counts()
  yield MAGIC
  yield parts.make('header', jsonBytes({ ...contents.header, tables: RELAY_TABLES }))
  for await (const file of contents.files) {
    counts.fileNames.push(file.name)
    for (const body of fileBodies(file)) {
      yield parts.make('file', body)
    }
  }
  const pending = new RowBody()
  for await (const rows of contents.rows) {
    for (const row of rows) {
      counts.add(row)
      pending.add(row)
      if (pending.byteLength >= BODY_BYTES) {
        yield parts.make('rows', pending.take())
      }
    }
  }
  if (pending.byteLength > 0) {
    yield parts.make('rows', pending.take())
  }
  const manifest = counts.manifest(parts.count, contents.endedAtMs())
  yield parts.make('manifest', jsonBytes(manifest))
  yield parts.make('signature', contents.sign(signedBytes(parts.hash)))
  return manifest
}

class Parts {
  hash: Uint8Array = firstHash()
  count = 0

  make(kind: PartKind, body: Uint8Array): Uint8Array {
    const head = partHead(PART_KINDS[kind], body.length)
    this.hash = nextHash(this.hash, head, body)
    this.count++
    const part = new Uint8Array(head.length + body.length + HASH_BYTES)
    part.set(head)
    part.set(body, head.length)
    part.set(this.hash, head.length + body.length)
    return part
  }
}

class Counts {
  readonly fileNames: string[] = []
  readonly #rowCounts: Record<string, number> = {}
  #rowCount = 0
  #rowBytes = 0

  add({ table, key, value }: StoredRow): void {
    this.#rowCounts[table] = (this.#rowCounts[table] ?? 0) + 1
    this.#rowCount++
    this.#rowBytes += key.length + value.length
  }

  manifest(partCount: number, endedAtMs: number): BackupManifest {
    return {
      rowCounts: this.#rowCounts,
      rowCount: this.#rowCount,
      rowBytes: this.#rowBytes,
      fileNames: this.fileNames,
      partCount,
      endedAtMs
    }
  }
}

/** Rows one behind another: 1 place of the table, 2 length of the key, key, 4 length of the value, value. */
class RowBody {
  #pieces: Uint8Array[] = []
  byteLength = 0

  add({ table, key, value }: StoredRow): void {
    const place = RELAY_TABLES.findIndex((name) => name === table)
    if (place === -1) {
      throw new OperatorError('SEALPOST_BACKUP_FAILED', 'The store has rows that are no relay’s.')
    }
    const keyBytes = Buffer.from(key)
    const head = Buffer.alloc(3 + keyBytes.length + 4)
    head.writeUInt8(place, 0)
    head.writeUInt16BE(keyBytes.length, 1)
    keyBytes.copy(head, 3)
    head.writeUInt32BE(value.length, 3 + keyBytes.length)
    this.#pieces.push(head, value)
    this.byteLength += head.length + value.length
  }

  take(): Uint8Array {
    const body = Buffer.concat(this.#pieces, this.byteLength)
    this.#pieces = []
    this.byteLength = 0
    return body
  }
}

/** 1 length of the name, name, bytes; a file of several pieces has its name on each. */
function* fileBodies({ name, bytes }: BackupFile): Generator<Uint8Array, void, undefined> {
  const head = Buffer.from(` ${name}`)
  head.writeUInt8(name.length, 0)
  let at = 0
  do {
    yield Buffer.concat([head, bytes.subarray(at, at + BODY_BYTES)])
    at += BODY_BYTES
  } while (at < bytes.length)
}

function jsonBytes(value: object): Uint8Array {
  return Buffer.from(JSON.stringify(value))
}
