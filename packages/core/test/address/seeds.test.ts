import assert from 'node:assert/strict'
import { createHash, hkdfSync } from 'node:crypto'
import { bytesToHex, EPOCH_MS, mailboxIds, nodeKeys } from '@sealpost/protocol'
import {
  epochAt,
  epochStartMs,
  fetchToken,
  linkSecrets,
  mailboxSecrets,
  ownerToken,
  replicaSecrets,
  SeedChain
} from '../../src/address/seeds.ts'

const SEED = new Uint8Array(32).fill(7)
const RITA = nodeKeys.fromBytes(new Uint8Array(32).fill(0x21))
const MULTIHASH = Buffer.concat([
  Buffer.from([0x00, 0x24, 0x08, 0x01, 0x12, 0x20]),
  Buffer.alloc(32, 0x21)
])

/** The protocol's derivation, by Node's own HKDF. */
function derived(
  secret: Uint8Array,
  salt: Uint8Array,
  label: string,
  suffix = Buffer.alloc(0)
): string {
  const info = Buffer.concat([Buffer.from(`sealpost/1/${label}`), suffix])
  return Buffer.from(hkdfSync('sha256', secret, salt, info, 32)).toString('hex')
}

describe('secrets that follow from secrets', () => {
  it('are what the protocol says, by another HKDF', () => {
    const mailbox = mailboxSecrets(SEED, RITA)
    const id = Buffer.from(mailbox.mailboxId, 'hex')
    assert.equal(mailbox.mailboxId, derived(SEED, MULTIHASH, 'mailbox id'))
    assert.equal(bytesToHex(mailbox.depositToken), derived(SEED, MULTIHASH, 'deposit token'))
    assert.equal(bytesToHex(mailbox.sealKey), derived(SEED, MULTIHASH, 'seal key'))
    assert.equal(
      bytesToHex(fetchToken(SEED, RITA, mailbox.mailboxId)),
      derived(SEED, MULTIHASH, 'fetch token', id)
    )
    const link = linkSecrets(SEED, RITA)
    assert.equal(link.linkId, derived(SEED, MULTIHASH, 'link id'))
    assert.equal(bytesToHex(link.claimToken), derived(SEED, MULTIHASH, 'claim token'))
    assert.equal(bytesToHex(link.claimableKey), derived(SEED, MULTIHASH, 'claimable key'))
    assert.equal(
      bytesToHex(ownerToken(SEED, RITA, link.linkId)),
      derived(SEED, MULTIHASH, 'owner token', Buffer.from(link.linkId, 'hex'))
    )
  })

  it('name a replica by its ciphertext, its relay and its mailbox', () => {
    const id = mailboxIds.fromBytes(new Uint8Array(32).fill(3))
    const suffix = Buffer.alloc(32, 3)
    const replica = replicaSecrets(SEED, RITA, id)
    const recallToken = derived(SEED, MULTIHASH, 'recall token', suffix)
    assert.equal(
      bytesToHex(replica.envelopeId),
      derived(SEED, MULTIHASH, 'envelope id', suffix).slice(0, 32)
    )
    assert.equal(bytesToHex(replica.recallToken), recallToken)
    assert.equal(
      bytesToHex(replica.recallHash),
      createHash('sha256').update(Buffer.from(recallToken, 'hex')).digest('hex')
    )
  })
})

describe('a seed chain', () => {
  it('steps forward, and forgets what it is told to', () => {
    const chain = new SeedChain(SEED, 100)
    const next = derived(SEED, Buffer.alloc(0), 'next seed')
    assert.equal(bytesToHex(chain.at(101) ?? SEED), next)
    const later = derived(Buffer.from(next, 'hex'), Buffer.alloc(0), 'next seed')
    assert.equal(chain.at(99), undefined)
    chain.eraseBefore(102)
    assert.equal(chain.firstEpoch, 102)
    assert.equal(chain.at(100), undefined)
    assert.equal(chain.at(101), undefined)
    assert.equal(bytesToHex(chain.at(102) ?? SEED), later)
  })

  it('leaves the bytes it was made of alone', () => {
    const own = SEED.slice()
    new SeedChain(own, 1).eraseBefore(3)
    assert.deepEqual(own, SEED)
  })

  it('steps no further than twenty years', () => {
    const chain = new SeedChain(SEED, 0)
    assert.notEqual(chain.at(1_040), undefined)
    assert.equal(chain.at(1_041), undefined)
  })
})

describe('an epoch', () => {
  it('is a week, begun early by the phase', () => {
    const phaseMs = 5_000
    const startMs = epochStartMs(2_900, phaseMs)
    assert.equal(startMs, 2_900 * EPOCH_MS - phaseMs)
    assert.equal(epochAt(startMs, phaseMs), 2_900)
    assert.equal(epochAt(startMs - 1, phaseMs), 2_899)
    assert.equal(epochAt(-1, 0), 0)
  })
})
