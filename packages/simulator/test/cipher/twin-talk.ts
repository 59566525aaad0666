/** The same conversation under both ciphers, one operation after the other, each of which must come to the same. */
import assert from 'node:assert/strict'
import type { CiphertextOfType } from '@sealpost/core'
import { identityKeys, parseDeviceNumber, type PrekeyBundle } from '@sealpost/protocol'
import fc from 'fast-check'
import type { CipherSession, CipherSuite, ClientCipher } from '../../src/cipher/client-cipher.ts'
import { ENGINE_CIPHERS } from '../../src/cipher/engine-cipher.ts'
import { NULL_CIPHERS } from '../../src/cipher/null-cipher.ts'
import { SimulatedDisk } from '../../src/disk/simulated-disk.ts'
import { randomStream } from '../../src/random/random-stream.ts'

const START_MS = 1_736_121_600_000
const DEVICE = parseDeviceNumber(1) ?? assert.fail()
const REGISTRATION_IDS = [7, 9_000, 12]

interface Party {
  readonly disk: SimulatedDisk
  readonly cipher: ClientCipher
  readonly key: ReturnType<typeof identityKeys.fromBytes>
  readonly registrationId: number
  bundle: PrekeyBundle
}

class Talk {
  readonly #parties: readonly Party[]

  constructor(ciphers: CipherSuite, seed: number) {
    this.#parties = REGISTRATION_IDS.map((registrationId, place) => {
      const disk = new SimulatedDisk()
      const random = randomStream(seed, 'keys', place)
      const { bundle, identity, rows } = ciphers.makeKeys(random.bytes(32), random)
      rows.forEach((row) => {
        disk.apply(row)
      })
      const cipher = ciphers.makeCipher({ disk, identity, registrationId, random })
      const key = identityKeys.fromBytes(identity.publicKey)
      return { disk, cipher, key, registrationId, bundle }
    })
  }

  party(place: number): Party {
    return this.#parties[place] ?? assert.fail()
  }

  /** An operation of one on what they have with another, and what it changes. */
  on<Result>(one: number, other: number, run: (session: CipherSession) => Result): Result {
    const { disk, cipher } = this.party(one)
    const session = cipher.session(this.party(other).key, DEVICE)
    const result = run(session)
    session.mutations.forEach((row) => {
      disk.apply(row)
    })
    return result
  }
}

interface Sent {
  readonly length: number
  readonly forms: readonly (CiphertextOfType | undefined)[]
}

export class TwinTalk {
  readonly #talks: readonly Talk[]
  /** What was written to each, by both ciphers. */
  readonly #sent: Sent[][] = REGISTRATION_IDS.map(() => [])
  nowMs: number = START_MS
  /** How often something was read, and how often each refusal came about. */
  readonly outcomes = new Map<string, number>()

  constructor(seed: number) {
    this.#talks = [NULL_CIPHERS, ENGINE_CIPHERS].map((ciphers) => new Talk(ciphers, seed))
  }

