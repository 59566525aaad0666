/** Backups in memory, of a relay that never was. */
import type { StoredRow } from '@sealpost/storage-level'
import { seededRandom } from '@sealpost/host/testing'
import { nodeKeyToPeerIdText } from '@sealpost/protocol'
import { nodeKeyOfSeed } from '@sealpost/transport-libp2p'
import { type BackupHeader } from '../../src/backup/backup-format.ts'
import { type BackupPart, readBackup } from '../../src/backup/backup-reader.ts'
import { type BackupFile, writeBackup } from '../../src/backup/backup-writer.ts'
import { RELAY_TABLES } from '../../src/backup/restored-rows.ts'
import { signAsNode } from '../../src/backup/node-signature.ts'

/** Rita's node seed. */
export const SEED: Uint8Array = new Uint8Array(32).fill(7)
const MADE_AT_MS = 1_795_000_000_000

/** What a test's backup has, where it does not say. */
export interface TestContents {
  readonly header?: Partial<BackupHeader>
  readonly files?: readonly BackupFile[]
  readonly rows?: readonly StoredRow[]
  readonly seed?: Uint8Array
}

/** Rows of every table. */
export const ROWS: readonly StoredRow[] = RELAY_TABLES.map((table, number) => ({
  table,
  key: `${table}-${String(number)}`,
  value: new Uint8Array(number * 3).fill(number)
}))

export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

export async function* stream<Value>(values: readonly Value[]): AsyncGenerator<Value> {
  yield* values
}

/** A whole backup. */
export async function testBackup(contents: TestContents = {}): Promise<Uint8Array> {
  const seed = contents.seed ?? SEED
  const chunks: Uint8Array[] = []
  const bytes = writeBackup({
    header: {
      format: 1,
      peerId: nodeKeyToPeerIdText(await nodeKeyOfSeed(SEED)),
      version: '0.1.0',
      madeAtMs: MADE_AT_MS,
      levelFormat: 1,
      storeFormat: 1,
      ...contents.header
    },
    files: stream(contents.files ?? [{ name: 'node.key', bytes: SEED }]),
    rows: stream([contents.rows ?? ROWS]),
    endedAtMs: () => MADE_AT_MS + 5,
    sign: (signed) => signAsNode(seed, signed)
  })
  for await (const chunk of bytes) {
    chunks.push(chunk)
  }
  return new Uint8Array(Buffer.concat(chunks))
}

/** Reads bytes as they might come from a disk. */
export async function readAll(
  bytes: Uint8Array,
  chunkBytes = 1_000
): Promise<readonly BackupPart[]> {
  const chunks: Uint8Array[] = []
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    chunks.push(bytes.subarray(at, at + chunkBytes))
  }
  const parts: BackupPart[] = []
  for await (const part of readBackup(stream(chunks))) {
    parts.push(part)
  }
  return parts
}

/** As many bytes, the same each time. */
export function noise(count: number, seed = 1): Uint8Array {
  return seededRandom(seed).bytes(count)
}
