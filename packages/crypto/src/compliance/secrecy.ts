import { bytesToBase64url, bytesToHex, utf8ToBytes } from '@sealpost/protocol'
import type { ComplianceCase } from './compliance-case.ts'
import { check, errorOf } from './check.ts'
import { sessionKey } from './memory-stores.ts'
import { withFlippedBit } from './message-fields.ts'
import { Party, deliver, twoInTouch } from './party.ts'

const PLAINTEXT = 'meet me at the old mill at nine'

/** Errors end up in logs and reports. */
export const SECRECY_CASES: readonly ComplianceCase[] = [
  {
    title: 'keeps keys, records, plaintext and people out of its errors',
    run: async (makeEngine) => {
      const engine = await makeEngine()
      const { alice, bob } = await twoInTouch(engine)
      const mallory = await Party.create(engine)
      const sent = await deliver(alice, bob, PLAINTEXT)
      const fresh = await alice.send(bob, PLAINTEXT)
      const bundle = await bob.publish({ hasOneTimePrekey: true })
      const other = await mallory.publish({ hasOneTimePrekey: true })
      await mallory.startSession(bob, bundle)
      const forged = await mallory.send(bob, PLAINTEXT)
      const broken = { type: fresh.type, bytes: withFlippedBit(fresh.bytes, 80) }
      const errors = [
        await errorOf(bob.receive(alice, sent)),
        await errorOf(bob.receive(alice, broken)),
        await errorOf(bob.receive(alice, forged)),
        await errorOf(bob.receive(mallory, sent)),
        await errorOf(mallory.send(alice, PLAINTEXT)),
        await errorOf(alice.startSession(bob, other)),
        await errorOf(engine.readPrekeyMessage(fresh.bytes))
      ]
      const secrets = [alice, bob, mallory].flatMap(secretsOf)
      for (const [index, error] of errors.entries()) {
        check(error !== undefined, `attempt ${String(index)} was not refused`)
        const text = everythingIn(error)
        for (const secret of secrets) {
          check(!text.includes(secret), `error ${String(index)} tells a secret: ${text}`)
        }
      }
    }
  }
]

function secretsOf(party: Party): readonly string[] {
  const { address, identity, stores } = party
  const records = [
    identity.privateKey,
    utf8ToBytes(PLAINTEXT),
    ...stores.sessions.values(),
    ...stores.signedPrekeys.values()
  ]
  return [
    PLAINTEXT,
    address.identityKey,
    sessionKey(address),
    // A part of each is enough to give the whole away in a longer dump.
    ...records.flatMap((bytes) => [
      bytesToHex(bytes.subarray(0, 24)),
      bytesToBase64url(bytes.subarray(0, 24)),
      bytes.subarray(0, 24).join()
    ])
  ]
}

/** Every text, number and byte that can be reached from an error. */
function everythingIn(value: unknown, depth = 0): string {
  if (value instanceof Uint8Array) {
    return `${bytesToHex(value)} ${value.join()}`
  }
  if (typeof value !== 'object' || value === undefined || depth > 5) {
    return String(value)
  }
  const names = Object.getOwnPropertyNames(Object(value))
  return names
    .map((name) => `${name}: ${everythingIn(Reflect.get(Object(value), name), depth + 1)}`)
    .join('\n')
}
