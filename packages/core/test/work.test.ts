import assert from 'node:assert/strict'
import { isWorkDone, sha256, WorkSearch, type WorkTarget } from '@sealpost/core'
import { bytesToHex, concatBytes, utf8ToBytes } from '@sealpost/protocol'

const target: WorkTarget = {
  relay: new Uint8Array(38).fill(1),
  challenge: new Uint8Array(16).fill(2),
  verb: 'register',
  subject: new Uint8Array(32).fill(3)
}

/** The hash that the specification names, written out. */
function hashOf(nonce: Uint8Array): string {
  return bytesToHex(
    sha256(
      concatBytes(
        utf8ToBytes('sealpost/1/work'),
        target.relay,
        target.challenge,
        utf8ToBytes('register'),
        target.subject,
        nonce
      )
    )
  )
}

function search(bits: number): Uint8Array {
  const found = new WorkSearch(target, bits).advance(1_000_000)
  assert.ok(found !== undefined)
  return found.nonce
}

describe('proof of work', () => {
  it('is found, and is the hash that the specification names', () => {
    const nonce = search(12)
    assert.equal(hashOf(nonce).slice(0, 3), '000')
    assert.ok(isWorkDone(target, { challenge: target.challenge, nonce }, 12))
  })

  it('suffices for exactly as many bits as its hash has leading zeros', () => {
    const nonce = search(9)
    const zeros = Math.clz32(Number.parseInt(hashOf(nonce).slice(0, 8), 16))
    const work = { challenge: target.challenge, nonce }
    assert.ok(isWorkDone(target, work, zeros))
    assert.ok(!isWorkDone(target, work, zeros + 1))
  })

  it('holds for nothing but its relay, challenge, verb and subject', () => {
    const work = { challenge: target.challenge, nonce: search(14) }
    const others: readonly WorkTarget[] = [
      { ...target, relay: new Uint8Array(38).fill(9) },
      { ...target, challenge: new Uint8Array(16).fill(9) },
      { ...target, verb: 'claim' },
      { ...target, subject: new Uint8Array(32).fill(9) }
    ]
    for (const other of others) {
      assert.ok(!isWorkDone(other, work, 14))
    }
  })

  it('asks for nothing at 0 bits', () => {
    const work = { challenge: target.challenge, nonce: new Uint8Array(8) }
    assert.ok(isWorkDone(target, work, 0))
    assert.deepEqual(new WorkSearch(target, 0).advance(1)?.nonce, new Uint8Array(8))
  })

  it('can be searched for in pieces that find the same', () => {
    const pieces = new WorkSearch(target, 10)
    let found = pieces.advance(7)
    for (let i = 0; found === undefined && i < 100_000; i++) {
      found = pieces.advance(7)
    }
    assert.deepEqual(found?.nonce, search(10))
  })

  it('gives up after the attempts it was allowed', () => {
    assert.equal(new WorkSearch(target, 32).advance(10), undefined)
  })
})
