import assert from 'node:assert/strict'
import { xchacha20poly1305 } from '@noble/ciphers/chacha.js'
import { bigEndian, concatBytes, utf8ToBytes } from '@sealpost/protocol'
import { BackupCipher } from '../src/backup-cipher.ts'
import { ChunkOpener } from '../src/backup-opener.ts'
import { ChunkSealer } from '../src/backup-sealer.ts'
import { BACKUP_HEADER_BYTES, createBackupOpener } from '../src/index.ts'
import {
  CONTENT_BYTES,
  PASSPHRASE,
  SEALED_BYTES,
  openedFile,
  readAll,
  sealedFile
} from './backup-files.ts'
import { flippedBit } from './flipped-bit.ts'
import { seededRandom } from './seeded-random.ts'

const random = seededRandom('opener')
const DAMAGED = {
  name: 'CryptoError',
  code: 'SEALPOST_BACKUP_DAMAGED',
  message: 'The backup file is damaged or cut short; use another copy.'
}
const USAGE = { name: 'UsageError', code: 'SEALPOST_USAGE' }

/** Files below all have one key of their own, so that nothing but what is tested costs time. */
const key = random.bytes(32)
const noncePrefix = random.bytes(16)
const header = random.bytes(BACKUP_HEADER_BYTES)
const content = random.bytes(2 * CONTENT_BYTES + 1_000)

function freshCipher(): BackupCipher {
  return new BackupCipher({ key: key.slice(), noncePrefix, header })
}

function freshOpener(): ChunkOpener {
  return new ChunkOpener(freshCipher())
}

function sealedBody(bytes: Uint8Array): Uint8Array {
  const sealer = new ChunkSealer({ header, cipher: freshCipher() })
  return concatBytes(...sealer.push(bytes), ...sealer.finish())
}

function refuses(body: Uint8Array, what: string): void {
  for (const sizes of [[body.length], [SEALED_BYTES], [40_000]]) {
    assert.throws(() => readAll(freshOpener(), body, sizes), DAMAGED, what)
  }
}

describe('a backup file that was changed', () => {
  const body = sealedBody(content)
  const chunk = (number: number): Uint8Array =>
    body.subarray(number * SEALED_BYTES, (number + 1) * SEALED_BYTES)

  it('opens unchanged', () => {
    assert.equal(body.length, 3 * SEALED_BYTES)
    assert.deepEqual(readAll(freshOpener(), body), content)
  })

  it('is refused with any byte changed', () => {
    for (let at = 0; at < body.length; at++) {
      const inChunk = at % SEALED_BYTES
      const isNearEdge = inChunk < 20 || inChunk >= SEALED_BYTES - 20
      if (isNearEdge || at % 1_999 === 0) {
        assert.throws(() => readAll(freshOpener(), flippedBit(body, at)), DAMAGED, String(at))
      }
    }
  })

  it('is refused cut short at any place', () => {
    for (const length of [0, 1, SEALED_BYTES - 1, SEALED_BYTES, SEALED_BYTES + 1]) {
      refuses(body.subarray(0, length), `the first ${String(length)}`)
      refuses(body.subarray(0, body.length - length - 1), `without ${String(length + 1)}`)
    }
    refuses(body.subarray(0, 2 * SEALED_BYTES), 'two chunks of three')
  })

  it('is refused with anything after its end', () => {
    for (const more of [Uint8Array.of(0), new Uint8Array(SEALED_BYTES), chunk(0), chunk(2), body]) {
      refuses(concatBytes(body, more), `${String(more.length)} more`)
    }
  })

  it('is refused with chunks in another order, doubled or missing', () => {
    const orders = [
      [0],
      [1],
      [2],
      [0, 2],
      [1, 2],
      [0, 2, 1],
      [1, 0, 2],
      [2, 1, 0],
      [0, 0, 1, 2],
      [0, 1, 1, 2],
      [0, 1, 2, 2]
    ]
    for (const order of orders) {
      refuses(concatBytes(...order.map(chunk)), order.join())
    }
  })

  it('is refused with a byte put in or taken out', () => {
    for (const at of [0, 1, 1_000, SEALED_BYTES - 1, SEALED_BYTES, SEALED_BYTES + 1]) {
      const [head, tail] = [body.subarray(0, at), body.subarray(at)]
      refuses(concatBytes(head, Uint8Array.of(7), tail), `${String(at)} put in`)
      refuses(concatBytes(head, tail.subarray(1)), `${String(at)} taken out`)
    }
  })

  it('is refused with chunks or the header of another file under one passphrase', async () => {
    const [one, two] = [await sealedFile(content, random), await sealedFile(content, random)]
    const end = BACKUP_HEADER_BYTES + SEALED_BYTES
    for (const at of [BACKUP_HEADER_BYTES, end]) {
      const mixed = concatBytes(one.subarray(0, at), two.subarray(at))
      await assert.rejects(openedFile(mixed), DAMAGED)
    }
  })

  it('is refused where who has the key padded it wrongly', () => {
    const nonce = concatBytes(noncePrefix, bigEndian(0, 7), Uint8Array.of(1))
    const aad = concatBytes(utf8ToBytes('sealpost/1/backup'), header)
    const forged = (length: number, at: number): Uint8Array => {
      const padded = new Uint8Array(65_536)
      padded.set(bigEndian(length, 2))
      padded[at] = 1
      return xchacha20poly1305(key, nonce, aad).encrypt(padded)
    }
    assert.equal(readAll(freshOpener(), forged(CONTENT_BYTES, 65_535)).length, CONTENT_BYTES)
    refuses(forged(CONTENT_BYTES + 1, 65_535), 'a length past the end')
    refuses(forged(10, 12), 'a byte in the padding')
    refuses(forged(10, 65_535), 'a byte at the end of the padding')
  })
})

