import assert from 'node:assert/strict'
import type { CiphertextOfType } from '@sealpost/core'
import { seededRandom } from '@sealpost/host/testing'
import fc from 'fast-check'
import { SimulatedDisk } from '../../src/disk/simulated-disk.ts'
import { bundleRows, ciphertextBytes, NullSession } from '../../src/nodes/null-session.ts'
import { simulatedAccount } from '../../src/nodes/simulated-account.ts'

const { bundle } = simulatedAccount('bob', [], seededRandom(1), 0)

/** Alice, who begins, and bob, from whose bundle she does. */
class Talk {
  readonly alice = new SimulatedDisk()
  readonly bob = new SimulatedDisk()

  constructor() {
    for (const row of bundleRows(bundle)) {
      this.bob.apply(row)
    }
  }

  begin(byte: number): void {
    const session = new NullSession(this.alice, 'bob')
    session.begin(bundle, new Uint8Array(16).fill(byte))
    session.mutations.forEach((row) => {
      this.alice.apply(row)
    })
  }

  write(disk: SimulatedDisk, key: string, content: Uint8Array): CiphertextOfType {
    const session = new NullSession(disk, key)
    const ciphertext = session.encrypt(content)
    assert.ok(ciphertext)
    session.mutations.forEach((row) => {
      disk.apply(row)
    })
    return ciphertext
  }

  read(disk: SimulatedDisk, key: string, ciphertext: CiphertextOfType): string {
    const session = new NullSession(disk, key)
    const read = session.decrypt(ciphertext)
    session.mutations.forEach((row) => {
      disk.apply(row)
    })
    return read instanceof Uint8Array
      ? `read ${String(read[0])}`
      : `lost ${String(read.isSessionLost)}`
  }
}

describe('a session of the null cipher', () => {
  it('is begun by a first message, answered, and goes on without its length', () => {
    const talk = new Talk()
    talk.begin(1)
    const first = talk.write(talk.alice, 'bob', Uint8Array.of(7))
    assert.equal(first.type, 3)
    assert.equal(talk.read(talk.bob, 'alice', first), 'read 7')
    const answer = talk.write(talk.bob, 'alice', Uint8Array.of(8))
    assert.equal(answer.type, 2)
    assert.equal(talk.read(talk.alice, 'bob', answer), 'read 8')
    const next = talk.write(talk.alice, 'bob', Uint8Array.of(9))
    assert.equal(next.type, 2)
    assert.ok(next.bytes.length + 1_500 < first.bytes.length)
    assert.equal(talk.read(talk.bob, 'alice', next), 'read 9')
  })

  it('reads each message once, in any order', () => {
    const count = 20
    const order = fc.shuffledSubarray(
      Array.from({ length: count }, (_, at) => at),
      { minLength: count }
    )
    fc.assert(
      fc.property(order, (places) => {
        const talk = new Talk()
        talk.begin(1)
        const sent = Array.from({ length: count }, (_, at) => {
          return talk.write(talk.alice, 'bob', Uint8Array.of(at))
        })
        const read = (at: number): string => {
          const ciphertext = sent[at]
          assert.ok(ciphertext)
          return talk.read(talk.bob, 'alice', ciphertext)
        }
        assert.deepEqual(
          places.map(read),
          places.map((at) => `read ${String(at)}`)
        )
        assert.deepEqual(
          places.map(read),
          places.map(() => 'lost false')
        )
      })
    )
  })

  it('is not begun where the private halves are gone, nor a second time from a message of before', () => {
    const talk = new Talk()
    talk.begin(1)
    const first = talk.write(talk.alice, 'bob', Uint8Array.of(1))
    assert.equal(talk.read(new SimulatedDisk(), 'alice', first), 'lost true')
    assert.equal(talk.read(talk.bob, 'alice', first), 'read 1')
    talk.bob.apply({ type: 'erase', table: 'session', key: 'alice' })
    assert.equal(talk.read(talk.bob, 'alice', first), 'lost true')
  })

  it('goes on beside another that was begun later', () => {
    const talk = new Talk()
    talk.begin(1)
    const before = talk.write(talk.alice, 'bob', Uint8Array.of(1))
    talk.begin(2)
    const after = talk.write(talk.alice, 'bob', Uint8Array.of(2))
    assert.equal(talk.read(talk.bob, 'alice', after), 'read 2')
    assert.equal(talk.read(talk.bob, 'alice', before), 'read 1')
  })

  it('makes ciphertexts that grow with the content by whole blocks', () => {
    assert.equal(ciphertextBytes(15, 2) + 16, ciphertextBytes(16, 2))
    assert.equal(ciphertextBytes(16, 2), ciphertextBytes(31, 2))
  })
})