  begin(one: number, other: number): void {
    this.#same(({ party, on }) => {
      const { bundle, registrationId } = party(other)
      return on(one, other, (session) => session.begin({ bundle, registrationId }, this.nowMs))
    })
  }

  write(one: number, other: number, length: number): void {
    const content = new Uint8Array(length).fill(length)
    const forms: (CiphertextOfType | undefined)[] = []
    this.#same(({ on }) => {
      return on(one, other, (session) => {
        const canEncrypt = session.canEncrypt(this.nowMs)
        const ciphertext = session.encrypt(content, this.nowMs)
        forms.push(ciphertext)
        return [canEncrypt, ciphertext?.type, ciphertext?.bytes.length]
      })
    })
    if (forms.some((form) => form !== undefined)) {
      this.#sent[other]?.push({ length, forms })
    }
  }

  sentTo(place: number): number {
    return this.#sent[place]?.length ?? 0
  }

  /** @param reader who tries to read what was written to `to`, as if it were from `from` */
  read(reader: number, from: number, to: number, which: number): void {
    const sent = this.#sent[to]?.[which]
    const outcome = this.#same(({ on }, place) => {
      const form = sent?.forms[place]
      return on(reader, from, (session) => {
        const read = form === undefined ? 'nothing' : session.decrypt(form)
        return read instanceof Uint8Array ? `${String(read.length)} of ${String(read[0])}` : read
      })
    })
    const name = outcome.startsWith('SEALPOST') ? outcome : 'read'
    this.outcomes.set(name, (this.outcomes.get(name) ?? 0) + 1)
  }

  /** New prekeys, and the old ones are gone. */
  turnPrekeys(one: number, id: number): void {
    this.#same(({ party }) => {
      const { disk, cipher, bundle: old } = party(one)
      for (const table of ['kyber-prekey', 'signed-prekey'] as const) {
        for (const { key } of disk.all(table)) {
          disk.apply({ type: 'erase', table, key })
        }
      }
      const ids = { signedPrekeyId: id, kyberPrekeyId: id + 1 }
      const { bundle, rows } = cipher.makeBundle({ type: 'make-bundle', ...ids })
      rows.forEach((row) => {
        disk.apply(row)
      })
      party(one).bundle = bundle
      return old.signedPrekeyId
    })
  }

  /** All sessions with another are lost. */
  forget(one: number, other: number): void {
    this.#same(({ party }) => {
      const { disk } = party(one)
      const key = `${party(other).key}.${String(DEVICE)}`
      disk.apply({ type: 'erase', table: 'session', key })
      return ''
    })
  }

  #same<Outcome>(run: (talk: Pick<Talk, 'party' | 'on'>, place: number) => Outcome): Outcome {
    const [one, other] = this.#talks.map((talk, place) => {
      const on: Talk['on'] = (first, second, act) => talk.on(first, second, act)
      return run({ party: (of) => talk.party(of), on }, place)
    })
    assert.deepEqual(one, other)
    return one as Outcome
  }
}

const ACT = fc.record({
  type: fc.constantFrom(
    ...Array<'write'>(20).fill('write'),
    ...Array<'read'>(26).fill('read'),
    ...Array<'again'>(3).fill('again'),
    'begin',
    'stray',
    'month',
    'prekeys',
    'forget'
  ),
  who: fc.nat(1),
  number: fc.nat({ max: 4_000 })
})
export type Act = typeof ACT extends fc.Arbitrary<infer One> ? One : never

/** Conversations of two, beside whom a third listens: with losses, whatever order, and all that can go wrong. */
export function acts(minLength: number, maxLength: number): fc.Arbitrary<readonly Act[]> {
  return fc.array(ACT, { minLength, maxLength, size: 'max' })
}

export function play(all: readonly Act[]): TwinTalk {
  const twins = new TwinTalk(all.length)
  twins.begin(0, 1)
  const done = [0, 0]
  for (const [at, { type, who, number }] of all.entries()) {
    const other = 1 - who
    const last = twins.sentTo(who) - 1
    switch (type) {
      case 'write':
        twins.write(who, other, number)
        break
      case 'read': {
        // Mostly in order, and now and then past some that were lost, or come later.
        const which = number % 5 === 0 ? number % Math.max(1, last + 1) : (done[who] ?? 0)
        done[who] = Math.min(last + 1, which + 1)
        twins.read(who, other, who, which)
        break
      }
      case 'again':
        twins.read(who, other, who, number % Math.max(1, last + 1))
        break
      case 'begin':
        twins.begin(who, other)
        break
      case 'stray':
        // A third is given what is for another, from whom it is or from another.
        twins.read(2, number % 2 === 0 ? other : who, who, number % Math.max(1, last + 1))
        break
      case 'month':
        twins.nowMs += (number % 40) * 86_400_000
        break
      case 'prekeys':
        twins.turnPrekeys(who, 10 * at + 200)
        break
      case 'forget':
        if (number % 3 === 0) {
          twins.forget(who, other)
        }
    }
  }
  return twins
}
