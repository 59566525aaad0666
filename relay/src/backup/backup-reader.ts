import { OperatorError } from '@sealpost/operator'
import { equalBytes, peerIdTextToNodeKey } from '@sealpost/protocol'
import {
  BODY_BYTES_MAX,
  type BackupHeader,
  type BackupManifest,
  FILE_BYTES_MAX,
  FILE_COUNT_MAX,
  FILE_NAME,
  FILES_BYTES_MAX,
  firstHash,
  HASH_BYTES,
  JSON_BYTES_MAX,
  KEY_BYTES_MAX,
  MAGIC,
  nextHash,
  PART_HEAD_BYTES,
  PART_KINDS,
  SIGNATURE_BYTES,
  signedBytes,
  VALUE_BYTES_MAX
} from './backup-format.ts'
import { parseHeader, parseManifest } from './backup-json.ts'
import { ByteQueue } from './byte-queue.ts'
import type { RelayRow, RelayTable } from './restored-rows.ts'
import { isSignedByNode } from './node-signature.ts'

/** What a backup holds, in the order in which it comes. */
export type BackupPart =
  | { readonly kind: 'header'; readonly header: BackupHeader }
  /** A piece of a file; pieces of one file follow each other. */
  | { readonly kind: 'file'; readonly name: string; readonly bytes: Uint8Array }
  | { readonly kind: 'rows'; readonly rows: readonly RelayRow[] }
  /** The last one: everything before it is whole, and signed by the relay that the header names. */
  | { readonly kind: 'end'; readonly manifest: BackupManifest }

/**
 * Reads a backup. Each part was checked against the hashes before it is given; only `end` says that all of it is there.
 *
 * @throws OperatorError `SEALPOST_BACKUP_FOREIGN`, `_NEWER`, `_CUT_OFF`, `_DAMAGED`; and whatever `source` throws
 */
export async function* readBackup(
  source: AsyncIterable<Uint8Array>
): AsyncGenerator<BackupPart, void, undefined> {
  const bytes = new ByteQueue(source)
  try {
    await readMagic(bytes)
    yield* readParts(bytes)
  } finally {
    await bytes.close()
  }
}

async function readMagic(bytes: ByteQueue): Promise<void> {
  const magic = await bytes.take(MAGIC.length)
  if (magic === undefined || !equalBytes(magic, MAGIC)) {
    throw new OperatorError('SEALPOST_BACKUP_FOREIGN')
  }
}

async function* readParts(bytes: ByteQueue): AsyncGenerator<BackupPart, void, undefined> {
  const chain = new Chain(bytes)
  const header = parseHeader(await chain.body('header', JSON_BYTES_MAX))
  yield { kind: 'header', header }
  const counts = new Counts()
  for (;;) {
    const { kind, body } = await chain.next()
    counts.partCount++
    switch (kind) {
      case PART_KINDS.file: {
        const file = readFilePiece(body)
        counts.addFile(file)
        yield { kind: 'file', ...file }
        break
      }
      case PART_KINDS.rows: {
        const rows = readRows(body, header.tables)
        counts.addRows(rows)
        yield { kind: 'rows', rows }
        break
      }
      case PART_KINDS.manifest: {
        const manifest = parseManifest(body)
        counts.check(manifest)
        await readSignature(chain, header)
        await bytes.requireEnd()
        yield { kind: 'end', manifest }
        return
      }
      default:
        throw damaged()
    }
  }
}

async function readSignature(chain: Chain, { peerId }: BackupHeader): Promise<void> {
  const signed = signedBytes(chain.hash)
  const signature = await chain.body('signature', SIGNATURE_BYTES)
  const nodeKey = peerIdTextToNodeKey(peerId)
  if (nodeKey === undefined || !isSignedByNode(nodeKey, signed, signature)) {
    throw new OperatorError(
      'SEALPOST_BACKUP_DAMAGED',
      'The backup is not signed by the relay that it names; use another.'
    )
  }
}

/** Parts, each checked against the hash behind it. */
class Chain {
  readonly #bytes: ByteQueue
  hash: Uint8Array = firstHash()

  constructor(bytes: ByteQueue) {
    this.#bytes = bytes
  }

