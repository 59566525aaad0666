import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { isOperatorError } from '@sealpost/operator'
import fc from 'fast-check'
import {
  BODY_BYTES,
  BODY_BYTES_MAX,
  firstHash,
  MAGIC,
  nextHash,
  PART_KINDS,
  partHead,
  type PartKind,
  signedBytes
} from '../../src/backup/backup-format.ts'
import { signAsNode } from '../../src/backup/node-signature.ts'
import { bytesOf, noise, readAll, ROWS, SEED, testBackup } from './backup-scene.ts'

async function codeOf(read: Promise<unknown>): Promise<string> {
  try {
    await read
    return 'read'
  } catch (error) {
    assert.ok(isOperatorError(error), String(error))
    return error.code
  }
}

/** Parts with right hashes, whatever is in them: what somebody writes who knows the format. */
function forged(parts: readonly (readonly [PartKind | number, Uint8Array])[]): Uint8Array {
  let hash = firstHash()
  const pieces: Uint8Array[] = [MAGIC]
  for (const [kind, body] of parts) {
    const head = partHead(typeof kind === 'number' ? kind : PART_KINDS[kind], body.length)
    hash = nextHash(hash, head, body)
    pieces.push(head, body, hash)
  }
  return new Uint8Array(Buffer.concat(pieces))
}

/** The parts of a whole backup, as kinds and bodies. */
function partsOf(backup: Uint8Array): readonly (readonly [number, Uint8Array])[] {
  const view = Buffer.from(backup)
  const parts: (readonly [number, Uint8Array])[] = []
  for (let at = MAGIC.length; at < view.length;) {
    const end = at + 5 + view.readUInt32BE(at + 1)
    parts.push([view.readUInt8(at), backup.subarray(at + 5, end)])
    at = end + 32
  }
  return parts
}

/** Signed by rita, over whatever came before. */
function signed(parts: readonly (readonly [PartKind | number, Uint8Array])[]): Uint8Array {
  const last = forged(parts).slice(-32)
  return forged([...parts, ['signature', signAsNode(SEED, signedBytes(last))]])
}

