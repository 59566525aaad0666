/**
 * Sessions of the Signal protocol without any cryptography, and as large: what is said stands in the ciphertext, under a tag that
 * only its session has. They are read once each, begun from bundles whose private halves are there, and break as real ones do.
 *
 * ```
 *   none --begin--> written in, type 3 --the other side answers--> type 2
 *     `------- a type 3 is read ------------------------------------^
 * ```
 * Nothing that people run can reach this: the arrows let no package import the simulator.
 */
import { type CiphertextOfType, type Mutation, prekeyKey } from '@sealpost/core'
import { bytesToHex, hexToBytes, type PrekeyBundle } from '@sealpost/protocol'
import type { SimulatedDisk } from '../disk/simulated-disk.ts'

/**
 * Bytes of a type 2 beside its plaintext, which is padded to blocks of 16: version, ratchet key, counters, lengths, MAC, and what the
 * post-quantum ratchet adds, a chunk of its own message in most.
 */
const MESSAGE_BYTES = 96
/** What a type 3 has around that: base key, identity key, ids, and the KEM's ciphertext of 1,569 bytes. */
const FIRST_BYTES = 1_660
const BLOCK_BYTES = 16

const HEAD_BYTES = 32
const RATCHET_BYTES = 36
/** Sessions with one device that are kept, as libsignal does. */
const RATCHETS_MAX = 40

/** One session of those that two devices have had. */
interface Ratchet {
  /** 16 bytes, as hex. */
  readonly id: string
  sentCount: number
  isAnswered: boolean
  /** All up to here were read, but for what `gaps` has. */
  readUpTo: number
  readonly kyberPrekeyId: number
  readonly signedPrekeyId: number
  /** Bits of the 32 before `readUpTo` that were read. */
  window: number
}

/** Bytes that a ciphertext of so long a content has. */
export function ciphertextBytes(contentBytes: number, type: 2 | 3): number {
  const padded = (Math.floor(contentBytes / BLOCK_BYTES) + 1) * BLOCK_BYTES
  return padded + MESSAGE_BYTES + (type === 3 ? FIRST_BYTES : 0)
}

/** What was encrypted, as whoever watches a run may know it. */
export function contentOf(ciphertext: Uint8Array): Uint8Array {
  const view = new DataView(ciphertext.buffer, ciphertext.byteOffset, ciphertext.length)
  return ciphertext.subarray(HEAD_BYTES, HEAD_BYTES + view.getUint32(28))
}

/** The rows that a bundle's private halves are. */
export function bundleRows({ kyberPrekeyId, signedPrekeyId }: PrekeyBundle): readonly Mutation[] {
  const value = Uint8Array.of(1)
  return [
    { type: 'write', table: 'kyber-prekey', key: prekeyKey(kyberPrekeyId), value },
    { type: 'write', table: 'signed-prekey', key: prekeyKey(signedPrekeyId), value }
  ]
}

/** One operation on one device's session: what it changes is to be committed with what it means. */
export class NullSession {
  readonly #disk: SimulatedDisk
  readonly #key: string
  readonly #staged: Mutation[] = []
  /** The one that is written in is the first. */
  #ratchets: Ratchet[]

  /** @param key names the other device. */
  constructor(disk: SimulatedDisk, key: string) {
    this.#disk = disk
    this.#key = key
    this.#ratchets = readRatchets(disk.get({ table: 'session', key }))
  }

