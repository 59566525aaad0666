import assert from 'node:assert/strict'
import { createHash, hkdfSync } from 'node:crypto'
import {
  bytesToHex,
  concatBytes,
  EPOCH_MS,
  identityKeys,
  linkIds,
  mailboxIds,
  nodeKeys,
  relayMultihash,
  utf8ToBytes
} from '@sealpost/protocol'
import fc from 'fast-check'
import {
  depositSubject,
  epochAt,
  epochStartMs,
  fetchToken,
  linkSecrets,
  mailboxSecrets,
  ownerToken,
  registerSubject,
  replicaSecrets,
  SeedChain
} from '../../src/address/seeds.ts'
import { inviterHash } from '../../src/link/link.ts'
import { START_MS } from '../peer/cast.ts'

const NO_SALT = new Uint8Array(0)

/** `HKDF-SHA-256(ikm, salt, "sealpost/1/" || label || suffix, 32)`, by another hand. */
function derived(
  ikm: Uint8Array,
  salt: Uint8Array,
  label: string,
  suffix: Uint8Array = NO_SALT
): string {
  const info = concatBytes(utf8ToBytes(`sealpost/1/${label}`), suffix)
  return bytesToHex(new Uint8Array(hkdfSync('sha256', ikm, salt, info, 32)))
}

function filled(byte: number, length = 32): Uint8Array {
  return new Uint8Array(length).fill(byte)
}

const SEED = filled(7)

/** The seed of the following epoch. */
function nextSeed(seed: Uint8Array): Uint8Array {
  return new SeedChain(seed, 0).at(1)?.slice() ?? NO_SALT
}

const RELAY = nodeKeys.fromBytes(filled(1))
const MAILBOX = mailboxSecrets(SEED, RELAY).mailboxId
const LINK = linkSecrets(filled(3), RELAY).linkId

/** Made once with Node's own HKDF. They change only with the protocol's version. */
const GOLDEN = [
  [
    'next seed',
    bytesToHex(nextSeed(SEED)),
    '52306789e757bc0070639016e79cc87dc49e5e50c8f12599895f03bc6c238ec2'
  ],
  ['mailbox id', MAILBOX, 'd22a75c2d075af345d7014c1a939a1ac407759da7bd0644d03233388008f543e'],
  [
    'deposit token',
    bytesToHex(mailboxSecrets(SEED, RELAY).depositToken),
    '570fdb199ad97142ceeca3663d9979ddfaea2ecc035c7c0c15298af026844eca'
  ],
  [
    'seal key',
    bytesToHex(mailboxSecrets(SEED, RELAY).sealKey),
    'c0b1cc6ecf2bf52a5e7d87171dbd5de98d5db14a8d04b25835e199a4d8ba8821'
  ],
  [
    'fetch token',
    bytesToHex(fetchToken(filled(9), RELAY, MAILBOX)),
    'f02b1c66611e775e0db6d1338b3b4ec350e099e854fff1601aceb9be21e530b5'
  ],
  ['link id', LINK, 'c57e7a08183dbaaef925fb46d11104ffb1ab679b357315600d0464dc30f81d41'],
  [
    'claim token',
    bytesToHex(linkSecrets(filled(3), RELAY).claimToken),
    '90978b0ef6a926a611ddc4c9a0251bebcd89a932c46eaaf163c521dd0e448af9'
  ],
  [
    'claimable key',
    bytesToHex(linkSecrets(filled(3), RELAY).claimableKey),
    'c971ce13c9a489c0b663df345d2922e81ce487dc3b04431f3da1980fdccdcad9'
  ],
  [
    'owner token',
    bytesToHex(ownerToken(filled(9), RELAY, LINK)),
    '1a76408a05df8391bb94c742e8eab87f2ae5d8ab80e05668184985212398f1d7'
  ],
  [
    'envelope id',
    bytesToHex(replicaSecrets(filled(5), RELAY, MAILBOX).envelopeId),
    '63cd3b5cb772951fbdc9f290c37f91ca'
  ],
  [
    'recall token',
    bytesToHex(replicaSecrets(filled(5), RELAY, MAILBOX).recallToken),
    '0c582211dbe41cf669def56f82b63f20b3a0d3fb4346e505f0865308b04018b4'
  ],
  [
    'recall hash',
    bytesToHex(replicaSecrets(filled(5), RELAY, MAILBOX).recallHash),
    'b93188ff6c8bf3944af7ab442ad39a275a54f0107611bb942e27b7d3c462509c'
  ],
  [
    'work of register',
    bytesToHex(registerSubject([mailboxIds.toBytes(MAILBOX), linkIds.toBytes(LINK)])),
    '1985310c808162cfb7ee067eb81cec669f0996c4a8741842aad39dfb2f9a5c11'
  ],
  [
    'work of deposit',
    bytesToHex(depositSubject(MAILBOX, filled(2, 16), filled(4, 2_048))),
    'cc05411edc35dcc090bb2f8bb887410a57f9a07a73a120f94cf0fe1d8faa7443'
  ],
  [
    'inviter hash',
    bytesToHex(inviterHash(filled(3), identityKeys.fromBytes(Uint8Array.of(5, ...filled(6))))),
    '157ec71e16401a359dcc530f4e65687f0a81316f6bd6a5f327b09e79c7992483'
  ]
] as const

