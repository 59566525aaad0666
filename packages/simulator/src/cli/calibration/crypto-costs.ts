/** What cryptography takes of this machine's processor: of a client that runs in a browser, and of a relay and its streams. */
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  diffieHellman,
  generateKeyPairSync,
  randomBytes,
  sign,
  verify
} from 'node:crypto'
import { WorkSearch } from '@sealpost/core'
import { type EngineStores, openEnvelope, type Random, sealEnvelope } from '@sealpost/crypto'
import { createNobleEngine } from '@sealpost/crypto-noble'
import {
  type ClientFrame,
  decodeClientFrame,
  type DeviceAddress,
  encodeClientFrame,
  type Envelope,
  envelopeIds,
  identityKeys,
  type Lifetime,
  mailboxIds,
  parseDeviceNumber,
  SealpostError
} from '@sealpost/protocol'
import { cpuUs, cpuUsSync } from './cpu-time.ts'

/** Microseconds of one processor. */
export interface CryptoCosts {
  /** A text of 100 bytes that goes on with a chain. */
  readonly encryptUs: number
  /** The rest of a text that is answered at once: the ratchet turns on both sides. */
  readonly decryptUs: number
  /** An envelope of 2 KiB. */
  readonly sealUs: number
  readonly openUs: number
  /** A frame with it, on a stream: ChaCha20-Poly1305. */
  readonly streamUs: number
  /** Decoding it, and the hash of its token. */
  readonly decodeUs: number
  readonly encodeUs: number
  /** One side of Noise XX, near enough: three agreements, a key pair, a signature and its check. */
  readonly handshakeUs: number
  /** One nonce of a proof of work. */
  readonly hashUs: number
}

const NOW_MS = 1_750_000_000_000
const TEXT = new Uint8Array(100)
const random: Random = { bytes: (count) => new Uint8Array(randomBytes(count)) }

export async function cryptoCosts(): Promise<CryptoCosts> {
  const ratchet = await ratchetCosts()
  return { ...ratchet, ...envelopeCosts(), ...streamCosts(), hashUs: hashUs() }
}

async function ratchetCosts(): Promise<Pick<CryptoCosts, 'encryptUs' | 'decryptUs'>> {
  const engine = createNobleEngine({ random })
  const [alice, bob] = [await makeDevice(engine, 1), await makeDevice(engine, 2)]
  const [signed, kyber] = [
    await engine.makeSignedPrekey(1, bob.identity, NOW_MS),
    await engine.makeKyberPrekey(2, bob.identity, NOW_MS)
  ]
  bob.prekeys.set(1, signed.record)
  bob.prekeys.set(2, kyber.record)
  await engine.startSession(
    alice.stores,
    bob.address,
    { registrationId: 2, signedPrekey: signed, kyberPrekey: kyber, oneTimePrekey: undefined },
    NOW_MS
  )
  let [from, to] = [alice, bob]
  const encrypt = () => engine.encrypt(from.stores, to.address, TEXT, NOW_MS)
  let ciphertext = await encrypt()
  const decrypt = () => engine.decrypt(to.stores, from.address, ciphertext, NOW_MS)
  const turn = (): void => {
    ;[from, to] = [to, from]
  }
  await decrypt()
  const roundUs = await cpuUs(async () => {
    turn()
    ciphertext = await encrypt()
    await decrypt()
  })
  // What was decrypted is not decrypted again: it is what a round takes more than encrypting, which goes on with one chain.
  const encryptUs = await cpuUs(encrypt)
  return { encryptUs, decryptUs: Math.max(0, roundUs - encryptUs) }
}

interface Device {
  readonly address: DeviceAddress
  readonly identity: Awaited<ReturnType<ReturnType<typeof createNobleEngine>['makeIdentity']>>
  readonly stores: EngineStores
  readonly prekeys: Map<number, Uint8Array>
}