describe('what an opener gives and holds', () => {
  it('is every chunk as soon as it is whole, and less than a chunk', () => {
    const opener = freshOpener()
    const body = sealedBody(content)
    let pushed = 0
    let given = 0
    for (const size of [1, SEALED_BYTES - 2, 1, 100, SEALED_BYTES - 100, 5, SEALED_BYTES - 5]) {
      const pieces = opener.push(body.subarray(pushed, pushed + size))
      pushed += size
      given += pieces.reduce((sum, piece) => sum + piece.length, 0)
      const whole = Math.floor(pushed / SEALED_BYTES)
      assert.equal(given, Math.min(whole * CONTENT_BYTES, content.length))
    }
    opener.finish()
  })

  it('is no piece for padding', () => {
    const long = new Uint8Array(64 * CONTENT_BYTES + 1)
    const opener = freshOpener()
    assert.equal(opener.push(sealedBody(long)).length, 65)
    opener.finish()
    assert.deepEqual(freshOpener().push(sealedBody(new Uint8Array(0))), [])
  })

  it('is what may be kept and overwritten', () => {
    const opener = freshOpener()
    const [first, ...rest] = opener.push(sealedBody(content))
    first?.fill(0)
    opener.finish()
    assert.deepEqual(concatBytes(...rest), content.subarray(CONTENT_BYTES))
  })

  it('is nothing any more once a file was damaged', () => {
    const opener = freshOpener()
    const body = sealedBody(content)
    assert.throws(() => opener.push(flippedBit(body, 5)), DAMAGED)
    assert.throws(() => opener.push(body), DAMAGED)
    assert.throws(() => opener.push(new Uint8Array(0)), DAMAGED)
    assert.throws(() => opener.finish(), DAMAGED)
  })

  it('is wiped at the end, whatever the end is', () => {
    const body = sealedBody(content)
    const ends: ((opener: ChunkOpener) => void)[] = [
      (opener) => readAll(opener, body),
      (opener) => opener.discard(),
      (opener) => assert.throws(() => opener.finish(), DAMAGED),
      (opener) => assert.throws(() => opener.push(flippedBit(body, 9)), DAMAGED),
      (opener) => assert.throws(() => opener.push(concatBytes(body, body)), DAMAGED)
    ]
    for (const end of ends) {
      const ownKey = key.slice()
      end(new ChunkOpener(new BackupCipher({ key: ownKey, noncePrefix, header })))
      assert.deepEqual(ownKey, new Uint8Array(32))
    }
  })

  it('takes no more after the end', async () => {
    const file = await sealedFile(content, random)
    for (const end of ['finish', 'discard'] as const) {
      const opener = await createBackupOpener(file.subarray(0, BACKUP_HEADER_BYTES), PASSPHRASE)
      opener.push(file.subarray(BACKUP_HEADER_BYTES))
      opener[end]()
      assert.throws(() => opener.push(new Uint8Array(0)), USAGE)
      assert.throws(() => opener.finish(), USAGE)
      assert.doesNotThrow(() => opener.discard())
    }
  })
})