describe('secrets from secrets', () => {
  for (const [what, made, expected] of GOLDEN) {
    it(`gives the ${what} that the protocol fixes`, () => {
      assert.equal(made, expected)
    })
  }

  it('are what HKDF makes of any seed, relay and mailbox', () => {
    const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 })
    fc.assert(
      fc.property(bytes, bytes, bytes, (seed, key, secret) => {
        const relay = nodeKeys.fromBytes(key)
        const salt = relayMultihash(relay)
        const mailbox = mailboxSecrets(seed, relay)
        const id = mailboxIds.toBytes(mailbox.mailboxId)
        assert.equal(mailbox.mailboxId, derived(seed, salt, 'mailbox id'))
        assert.equal(bytesToHex(mailbox.depositToken), derived(seed, salt, 'deposit token'))
        assert.equal(bytesToHex(mailbox.sealKey), derived(seed, salt, 'seal key'))
        const fetch = fetchToken(secret, relay, mailbox.mailboxId)
        assert.equal(bytesToHex(fetch), derived(secret, salt, 'fetch token', id))
        const replica = replicaSecrets(secret, relay, mailbox.mailboxId)
        const envelope = derived(secret, salt, 'envelope id', id).slice(0, 32)
        assert.equal(bytesToHex(replica.envelopeId), envelope)
        assert.equal(bytesToHex(replica.recallToken), derived(secret, salt, 'recall token', id))
        const hash = createHash('sha256').update(replica.recallToken).digest('hex')
        assert.equal(bytesToHex(replica.recallHash), hash)
      }),
      { numRuns: 30 }
    )
  })

  it('differ from relay to relay and from epoch to epoch', () => {
    const other = nodeKeys.fromBytes(filled(2))
    const ids = [SEED, nextSeed(SEED)].flatMap((seed) =>
      [RELAY, other].map((relay) => mailboxSecrets(seed, relay).mailboxId)
    )
    assert.equal(new Set(ids).size, 4)
  })
})

describe('a chain of seeds', () => {
  it('gives the seed of its first epoch and of every later one', () => {
    const chain = new SeedChain(SEED, 100)
    let seed = bytesToHex(SEED)
    for (let epoch = 100; epoch < 110; epoch++) {
      assert.equal(bytesToHex(chain.at(epoch) ?? NO_SALT), seed)
      seed = derived(chain.at(epoch) ?? NO_SALT, NO_SALT, 'next seed')
    }
    assert.equal(
      bytesToHex(chain.at(110) ?? NO_SALT),
      '7a8f085cfebe008de511fc0726159cfe3ef47eec93687afe87d41506e297e240'
    )
  })

  it('gives nothing of the epoch before its first', () => {
    assert.equal(new SeedChain(SEED, 100).at(99), undefined)
    assert.equal(new SeedChain(SEED, 0).at(-1), undefined)
  })

  it('gives nothing of what it erased, and wipes it', () => {
    const chain = new SeedChain(SEED, 100)
    const old = [chain.at(100), chain.at(101)]
    const kept = chain.at(102)?.slice()
    chain.eraseBefore(102)
    assert.equal(chain.firstEpoch, 102)
    assert.equal(chain.at(100), undefined)
    assert.equal(chain.at(101), undefined)
    assert.deepEqual(chain.at(102), kept)
    for (const seed of old) {
      assert.deepEqual(seed, new Uint8Array(32))
    }
  })

  it('keeps what the caller has, whatever it wipes', () => {
    const mine = SEED.slice()
    new SeedChain(mine, 100).eraseBefore(101)
    assert.deepEqual(mine, SEED)
  })

  it('erases nothing for an epoch that is before its first, or that it cannot reach', () => {
    const chain = new SeedChain(SEED, 100)
    chain.eraseBefore(100)
    chain.eraseBefore(3)
    chain.eraseBefore(100_000)
    assert.equal(chain.firstEpoch, 100)
    assert.deepEqual(chain.at(100), SEED)
  })

  it('goes 1,040 epochs ahead and no further', () => {
    const chain = new SeedChain(SEED, 100)
    assert.equal(chain.at(1_141), undefined)
    assert.ok(chain.at(1_140) !== undefined)
  })

  it('ends with the last epoch that a record can say', () => {
    const chain = new SeedChain(SEED, 0xffff_ffff)
    assert.deepEqual(chain.at(0xffff_ffff), SEED)
    assert.equal(chain.at(0x1_0000_0000), undefined)
  })

  it('is the same from whatever epoch on it is begun', () => {
    const whole = new SeedChain(SEED, 100)
    const later = new SeedChain(whole.at(150) ?? NO_SALT, 150)
    assert.deepEqual(later.at(160), whole.at(160))
  })
})

describe('epochs', () => {
  const start = Math.ceil(START_MS / EPOCH_MS)

  it('turn exactly a week after they began', () => {
    const beginsMs = start * EPOCH_MS
    assert.equal(epochAt(beginsMs - 1, 0), start - 1)
    assert.equal(epochAt(beginsMs, 0), start)
    assert.equal(epochAt(beginsMs + EPOCH_MS - 1, 0), start)
    assert.equal(epochAt(beginsMs + EPOCH_MS, 0), start + 1)
  })

  it('turn earlier by their phase', () => {
    const beginsMs = start * EPOCH_MS - 1_000
    assert.equal(epochAt(beginsMs - 1, 1_000), start - 1)
    assert.equal(epochAt(beginsMs, 1_000), start)
  })

  it('begin when they turn, whatever the phase', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10_000 }),
        fc.integer({ min: 0, max: EPOCH_MS - 1 }),
        (epoch, phaseMs) => {
          const beginsMs = epochStartMs(epoch, phaseMs)
          assert.equal(epochAt(beginsMs, phaseMs), epoch)
          assert.equal(epochAt(beginsMs - 1, phaseMs), epoch - 1)
        }
      )
    )
  })

  it('are none before 1970', () => {
    assert.equal(epochAt(0, 0), 0)
    assert.equal(epochAt(-EPOCH_MS * 3, 0), 0)
  })
})