  get mutations(): readonly Mutation[] {
    return this.#ratchets.length === 0
      ? this.#staged
      : [
          ...this.#staged,
          { type: 'write', table: 'session', key: this.#key, value: writeRatchets(this.#ratchets) }
        ]
  }

  get canEncrypt(): boolean {
    return this.#ratchets.length > 0
  }

  /** Begins a session, in which is written from now on. @param id 16 bytes. */
  begin({ kyberPrekeyId, signedPrekeyId }: PrekeyBundle, id: Uint8Array): void {
    this.#front({
      id: bytesToHex(id),
      sentCount: 0,
      isAnswered: false,
      readUpTo: 0,
      window: 0,
      kyberPrekeyId,
      signedPrekeyId
    })
  }

  /** Undefined where `canEncrypt` does not hold. */
  encrypt(content: Uint8Array): CiphertextOfType | undefined {
    const [ratchet] = this.#ratchets
    if (ratchet === undefined) {
      return undefined
    }
    ratchet.sentCount += 1
    const type = ratchet.isAnswered ? 2 : 3
    const bytes = new Uint8Array(ciphertextBytes(content.length, type))
    const view = new DataView(bytes.buffer)
    bytes.set(hexToBytes(ratchet.id) ?? [])
    view.setUint32(16, ratchet.sentCount)
    view.setUint32(20, ratchet.kyberPrekeyId)
    view.setUint32(24, ratchet.signedPrekeyId)
    view.setUint32(28, content.length)
    bytes.set(content, HEAD_BYTES)
    return { type, bytes }
  }

  decrypt({ type, bytes }: CiphertextOfType): Uint8Array | { readonly isSessionLost: boolean } {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    const id = bytesToHex(bytes.subarray(0, 16))
    const count = view.getUint32(16)
    const ids = { kyberPrekeyId: view.getUint32(20), signedPrekeyId: view.getUint32(24) }
    const known = this.#ratchets.find((ratchet) => ratchet.id === id)
    const ratchet = known ?? (type === 3 ? this.#take(id, ids) : undefined)
    if (ratchet === undefined || !markRead(ratchet, count)) {
      return { isSessionLost: this.#ratchets.length === 0 }
    }
    ratchet.isAnswered = true
    this.#front(ratchet)
    return contentOf(bytes).slice()
  }

  /** A session that the other side began, from a bundle of ours; each once. */
  #take(
    id: string,
    prekeys: Pick<Ratchet, 'kyberPrekeyId' | 'signedPrekeyId'>
  ): Ratchet | undefined {
    const [kyber, signed] = [prekeyKey(prekeys.kyberPrekeyId), prekeyKey(prekeys.signedPrekeyId)]
    const use = { table: 'kyber-prekey-use', key: `${kyber}.${signed}.${id}` } as const
    const isThere =
      this.#disk.get({ table: 'kyber-prekey', key: kyber }) !== undefined &&
      this.#disk.get({ table: 'signed-prekey', key: signed }) !== undefined
    if (!isThere || this.#disk.get(use) !== undefined) {
      return undefined
    }
    this.#staged.push({ type: 'write', ...use, value: Uint8Array.of(1) })
    return { id, sentCount: 0, isAnswered: true, readUpTo: 0, window: 0, ...prekeys }
  }

  #front(ratchet: Ratchet): void {
    const others = this.#ratchets.filter(({ id }) => id !== ratchet.id)
    this.#ratchets = [ratchet, ...others].slice(0, RATCHETS_MAX)
  }
}

/** @returns false where it was read before, or is so old that nobody knows. */
function markRead(ratchet: Ratchet, count: number): boolean {
  const ahead = count - ratchet.readUpTo
  if (ahead > 0) {
    ratchet.window = ahead >= 32 ? 0 : (ratchet.window << ahead) | (1 << (ahead - 1))
    ratchet.readUpTo = count
    return true
  }
  const bit = 1 << (-ahead - 1)
  if (ahead === 0 || -ahead > 32 || (ratchet.window & bit) !== 0) {
    return false
  }
  ratchet.window |= bit
  return true
}

function readRatchets(value: Uint8Array | undefined): Ratchet[] {
  if (value === undefined) {
    return []
  }
  const view = new DataView(value.buffer, value.byteOffset, value.length)
  return Array.from({ length: value.length / RATCHET_BYTES }, (_, index) => {
    const at = index * RATCHET_BYTES
    return {
      id: bytesToHex(value.subarray(at, at + 16)),
      sentCount: view.getUint32(at + 16) & 0x7fff_ffff,
      isAnswered: view.getUint32(at + 16) >>> 31 === 1,
      readUpTo: view.getUint32(at + 20),
      window: view.getInt32(at + 24),
      kyberPrekeyId: view.getUint32(at + 28),
      signedPrekeyId: view.getUint32(at + 32)
    }
  })
}

function writeRatchets(ratchets: readonly Ratchet[]): Uint8Array {
  const value = new Uint8Array(ratchets.length * RATCHET_BYTES)
  const view = new DataView(value.buffer)
  ratchets.forEach((ratchet, index) => {
    const at = index * RATCHET_BYTES
    value.set(hexToBytes(ratchet.id) ?? [], at)
    view.setUint32(at + 16, ratchet.sentCount + (ratchet.isAnswered ? 2 ** 31 : 0))
    view.setUint32(at + 20, ratchet.readUpTo)
    view.setInt32(at + 24, ratchet.window)
    view.setUint32(at + 28, ratchet.kyberPrekeyId)
    view.setUint32(at + 32, ratchet.signedPrekeyId)
  })
  return value
}