describe('a backup', () => {
  it('is read as it was written, however its bytes come', async () => {
    const large = { name: 'audit.log', bytes: noise(BODY_BYTES * 2 + 5) }
    const files = [
      { name: 'node.key', bytes: SEED },
      large,
      { name: 'empty', bytes: new Uint8Array() }
    ]
    const backup = await testBackup({ files })
    for (const chunkBytes of [1_000_003, 4_096]) {
      const parts = await readAll(backup, chunkBytes)
      assert.deepEqual(
        parts.flatMap((part) => (part.kind === 'rows' ? part.rows : [])),
        ROWS
      )
      const pieces = parts.flatMap((part) => (part.kind === 'file' ? [part] : []))
      const read = files.map(({ name }) => ({
        name,
        bytes: new Uint8Array(
          Buffer.concat(pieces.filter((piece) => piece.name === name).map(({ bytes }) => bytes))
        )
      }))
      assert.deepEqual(read, files)
      const end = parts.at(-1)
      assert.ok(end?.kind === 'end')
      assert.equal(end.manifest.rowCount, ROWS.length)
      assert.deepEqual(end.manifest.fileNames, ['node.key', 'audit.log', 'empty'])
    }
  })

  it('is written in parts of bounded size, however many rows there are', async () => {
    const rows = Array.from({ length: 2_000 }, (_, number) => ({
      table: 'envelope' as const,
      key: String(number),
      value: noise(2_000, number)
    }))
    const backup = await testBackup({ rows })
    const sizes = partsOf(backup).map(([, body]) => body.length)
    assert.ok(sizes.length > 7)
    assert.ok(Math.max(...sizes) < BODY_BYTES + 3_000, String(Math.max(...sizes)))
    assert.deepEqual(
      (await readAll(backup)).flatMap((part) => (part.kind === 'rows' ? part.rows : [])),
      rows
    )
  })

  it('is refused with any byte changed', async () => {
    const backup = await testBackup()
    const codes = new Set<string>()
    for (let at = 0; at < backup.length; at++) {
      const flipped = backup.slice()
      flipped[at] = (flipped[at] ?? 0) ^ 0x10
      codes.add(await codeOf(readAll(flipped)))
    }
    assert.deepEqual(
      codes,
      new Set([
        'SEALPOST_BACKUP_FOREIGN',
        'SEALPOST_BACKUP_DAMAGED',
        // A length that grew.
        'SEALPOST_BACKUP_CUT_OFF'
      ])
    )
  })

  it('is refused where it was cut off, wherever that was, and where something follows', async () => {
    const backup = await testBackup()
    for (let length = 0; length < backup.length; length++) {
      const expected = length < MAGIC.length ? 'SEALPOST_BACKUP_FOREIGN' : 'SEALPOST_BACKUP_CUT_OFF'
      assert.equal(await codeOf(readAll(backup.subarray(0, length))), expected, String(length))
    }
    const longer = new Uint8Array(Buffer.concat([backup, new Uint8Array(1)]))
    assert.equal(await codeOf(readAll(longer)), 'SEALPOST_BACKUP_DAMAGED')
  })

  it('is told from a foreign file, and from one of a newer version', async () => {
    assert.equal(await codeOf(readAll(new Uint8Array())), 'SEALPOST_BACKUP_FOREIGN')
    assert.equal(await codeOf(readAll(noise(100_000))), 'SEALPOST_BACKUP_FOREIGN')
    const newer = await testBackup({ header: { format: 2 } })
    assert.equal(await codeOf(readAll(newer)), 'SEALPOST_BACKUP_NEWER')
    const later = forged([['header', bytesOf('{"format":2,"of":"another world"}')]])
    assert.equal(await codeOf(readAll(later)), 'SEALPOST_BACKUP_NEWER')
  })

  it('is refused where another relay signed it', async () => {
    const backup = await testBackup({ seed: new Uint8Array(32).fill(8) })
    assert.equal(await codeOf(readAll(backup)), 'SEALPOST_BACKUP_DAMAGED')
  })

  it('is refused with parts left out, repeated or moved, although every hash is right', async () => {
    const rows = [1, 2, 3].map((number) => ({
      table: 'envelope' as const,
      key: String(number),
      value: noise(BODY_BYTES, number)
    }))
    const parts = partsOf(await testBackup({ rows })).slice(0, -1)
    assert.equal(await codeOf(readAll(signed(parts))), 'read')
    assert.equal(parts.length, 6)
    const [header, file, first, second, third, manifest] = parts
    assert.ok(header && file && first && second && third && manifest)
    for (const changed of [
      [header, file, first, third, manifest],
      [header, file, first, second, second, third, manifest],
      [header, first, second, third, manifest],
      [file, header, first, second, third, manifest],
      [header, file, first, second, third]
    ]) {
      assert.notEqual(await codeOf(readAll(signed(changed))), 'read')
    }
  })

  it('is refused where it claims more than there can be', async () => {
    const [header] = partsOf(await testBackup())
    assert.ok(header)
    const name = (text: string): Uint8Array => bytesOf(String.fromCharCode(text.length) + text)
    const row = (table: number, keyLength: number, valueLength: number): Uint8Array => {
      const head = Buffer.alloc(7)
      head.writeUInt8(table)
      head.writeUInt16BE(keyLength, 1)
      head.writeUInt32BE(valueLength, 3)
      return head
    }
    const hostile: readonly (readonly [PartKind | number, Uint8Array])[] = [
      ['file', name('../node.key')],
      ['file', name('/etc/passwd')],
      ['file', name('.bashrc')],
      ['file', name('a/b')],
      ['file', name('')],
      ['file', new Uint8Array()],
      ['file', Uint8Array.of(200, 97)],
      ['rows', row(10, 0, 0)],
      ['rows', row(0, 0, 1)],
      ['rows', row(0, 60_000, 0)],
      ['rows', row(0, 0, 0xffff_ffff)],
      ['rows', row(0, 0, 0).subarray(0, 3)],
      ['manifest', bytesOf('{}')],
      ['manifest', bytesOf('[]')],
      ['manifest', bytesOf('no JSON')],
      ['signature', new Uint8Array(64)],
      ['header', header[1]],
      [0, new Uint8Array()],
      [9, new Uint8Array()]
    ]
    for (const part of hostile) {
      assert.equal(await codeOf(readAll(signed([header, part]))), 'SEALPOST_BACKUP_DAMAGED')
    }
    const long = Buffer.concat([forged([header]), partHead(PART_KINDS.rows, BODY_BYTES_MAX + 1)])
    assert.equal(await codeOf(readAll(long)), 'SEALPOST_BACKUP_DAMAGED')
    for (const text of ['null', '3', '{"format":0}', '{"format":1}', `"${'x'.repeat(70_000)}"`]) {
      assert.equal(
        await codeOf(readAll(forged([['header', bytesOf(text)]]))),
        'SEALPOST_BACKUP_DAMAGED'
      )
    }
  })

  it('gives typed refusals for whatever stands in its parts', async () => {
    const kind = fc.constantFrom<PartKind>('header', 'file', 'rows', 'manifest', 'signature')
    const part = fc.tuple(kind, fc.uint8Array({ maxLength: 200 }))
    const [header] = partsOf(await testBackup())
    assert.ok(header)
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 4 }), async (parts) => {
        assert.notEqual(await codeOf(readAll(forged([header, ...parts]))), 'read')
      }),
      { numRuns: 300 }
    )
  })

  it('has hashes that anybody can compute', async () => {
    const backup = await testBackup()
    const [[kind, body] = [0, new Uint8Array()]] = partsOf(backup)
    const first = createHash('sha256').update(MAGIC).digest()
    const hash = createHash('sha256').update(first).update(partHead(kind, body.length)).update(body)
    const at = MAGIC.length + 5 + body.length
    assert.deepEqual(Buffer.from(backup.subarray(at, at + 32)), hash.digest())
  })
})
