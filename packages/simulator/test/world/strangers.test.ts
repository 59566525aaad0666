import assert from 'node:assert/strict'
import type { ContactId } from '@sealpost/protocol'
import { ENGINE_CIPHERS } from '../../src/cipher/engine-cipher.ts'
import { NULL_CIPHERS } from '../../src/cipher/null-cipher.ts'
import { OBJECT_CARRIER, WIRE_CARRIER } from '../../src/nodes/frame-carrier.ts'
import { SmallWorld, type SmallWorldOptions } from './small-world.ts'

const HOUR_MS = 3_600_000

function strangers(
  more: SmallWorldOptions = {},
  carrier = OBJECT_CARRIER,
  ciphers = NULL_CIPHERS
): SmallWorld {
  return new SmallWorld(1, 3, carrier, ciphers, { areStrangers: true, ...more })
}

/** A link of the first client. */
function linkOf(small: SmallWorld, isPublic = false): Uint8Array {
  const host = small.world.clients[0]
  const expiresAtMs = isPublic ? 0 : (host?.wallMs ?? 0) + HOUR_MS
  const given = host?.app.firstWords.invite({ isPublic, expiresAtMs })
  small.pass(10)
  assert.ok(given)
  return given.link
}

function open(small: SmallWorld, guest: number, link: Uint8Array): ContactId {
  const contactId = small.world.clients[guest]?.app.firstWords.openLink(link, 'hello')
  assert.ok(contactId)
  return contactId
}

function standing(small: SmallWorld, client: number): readonly string[] {
  return (small.world.clients[client]?.machine?.contacts() ?? []).map((one) => one.standing)
}

/** Both say something to each other. */
function talk(small: SmallWorld, one: number, other: number): void {
  for (const [from, to] of [
    [one, other],
    [other, one]
  ] as const) {
    const [contact] = small.world.clients[from]?.machine?.contacts() ?? []
    assert.ok(contact)
    assert.equal(small.world.learn(from, contact.contactId), to)
    small.say(from, to, `from ${String(from)}`)
  }
  small.pass(30)
  assert.equal(small.received[one]?.at(-1), `from ${String(other)}`)
  assert.equal(small.received[other]?.at(-1), `from ${String(one)}`)
}

describe('strangers', () => {
  it('meet by a link for one of them, and whoever comes after that is told so', () => {
    const small = strangers()
    const link = linkOf(small)
    open(small, 1, link)
    small.pass(30)
    assert.deepEqual([standing(small, 0), standing(small, 1)], [['accepted'], ['accepted']])
    talk(small, 0, 1)
    open(small, 2, link)
    small.pass(120)
    assert.deepEqual(standing(small, 2), ['failed'])
  })

  it('ask at a public address, and are let in by whoever it belongs to', () => {
    const small = strangers()
    const link = linkOf(small, true)
    open(small, 1, link)
    open(small, 2, link)
    small.pass(30)
    const host = small.world.clients[0]
    assert.deepEqual(standing(small, 0), ['pending', 'pending'])
    for (const { contactId } of host?.machine?.contacts() ?? []) {
      host?.give({ type: 'accept-request', contactId, name: '', replaces: undefined })
    }
    small.pass(30)
    assert.deepEqual([standing(small, 1), standing(small, 2)], [['accepted'], ['accepted']])
    talk(small, 0, 1)
  })

  it('use up the prekeys of a public address, one each', () => {
    const small = strangers()
    const link = linkOf(small, true)
    const count = (): number => small.world.clients[0]?.disk.all('one-time-prekey').length ?? 0
    const before = count()
    open(small, 1, link)
    small.pass(30)
    assert.equal(count(), before - 1)
  })

  it('wait for as long as proofs of work take', () => {
    const [quick, slow] = [0, 5_000_000].map((workUs) => {
      const small = strangers({ workUs })
      small.pass(300)
      open(small, 1, linkOf(small))
      small.pass(4)
      return small
    })
    assert.ok(quick && slow)
    assert.deepEqual(standing(quick, 1), ['accepted'])
    assert.deepEqual(standing(slow, 1), ['requested'])
    slow.pass(120)
    assert.deepEqual(standing(slow, 1), ['accepted'])
  })

  it('meet all the same where one of them crashes, whether or not the power failed', () => {
    for (const losesUnsynced of [true, false]) {
      const small = strangers()
      const [host, guest] = small.world.clients
      open(small, 1, linkOf(small))
      small.pass(1)
      host?.stop(losesUnsynced)
      guest?.stop(losesUnsynced)
      small.pass(5)
      host?.start()
      guest?.start()
      small.pass(300)
      assert.deepEqual(standing(small, 1), ['accepted'])
      talk(small, 0, 1)
    }
  })

  it('go through the same events whether frames are encoded or handed over, and with an engine', () => {
    const traces = [
      [OBJECT_CARRIER, NULL_CIPHERS],
      [WIRE_CARRIER, NULL_CIPHERS],
      [WIRE_CARRIER, ENGINE_CIPHERS]
    ] as const
    const [object, wire, engine] = traces.map(([carrier, ciphers]) => {
      const small = strangers({}, carrier, ciphers)
      open(small, 1, linkOf(small))
      small.pass(30)
      talk(small, 0, 1)
      return small.kernel.traceHash
    })
    assert.equal(object, wire)
    assert.equal(wire, engine)
  })
})
