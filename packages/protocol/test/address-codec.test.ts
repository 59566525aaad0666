import assert from 'node:assert/strict'
import fc from 'fast-check'
import { decodeAddressRecord, encodeAddressRecord, EPOCH_MS, nodeKeys } from '@sealpost/protocol'
import type { AddressRecord, DeviceNumber, RelayAddress } from '@sealpost/protocol'
import { addressRecord } from './arbitrary-content.ts'
import { assertWithstandsHostileBytes } from './hostile-bytes.ts'
import { some, times } from './mallory-frames.ts'

const MALFORMED = { name: 'ProtocolError', code: 'SEALPOST_CONTENT_MALFORMED' }

const ritas: readonly RelayAddress[] = Array.from({ length: 6 }, (_, i) => ({
  nodeKey: nodeKeys.fromBytes(new Uint8Array(32).fill(i)),
  addresses: ['/ip4/192.0.2.1/tcp/7700/ws']
}))

const record: AddressRecord = {
  version: 3,
  device: 1 as DeviceNumber,
  registrationId: 1,
  relays: ritas.slice(0, 2),
  seed: some(32),
  seedEpoch: 2_800,
  phaseMs: 0,
  bundle: {
    signedPrekeyId: 1,
    signedPrekey: some(33),
    signedPrekeySignature: some(64),
    kyberPrekeyId: 2,
    kyberPrekey: some(1_569),
    kyberPrekeySignature: some(64),
    oneTimePrekey: undefined
  }
}

function takes(fields: Partial<AddressRecord>): void {
  const given = { ...record, ...fields }
  assert.deepEqual(decodeAddressRecord(encodeAddressRecord(given)), given)
}

function refuses(fields: Partial<AddressRecord>): void {
  assert.throws(() => encodeAddressRecord({ ...record, ...fields }), MALFORMED)
}

describe('an address record', () => {
  it('comes back as it was written', () => {
    fc.assert(
      fc.property(addressRecord, (given) => {
        assert.deepEqual(decodeAddressRecord(encodeAddressRecord(given)), given)
      })
    )
  })

  it('is read or refused as malformed, whatever its bytes', () => {
    assertWithstandsHostileBytes(
      {
        decode: decodeAddressRecord,
        encode: encodeAddressRecord,
        code: 'SEALPOST_CONTENT_MALFORMED'
      },
      addressRecord
    )
  })

  it('names 1 to 5 relays, none twice', () => {
    takes({ relays: ritas.slice(0, 1) })
    takes({ relays: ritas.slice(0, 5) })
    refuses({ relays: ritas })
    refuses({ relays: [] })
    refuses({ relays: [...ritas.slice(0, 1), ...ritas.slice(0, 1)] })
  })

  it('names 1 to 3 addresses of a relay, of at most 256 bytes each', () => {
    const at = (addresses: readonly string[]): Partial<AddressRecord> => ({
      relays: ritas.slice(0, 1).map((rita) => ({ ...rita, addresses }))
    })
    const longest = `/dns4/${'a'.repeat(250)}`
    takes(at(times(3, () => longest)))
    refuses(at(times(4, () => longest)))
    refuses(at([]))
    refuses(at([`${longest}a`]))
    refuses(at(['relay.example']))
  })

  it('has numbers that its fields can have', () => {
    takes({ registrationId: 16_380, phaseMs: EPOCH_MS - 1, version: 0, seedEpoch: 0xffff_ffff })
    takes({ device: 127 as DeviceNumber })
    refuses({ registrationId: 0 })
    refuses({ registrationId: 16_381 })
    refuses({ phaseMs: EPOCH_MS })
    refuses({ phaseMs: -1 })
    refuses({ version: 2 ** 32 })
    refuses({ seedEpoch: 1.5 })
    refuses({ device: 0 as DeviceNumber })
    refuses({ device: 128 as DeviceNumber })
  })

  it('has keys and signatures of their lengths', () => {
    for (const length of [0, 31, 33]) {
      refuses({ seed: some(length) })
    }
    for (const [field, length] of [
      ['signedPrekey', 33],
      ['signedPrekeySignature', 64],
      ['kyberPrekey', 1_569],
      ['kyberPrekeySignature', 64]
    ] as const) {
      for (const wrong of [0, length - 1, length + 1]) {
        refuses({ bundle: { ...record.bundle, [field]: some(wrong) } })
      }
    }
  })

  it('has no one-time prekey, which several devices would use', () => {
    refuses({ bundle: { ...record.bundle, oneTimePrekey: { id: 1, key: some(33) } } })
  })
})
