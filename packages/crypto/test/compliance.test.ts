import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { bytesToHex, hexToBytes } from '@sealpost/protocol'
import { referenceDigits, referenceScannable } from '../src/compliance/safety-number-reference.ts'
import type { FingerprintSide } from '../src/compliance/safety-number-reference.ts'
import { SIGNATURE_VECTORS } from '../src/compliance/signature-vectors.ts'
import { ENGINE_COMPLIANCE } from '../src/compliance/index.ts'

interface FingerprintVector {
  readonly iterations: number
  readonly version: number
  readonly localId: string
  readonly localKey: string
  readonly remoteId: string
  readonly remoteKey: string
  readonly display: string
  readonly scannable: string
}

interface SignatureFileEntry {
  readonly pub: string
  readonly msg: string
  readonly sig: string
  readonly valid: boolean
}

describe('what the suite holds engines against', () => {
  it('has the safety numbers of libsignal', () => {
    const vectors = fileOf('fingerprints') as readonly FingerprintVector[]
    assert.equal(vectors.length, 6)
    for (const vector of vectors) {
      const own = side(vector.localKey, vector.localId)
      const theirs = side(vector.remoteKey, vector.remoteId)
      const { display, iterations, scannable, version } = vector
      assert.equal(referenceDigits(iterations, own, theirs), display)
      assert.equal(referenceDigits(iterations, theirs, own), display)
      assert.equal(bytesToHex(referenceScannable(iterations, version, own, theirs)), scannable)
    }
  })

  it('has the signatures of the file they are from', () => {
    const entries = fileOf('xeddsa') as readonly SignatureFileEntry[]
    assert.deepEqual(
      SIGNATURE_VECTORS,
      entries.map(({ msg, pub, sig, valid }) => ({
        publicKey: pub,
        message: msg,
        signature: sig,
        isValid: valid
      }))
    )
    assert.ok(SIGNATURE_VECTORS.some(({ isValid }) => !isValid))
  })

  it('has a title for each case', () => {
    const titles = ENGINE_COMPLIANCE.map(({ title }) => title)
    assert.equal(new Set(titles).size, titles.length)
  })
})

function fileOf(name: string): unknown {
  const text = readFileSync(new URL(`vectors/${name}.json`, import.meta.url), 'utf8')
  return JSON.parse(text)
}

function side(key: string, id: string): FingerprintSide {
  return { key: hexToBytes(key), id: hexToBytes(id) }
}
