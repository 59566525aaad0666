import assert from 'node:assert/strict'
import { xchacha20poly1305 } from '@noble/ciphers/chacha.js'
import { argon2id } from '@noble/hashes/argon2.js'
import { expand } from '@noble/hashes/hkdf.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { bigEndian, bytesToHex, concatBytes, utf8ToBytes } from '@sealpost/protocol'
import fc from 'fast-check'
import { BackupCipher } from '../src/backup-cipher.ts'
import { ChunkSealer } from '../src/backup-sealer.ts'
import {
  BACKUP_HEADER_BYTES,
  createBackupOpener,
  createBackupSealer,
  makeRecoveryPhrase,
  RECOVERY_PHRASE_COST
} from '../src/index.ts'
import {
  CHEAP_COST,
  CONTENT_BYTES,
  PASSPHRASE,
  SEALED_BYTES,
  openedFile,
  readAll,
  sealedFile
} from './backup-files.ts'
import { seededRandom } from './seeded-random.ts'

const random = seededRandom('backup')
/** A small file and one of three chunks under `PASSPHRASE`: what was once written must open for ever. */
const KNOWN = {
  header:
    '5350424b0100000020000000000101ead942ad9186c6196998b4aad0b7be5bc123f3aa9513de3a63dfdd9e61d2b761c8f1a333d5c26b6820e025969ab701de2055e733c2d760e5a9e4525783f218e873534386',
  firstBytes: '9f854a5466e1d14f8f6c8ef9e331bb7e47c33bec75e73f9e9a9b224183b636aa',
  tag: 'f57a0a4cae7ccd6bd9cc239bdb857a14',
  sha256: 'c32bd35fcec13013f4ff52b1fc4084d26c641d4584fc913e7072f23093129120',
  sha256OfThreeChunks: 'f070398764bc51600ac00f4842282a371790344ef4aee3e3d21a643bac7b400e'
}
const USAGE = { name: 'UsageError', code: 'SEALPOST_USAGE' }

function cheapSealer(seed: string): ReturnType<typeof createBackupSealer> {
  return createBackupSealer({ passphrase: PASSPHRASE, cost: CHEAP_COST }, seededRandom(seed))
}

describe('a backup file', () => {
  it('gives back what was sealed, in whatever parts both are pushed', async () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 150_000 }), { minLength: 1, maxLength: 9 })
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 4 * CONTENT_BYTES }),
        sizes,
        sizes,
        async (length, sealSizes, openSizes) => {
          const content = seededRandom(String(length)).bytes(length)
          const file = await sealedFile(content, random, sealSizes)
          assert.deepEqual(await openedFile(file, PASSPHRASE, openSizes), content)
        }
      ),
      { numRuns: 25 }
    )
  })

  it('gives back content of every size about a chunk, pushed byte by byte too', async () => {
    for (const length of [0, 1, CONTENT_BYTES - 1, CONTENT_BYTES, CONTENT_BYTES + 1]) {
      const content = random.bytes(length)
      const file = await sealedFile(content, random, [1])
      assert.deepEqual(await openedFile(file, PASSPHRASE, [1]), content, String(length))
    }
  })

  it('is the same however its content is pushed', async () => {
    const content = random.bytes(3 * CONTENT_BYTES)
    const whole = await sealedFile(content, seededRandom('same'))
    for (const size of [1_000, CONTENT_BYTES - 1, CONTENT_BYTES, CONTENT_BYTES + 1]) {
      assert.deepEqual(await sealedFile(content, seededRandom('same'), [size]), whole)
    }
  })

  it('is a header and full chunks, and one chunk more for one byte more', async () => {
    assert.equal(BACKUP_HEADER_BYTES, 83)
    const sizes = [
      [0, 1],
      [1, 1],
      [CONTENT_BYTES, 1],
      [CONTENT_BYTES + 1, 2],
      [2 * CONTENT_BYTES, 2],
      [2 * CONTENT_BYTES + 1, 3]
    ] as const
    for (const [length, chunks] of sizes) {
      const file = await sealedFile(new Uint8Array(length), random)
      assert.equal(file.length, BACKUP_HEADER_BYTES + chunks * SEALED_BYTES, String(length))
    }
  })

  it('is padded with whole chunks from 64 of them on', async () => {
    const content = random.bytes(64 * CONTENT_BYTES + 1)
    const file = await sealedFile(content, random)
    assert.equal(file.length, BACKUP_HEADER_BYTES + 66 * SEALED_BYTES)
    assert.deepEqual(await openedFile(file), content)
  })

  it('says nothing of two files with one passphrase and content', async () => {
    const content = random.bytes(100)
    const [one, two] = [await sealedFile(content, random), await sealedFile(content, random)]
    assert.deepEqual(one.subarray(0, 15), two.subarray(0, 15))
    for (const [from, to] of [
      [15, 31],
      [31, 47],
      [47, 79],
      [83, 115]
    ]) {
      assert.notDeepEqual(one.subarray(from, to), two.subarray(from, to))
    }
  })

  it('opens with a recovery phrase', async () => {
    const passphrase = makeRecoveryPhrase(random)
    const sealer = await createBackupSealer({ passphrase, cost: RECOVERY_PHRASE_COST }, random)
    const body = concatBytes(...sealer.push(Uint8Array.of(1, 2, 3)), ...sealer.finish())
    const opener = await createBackupOpener(sealer.header, passphrase)
    assert.deepEqual(readAll(opener, body), Uint8Array.of(1, 2, 3))
  })

  it('costs what a vault costs, unless told otherwise', async () => {
    const sealer = await createBackupSealer({ passphrase: PASSPHRASE }, random)
    assert.deepEqual(sealer.header.subarray(6, 15), Uint8Array.of(0, 1, 0, 0, 0, 0, 0, 3, 1))
    sealer.discard()
  })
})

