import assert from 'node:assert/strict'
import { sha256 } from '@noble/hashes/sha2.js'
import { bigEndian, concatBytes, utf8ToBytes } from '@sealpost/protocol'
import { BACKUP_HEADER_BYTES, createBackupOpener, createBackupSealer } from '../src/index.ts'
import { CHEAP_COST, PASSPHRASE } from './backup-files.ts'
import { flippedBit } from './flipped-bit.ts'
import { seededRandom } from './seeded-random.ts'

const random = seededRandom('backup header')
const UNKNOWN = {
  name: 'CryptoError',
  code: 'SEALPOST_BACKUP_UNKNOWN',
  message: 'This is no Sealpost backup file.'
}
const NEWER = {
  name: 'CryptoError',
  code: 'SEALPOST_BACKUP_NEWER',
  message: 'The backup was written by a newer version; upgrade first.'
}
const DAMAGED = { name: 'CryptoError', code: 'SEALPOST_BACKUP_DAMAGED' }
const WRONG = { name: 'CryptoError', code: 'SEALPOST_PASSPHRASE_WRONG' }
const REQUIRED = { name: 'UsageError', code: 'SEALPOST_PASSPHRASE_REQUIRED' }
const USAGE = { name: 'UsageError', code: 'SEALPOST_USAGE' }

async function headerOf(passphrase: string, cost = CHEAP_COST): Promise<Uint8Array> {
  const sealer = await createBackupSealer({ passphrase, cost }, random)
  sealer.discard()
  return sealer.header
}

/** A header changed by who knows how to make its checksum fit again. */
function mended(header: Uint8Array): Uint8Array {
  const checked = header.subarray(0, BACKUP_HEADER_BYTES - 4)
  return concatBytes(checked, sha256(checked).subarray(0, 4))
}

describe('the header of a backup file', () => {
  let header: Uint8Array

  before(async () => {
    header = await headerOf(PASSPHRASE)
  })

  it('opens with the passphrase and with no other', async () => {
    const opener = await createBackupOpener(header, PASSPHRASE)
    opener.discard()
    for (const passphrase of ['correct horse ', 'Correct horse', 'x']) {
      await assert.rejects(createBackupOpener(header, passphrase), WRONG)
    }
  })

  it('asks for a passphrase where none is given', async () => {
    await assert.rejects(createBackupOpener(header, ''), REQUIRED)
    await assert.rejects(createBackupSealer({ passphrase: '', cost: CHEAP_COST }, random), REQUIRED)
  })

  it('takes one passphrase however its letters were composed', async () => {
    const opener = await createBackupOpener(await headerOf('caf\u00e9'), 'cafe\u0301')
    opener.discard()
  })

  it('tells what is no backup file', async () => {
    for (const text of ['', 'S', 'SPB', 'SPBL', 'spbk', 'PK\u0003\u0004', '{"messages":[]}']) {
      await assert.rejects(createBackupOpener(utf8ToBytes(text), PASSPHRASE), UNKNOWN, text)
    }
    await assert.rejects(createBackupOpener(new Uint8Array(BACKUP_HEADER_BYTES), 'x'), UNKNOWN)
  })

  it('tells a newer version, whatever its header is like', async () => {
    for (const version of [2, 3, 255]) {
      for (const length of [5, 40, BACKUP_HEADER_BYTES, 200]) {
        const newer = new Uint8Array(length)
        newer.set(utf8ToBytes('SPBK'))
        newer[4] = version
        await assert.rejects(createBackupOpener(newer, PASSPHRASE), NEWER)
      }
    }
    for (let bit = 0; bit < 8; bit++) {
      const flagged = header.slice()
      flagged[5] = 1 << bit
      await assert.rejects(createBackupOpener(mended(flagged), PASSPHRASE), NEWER)
    }
  })

  it('tells a header with a byte changed from a wrong passphrase', async () => {
    for (let at = 0; at < BACKUP_HEADER_BYTES; at++) {
      const expected = at < 4 ? UNKNOWN : at === 4 ? NEWER : DAMAGED
      await assert.rejects(createBackupOpener(flippedBit(header, at), 'x'), expected, String(at))
    }
    const old = header.slice()
    old[4] = 0
    await assert.rejects(createBackupOpener(mended(old), PASSPHRASE), DAMAGED)
  })

  it('tells a header cut short, and takes none that is too long', async () => {
    for (let length = 0; length < BACKUP_HEADER_BYTES; length++) {
      const expected = length < 4 ? UNKNOWN : DAMAGED
      await assert.rejects(createBackupOpener(header.subarray(0, length), PASSPHRASE), expected)
    }
    const longer = concatBytes(header, Uint8Array.of(0))
    await assert.rejects(createBackupOpener(longer, PASSPHRASE), USAGE)
  })

  it('opens nothing where it was changed and its checksum mended', async () => {
    for (let at = 15; at < BACKUP_HEADER_BYTES - 4; at += 3) {
      const changed = mended(flippedBit(header, at))
      await assert.rejects(createBackupOpener(changed, PASSPHRASE), WRONG, String(at))
    }
    const dearer = header.slice()
    dearer.set(bigEndian(2, 4), 10)
    await assert.rejects(createBackupOpener(mended(dearer), PASSPHRASE), WRONG)
  })

  it('asks for the bounded memory, passes and lanes and for no more', async () => {
    const outside = [
      [6, 4, 8_191],
      [6, 4, 262_145],
      [6, 4, 0xffff_ffff],
      [10, 4, 0],
      [10, 4, 17],
      [10, 4, 0xffff_ffff],
      [14, 1, 0],
      [14, 1, 5]
    ] as const
    for (const [at, size, value] of outside) {
      const greedy = header.slice()
      greedy.set(bigEndian(value, size), at)
      await assert.rejects(createBackupOpener(mended(greedy), PASSPHRASE), DAMAGED)
    }
    const changes = [{ memoryKib: 8_191 }, { memoryKib: 262_145 }, { passes: 17 }, { lanes: 5 }]
    for (const change of [...changes, { passes: 0 }, { lanes: 0 }, { passes: 1.5 }]) {
      const cost = { ...CHEAP_COST, ...change }
      await assert.rejects(createBackupSealer({ passphrase: 'x', cost }, random), USAGE)
    }
  })

  it('opens at the dearest cost there can be', async () => {
    for (const change of [{ memoryKib: 262_144 }, { passes: 16 }, { lanes: 4 }]) {
      const dear = await headerOf(PASSPHRASE, { ...CHEAP_COST, ...change })
      const opener = await createBackupOpener(dear, PASSPHRASE)
      opener.discard()
    }
  })

  it('is copied, so that who reads the file may reuse its bytes', async () => {
    const sealer = await createBackupSealer({ passphrase: PASSPHRASE, cost: CHEAP_COST }, random)
    const bytes = sealer.header.slice()
    const opening = createBackupOpener(bytes, PASSPHRASE)
    bytes.fill(0)
    const opener = await opening
    opener.push(concatBytes(...sealer.finish()))
    opener.finish()
  })
})