  async next(): Promise<{ readonly kind: number; readonly body: Uint8Array }> {
    const head = await this.#take(PART_HEAD_BYTES)
    const view = new DataView(head.buffer, head.byteOffset, head.length)
    const length = view.getUint32(1)
    if (length > BODY_BYTES_MAX) {
      throw damaged()
    }
    const body = await this.#take(length)
    this.hash = nextHash(this.hash, head, body)
    if (!equalBytes(await this.#take(HASH_BYTES), this.hash)) {
      throw damaged()
    }
    return { kind: view.getUint8(0), body }
  }

  /** A part that must be of this kind. */
  async body(kind: keyof typeof PART_KINDS, bytesMax: number): Promise<Uint8Array> {
    const part = await this.next()
    if (part.kind !== PART_KINDS[kind] || part.body.length > bytesMax) {
      throw damaged()
    }
    return part.body
  }

  async #take(length: number): Promise<Uint8Array> {
    const taken = await this.#bytes.take(length)
    if (taken === undefined) {
      throw new OperatorError('SEALPOST_BACKUP_CUT_OFF')
    }
    return taken
  }
}

/** What came, to be compared with what the manifest says. */
class Counts {
  partCount = 0
  readonly #files = new Map<string, number>()
  readonly #rows = new Map<RelayTable, number>()
  #fileBytes = 0
  #rowBytes = 0
  #lastFile: string | undefined

  addFile({ name, bytes }: { readonly name: string; readonly bytes: Uint8Array }): void {
    const known = this.#files.get(name)
    // Pieces of one file lie together.
    if (known !== undefined && this.#lastFile !== name) {
      throw damaged()
    }
    const fileBytes = (known ?? 0) + bytes.length
    this.#lastFile = name
    this.#files.set(name, fileBytes)
    this.#fileBytes += bytes.length
    if (
      fileBytes > FILE_BYTES_MAX ||
      this.#fileBytes > FILES_BYTES_MAX ||
      this.#files.size > FILE_COUNT_MAX
    ) {
      throw damaged()
    }
  }

  addRows(rows: readonly RelayRow[]): void {
    for (const { table, key, value } of rows) {
      this.#rows.set(table, (this.#rows.get(table) ?? 0) + 1)
      this.#rowBytes += key.length + value.length
    }
  }

  check(manifest: BackupManifest): void {
    const rowCount = [...this.#rows.values()].reduce((sum, count) => sum + count, 0)
    const isSame =
      // The manifest itself was counted, the header was not.
      manifest.partCount === this.partCount &&
      manifest.rowCount === rowCount &&
      manifest.rowBytes === this.#rowBytes &&
      manifest.fileNames.join('/') === [...this.#files.keys()].join('/') &&
      Object.entries(manifest.rowCounts).length === this.#rows.size &&
      [...this.#rows].every(([table, count]) => manifest.rowCounts[table] === count)
    if (!isSame) {
      throw damaged()
    }
  }
}

function readFilePiece(body: Uint8Array): { readonly name: string; readonly bytes: Uint8Array } {
  const nameLength = body[0] ?? 0
  const name = Buffer.from(body.subarray(1, 1 + nameLength)).toString('latin1')
  if (name.length !== nameLength || !FILE_NAME.test(name)) {
    throw damaged()
  }
  return { name, bytes: body.subarray(1 + nameLength) }
}

function readRows(body: Uint8Array, tables: readonly RelayTable[]): readonly RelayRow[] {
  const buffer = Buffer.from(body.buffer, body.byteOffset, body.length)
  const rows: RelayRow[] = []
  let at = 0
  while (at < buffer.length) {
    if (at + 3 > buffer.length) {
      throw damaged()
    }
    const table = tables[buffer.readUInt8(at)]
    const keyLength = buffer.readUInt16BE(at + 1)
    const valueAt = at + 3 + keyLength + 4
    if (table === undefined || keyLength > KEY_BYTES_MAX || valueAt > buffer.length) {
      throw damaged()
    }
    const valueLength = buffer.readUInt32BE(valueAt - 4)
    const end = valueAt + valueLength
    if (valueLength > VALUE_BYTES_MAX || end > buffer.length) {
      throw damaged()
    }
    const key = buffer.toString('utf8', at + 3, valueAt - 4)
    rows.push({ table, key, value: body.subarray(valueAt, end) })
    at = end
  }
  return rows
}

function damaged(): OperatorError {
  return new OperatorError('SEALPOST_BACKUP_DAMAGED')
}