describe('the format of a backup file', () => {
  const content = utf8ToBytes('alice and bob talk')

  it('stands as its known answer', async () => {
    const file = await sealedFile(content, seededRandom('known answer'))
    assert.equal(bytesToHex(file.subarray(0, 83)), KNOWN.header)
    assert.equal(bytesToHex(file.subarray(83, 115)), KNOWN.firstBytes)
    assert.equal(bytesToHex(file.subarray(-16)), KNOWN.tag)
    assert.equal(bytesToHex(sha256(file)), KNOWN.sha256)
    assert.deepEqual(await openedFile(file), content)
    const longer = new Uint8Array(2 * CONTENT_BYTES + 1).fill(7)
    const chunks = await sealedFile(longer, seededRandom('known answer'))
    assert.equal(bytesToHex(sha256(chunks)), KNOWN.sha256OfThreeChunks)
  })

  it('stands byte for byte as it is written down', async () => {
    const longer = concatBytes(new Uint8Array(CONTENT_BYTES).fill(7), content)
    const file = await sealedFile(longer, random)
    const head = file.slice(0, 47)
    assert.equal(bytesToHex(head.subarray(0, 15)), '5350424b0100000020000000000101')
    const secret = argon2id(utf8ToBytes(PASSPHRASE), head.slice(15, 31), { m: 8_192, t: 1, p: 1 })
    const derived = (label: string): Uint8Array =>
      expand(sha256, secret, concatBytes(utf8ToBytes(label), head), 32)
    assert.deepEqual(file.slice(47, 79), derived('sealpost/1/backup check'))
    assert.deepEqual(file.slice(79, 83), sha256(file.slice(0, 79)).slice(0, 4))
    const aad = concatBytes(utf8ToBytes('sealpost/1/backup'), file.slice(0, 83))
    const chunks = [0, 1].map((number) => {
      const nonce = concatBytes(head.slice(31, 47), bigEndian(number, 7), Uint8Array.of(number))
      const sealed = file.slice(83 + number * SEALED_BYTES, 83 + (number + 1) * SEALED_BYTES)
      return xchacha20poly1305(derived('sealpost/1/backup key'), nonce, aad).decrypt(sealed)
    })
    const last = new Uint8Array(65_536)
    last.set(concatBytes(bigEndian(content.length, 2), content))
    assert.deepEqual(chunks, [concatBytes(bigEndian(65_534, 2), longer.slice(0, 65_534)), last])
  })
})

describe('what a sealer holds', () => {
  it('is less than a chunk more than it gave out, however much is pushed', async () => {
    const sealer = await cheapSealer('held')
    let pushed = 0
    let given = 0
    for (const size of [1, CONTENT_BYTES - 1, 1, 20 * CONTENT_BYTES, 70_000, 0, 3]) {
      const pieces = sealer.push(new Uint8Array(size))
      assert.ok(pieces.every((piece) => piece.length === SEALED_BYTES))
      pushed += size
      given += pieces.length * CONTENT_BYTES
      assert.ok(pushed - given >= 0 && pushed - given <= CONTENT_BYTES, String(size))
    }
    assert.equal(sealer.finish().length, 1)
  })

  it('is a copy of what was pushed', async () => {
    const sealer = await cheapSealer('copy')
    const bytes = Uint8Array.of(1, 2, 3)
    const before = sealer.push(bytes)
    bytes.fill(9)
    const body = concatBytes(...before, ...sealer.finish())
    const opener = await createBackupOpener(sealer.header, PASSPHRASE)
    assert.deepEqual(readAll(opener, body), Uint8Array.of(1, 2, 3))
  })

  it('is wiped when the file is finished or discarded, and takes no more', () => {
    for (const end of ['finish', 'discard'] as const) {
      const key = random.bytes(32)
      const header = random.bytes(BACKUP_HEADER_BYTES)
      const cipher = new BackupCipher({ key, noncePrefix: random.bytes(16), header })
      const sealer = new ChunkSealer({ header, cipher })
      sealer.push(random.bytes(10))
      assert.notDeepEqual(key, new Uint8Array(32))
      sealer[end]()
      assert.deepEqual(key, new Uint8Array(32))
      assert.throws(() => sealer.push(Uint8Array.of(1)), USAGE)
      assert.throws(() => sealer.finish(), USAGE)
      assert.doesNotThrow(() => sealer.discard())
    }
  })
})
