/** One device of someone in a test, with an engine and stores of its own. */
import {
  SealpostError,
  bytesToUtf8,
  identityKeys,
  parseDeviceNumber,
  utf8ToBytes
} from '@sealpost/protocol'
import type { DeviceAddress } from '@sealpost/protocol'
import type {
  Ciphertext,
  KeyPair,
  NewSignedPrekey,
  SessionBundle,
  SignalEngine
} from '../signal-engine.ts'
import { check, checkEqual } from './check.ts'
import { MemoryEngineStores, sessionKey } from './memory-stores.ts'

/** When everything happens unless a test says otherwise: a whole second, as sessions count them. */
export const NOW_MS = 1_750_000_000_000

/** See the head of this file. */
export class Party {
  readonly engine: SignalEngine
  readonly identity: KeyPair
  readonly address: DeviceAddress
  readonly stores: MemoryEngineStores
  readonly #registrationId: number
  #nextPrekeyId = 1

  private constructor(engine: SignalEngine, identity: KeyPair, device: number) {
    const deviceNumber = parseDeviceNumber(device)
    check(deviceNumber !== undefined, 'a device has a number from 1 to 127')
    this.engine = engine
    this.identity = identity
    this.address = {
      identityKey: identityKeys.fromBytes(identity.publicKey),
      device: deviceNumber
    }
    this.#registrationId = 1_000 + device
    this.stores = new MemoryEngineStores(identity, this.#registrationId)
  }

  /** @param identity of the account, for a further device of it. */
  static async create(engine: SignalEngine, device = 1, identity?: KeyPair): Promise<Party> {
    return new Party(engine, identity ?? (await engine.makeIdentity()), device)
  }

  /** Makes prekeys, keeps their private halves and gives away the rest. */
  async publish(options: { readonly hasOneTimePrekey: boolean }): Promise<SessionBundle> {
    const { engine, identity, stores } = this
    const signedPrekey = await engine.makeSignedPrekey(this.#prekeyId(), identity, NOW_MS)
    const kyberPrekey = await engine.makeKyberPrekey(this.#prekeyId(), identity, NOW_MS)
    stores.addSignedPrekey(signedPrekey)
    stores.addKyberPrekey(kyberPrekey)
    const bundle = {
      registrationId: this.#registrationId,
      signedPrekey: signedHalf(signedPrekey),
      kyberPrekey: signedHalf(kyberPrekey)
    }
    if (!options.hasOneTimePrekey) {
      return { ...bundle, oneTimePrekey: undefined }
    }
    const { id, publicKey, record } = await engine.makeOneTimePrekey(this.#prekeyId())
    stores.addOneTimePrekey({ id, publicKey, record })
    return { ...bundle, oneTimePrekey: { id, publicKey } }
  }

  /** Ids far apart, so that a bit flipped in one does not give another. */
  #prekeyId(): number {
    this.#nextPrekeyId += 1
    return this.#nextPrekeyId * 65_537
  }

  startSession(peer: Party, bundle: SessionBundle, nowMs: number = NOW_MS): Promise<void> {
    return this.engine.startSession(this.stores, peer.address, bundle, nowMs)
  }

  send(peer: Party, text: string, nowMs: number = NOW_MS): Promise<Ciphertext> {
    return this.engine.encrypt(this.stores, peer.address, utf8ToBytes(text), nowMs)
  }

  async receive(peer: Party, ciphertext: Ciphertext, nowMs: number = NOW_MS): Promise<string> {
    return bytesToUtf8(await this.engine.decrypt(this.stores, peer.address, ciphertext, nowMs))
  }

  loseSession(peer: Party): void {
    this.stores.sessions.delete(sessionKey(peer.address))
  }
}

function signedHalf(prekey: NewSignedPrekey): SessionBundle['signedPrekey'] {
  return { id: prekey.id, publicKey: prekey.publicKey, signature: prekey.signature }
}

/** Sends `text` from one to the other and expects it to arrive. @returns the ciphertext that was used. */
export async function deliver(from: Party, to: Party, text: string): Promise<Ciphertext> {
  const ciphertext = await from.send(to, text)
  checkEqual(await to.receive(from, ciphertext), text, 'another text than was sent')
  return ciphertext
}

/** Two who have talked both ways, so that messages are of type 2. */
export async function twoInTouch(
  engine: SignalEngine
): Promise<{ readonly alice: Party; readonly bob: Party }> {
  const alice = await Party.create(engine)
  const bob = await Party.create(engine)
  await alice.startSession(bob, await bob.publish({ hasOneTimePrekey: true }))
  await deliver(alice, bob, 'hello')
  await deliver(bob, alice, 'hello yourself')
  return { alice, bob }
}

/** Expects that `attempt` leaves the stores as they are and writes nothing in between. */
export async function leavesUntouched(
  party: Party,
  what: string,
  attempt: () => Promise<unknown>
): Promise<void> {
  const before = party.stores.snapshot()
  const writesBefore = party.stores.writeCount
  await attempt()
  check(party.stores.snapshot() === before, `${what} changed the stores`)
  checkEqual(party.stores.writeCount, writesBefore, `${what} wrote to the stores`)
}

/** The one-time prekey of a bundle that has one. */
export function oneTimePrekeyOf(
  bundle: SessionBundle
): NonNullable<SessionBundle['oneTimePrekey']> {
  if (bundle.oneTimePrekey === undefined) {
    throw new SealpostError('SEALPOST_BUG', 'the bundle has no one-time prekey')
  }
  return bundle.oneTimePrekey
}