/** One with stores in memory. */
async function makeDevice(
  engine: ReturnType<typeof createNobleEngine>,
  number: number
): Promise<Device> {
  const identity = await engine.makeIdentity()
  const device = parseDeviceNumber(number)
  if (device === undefined) {
    throw new SealpostError('SEALPOST_BUG', 'a device has a number')
  }
  const sessions = new Map<string, Uint8Array>()
  const prekeys = new Map<number, Uint8Array>()
  const stores: EngineStores = {
    identity: async () => identity,
    registrationId: async () => number,
    loadSession: async (peer) => sessions.get(peer.identityKey),
    saveSession: async (peer, record) => void sessions.set(peer.identityKey, record),
    loadOneTimePrekey: async (id) => prekeys.get(id),
    removeOneTimePrekey: async (id) => void prekeys.delete(id),
    loadSignedPrekey: async (id) => prekeys.get(id),
    loadKyberPrekey: async (id) => prekeys.get(id),
    noteKyberPrekeyUse: async () => true
  }
  const address = { identityKey: identityKeys.fromBytes(identity.publicKey), device }
  return { address, identity, stores, prekeys }
}

const BINDING = {
  mailboxId: mailboxIds.fromBytes(new Uint8Array(32)),
  envelopeId: envelopeIds.fromBytes(new Uint8Array(16)),
  recallHash: new Uint8Array(32),
  lifetime: 1 as Lifetime
}

function sampleEnvelope(): { readonly sealKey: Uint8Array; readonly envelope: Envelope } {
  const sealKey = random.bytes(32)
  return { sealKey, envelope: { ...BINDING, sealed: sealOne(sealKey) } }
}

function sealOne(sealKey: Uint8Array): Uint8Array {
  const senderDevice = parseDeviceNumber(1)
  if (senderDevice === undefined) {
    throw new SealpostError('SEALPOST_BUG', 'a device has a number')
  }
  const inner = { type: 2, member: 0, senderDevice, ciphertext: new Uint8Array(300) } as const
  return sealEnvelope({ ...BINDING, ...inner, sealKey }, random)
}

function envelopeCosts(): Pick<CryptoCosts, 'sealUs' | 'openUs'> {
  const { sealKey, envelope } = sampleEnvelope()
  const { mailboxId } = BINDING
  return {
    sealUs: cpuUsSync(() => sealOne(sealKey)),
    openUs: cpuUsSync(() => openEnvelope({ sealKey, mailboxId, envelope }))
  }
}

function streamCosts(): Omit<
  CryptoCosts,
  'encryptUs' | 'decryptUs' | 'sealUs' | 'openUs' | 'hashUs'
> {
  const frame: ClientFrame = {
    type: 'request',
    number: 1,
    request: {
      type: 'deposit',
      mailboxId: BINDING.mailboxId,
      depositToken: random.bytes(32),
      envelope: sampleEnvelope().envelope,
      isLive: false,
      work: undefined
    }
  }
  const bytes = encodeClientFrame(frame)
  const [key, nonce] = [random.bytes(32), random.bytes(12)]
  const options = { authTagLength: 16 }
  const sealed = createCipheriv('chacha20-poly1305', key, nonce, options)
  const ciphertext = Buffer.concat([sealed.update(bytes), sealed.final()])
  const tag = sealed.getAuthTag()
  return {
    streamUs: cpuUsSync(() => {
      const opening = createDecipheriv('chacha20-poly1305', key, nonce, options)
      opening.setAuthTag(tag)
      return Buffer.concat([opening.update(ciphertext), opening.final()])
    }),
    decodeUs: cpuUsSync(() => {
      decodeClientFrame(bytes)
      return createHash('sha256').update(key).digest()
    }),
    encodeUs: cpuUsSync(() => encodeClientFrame(frame)),
    handshakeUs: handshakeUs()
  }
}

const TRIES = 100

function hashUs(): number {
  const target = {
    relay: random.bytes(38),
    challenge: random.bytes(16),
    verb: 'register' as const,
    subject: random.bytes(32)
  }
  // More bits than so few tries find.
  const search = new WorkSearch(target, 64)
  return cpuUsSync(() => search.advance(TRIES)) / TRIES
}

function handshakeUs(): number {
  const curve = generateKeyPairSync('x25519')
  const identity = generateKeyPairSync('ed25519')
  const message = random.bytes(64)
  return cpuUsSync(() => {
    const own = generateKeyPairSync('x25519')
    for (const privateKey of [own.privateKey, own.privateKey, curve.privateKey]) {
      diffieHellman({ privateKey, publicKey: curve.publicKey })
    }
    return verify(
      undefined,
      message,
      identity.publicKey,
      sign(undefined, message, identity.privateKey)
    )
  })
}
