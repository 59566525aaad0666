/**
 * Sessions as the engine would keep them, without any cryptography: ciphertexts that say what they are, each readable once, only
 * where its session is known, and begun anew from a bundle whose private halves are still there. They break in the ways that real
 * ones do.
 */
import { type CiphertextOfType, type Mutation, prekeyKey } from '@sealpost/core'
import {
  bytesToHex,
  bytesToUtf8,
  hexToBytes,
  type PrekeyBundle,
  utf8ToBytes
} from '@sealpost/protocol'
import type { MemoryRows } from '../relay/memory-rows.ts'

const HEADER_BYTES = 28
/** A session with a device has one row. */
const TABLE = 'session'

/** One session of those that two devices have had. */
interface Ratchet {
  sentCount: number
  /** Counters of what was read in it. */
  read: readonly number[]
  /** Whether the other side has proven that it knows it. */
  isAnswered: boolean
  readonly kyberPrekeyId: number
  readonly signedPrekeyId: number
}

interface SessionState {
  /** The one that is written in. */
  current: string
  readonly ratchets: Record<string, Ratchet>
}

/** What a ciphertext says, for whoever checks what leaves a device. */
export interface FakeCiphertext {
  readonly session: string
  readonly count: number
  readonly kyberPrekeyId: number
  readonly signedPrekeyId: number
  readonly contentBytes: Uint8Array
}

export function parseCiphertext(bytes: Uint8Array): FakeCiphertext {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  return {
    session: bytesToHex(bytes.subarray(0, 16)),
    count: view.getUint32(16),
    kyberPrekeyId: view.getUint32(20),
    signedPrekeyId: view.getUint32(24),
    contentBytes: bytes.slice(HEADER_BYTES)
  }
}

function makeCiphertext(session: string, ratchet: Ratchet, contentBytes: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + contentBytes.length)
  bytes.set(hexToBytes(session) ?? [], 0)
  const view = new DataView(bytes.buffer)
  view.setUint32(16, ratchet.sentCount)
  view.setUint32(20, ratchet.kyberPrekeyId)
  view.setUint32(24, ratchet.signedPrekeyId)
  bytes.set(contentBytes, HEADER_BYTES)
  return bytes
}

/** The rows that a bundle's private halves are. */
export function bundleRows({ kyberPrekeyId, signedPrekeyId }: PrekeyBundle): readonly Mutation[] {
  const value = Uint8Array.of(1)
  return [
    { type: 'write', table: 'kyber-prekey', key: prekeyKey(kyberPrekeyId), value },
    { type: 'write', table: 'signed-prekey', key: prekeyKey(signedPrekeyId), value }
  ]
}

/** One operation of the engine on one device's session: what it changes is to be committed with what it means. */
export class FakeSession {
  readonly #rows: MemoryRows
  readonly #key: string
  readonly #staged: Mutation[] = []
  #state: SessionState | undefined

  /** @param key names the other device. */
  constructor(rows: MemoryRows, key: string) {
    this.#rows = rows
    this.#key = key
    const value = rows.get({ table: TABLE, key })
    this.#state = value === undefined ? undefined : (JSON.parse(bytesToUtf8(value)) as SessionState)
  }

  get mutations(): readonly Mutation[] {
    const value = this.#state && utf8ToBytes(JSON.stringify(this.#state))
    const own: readonly Mutation[] =
      value === undefined ? [] : [{ type: 'write', table: TABLE, key: this.#key, value }]
    return [...this.#staged, ...own]
  }

  get canEncrypt(): boolean {
    return this.#state !== undefined && this.#state.current in this.#state.ratchets
  }

  /** Begins a session, in which is written from now on. */
  begin({ kyberPrekeyId, signedPrekeyId }: PrekeyBundle, id: Uint8Array): void {
    const session = bytesToHex(id)
    const ratchets = this.#state?.ratchets ?? {}
    ratchets[session] = {
      sentCount: 0,
      read: [],
      isAnswered: false,
      kyberPrekeyId,
      signedPrekeyId
    }
    this.#state = { current: session, ratchets }
  }

  /** Only where `canEncrypt` holds. */
  encrypt(contentBytes: Uint8Array): CiphertextOfType {
    const ratchet = this.#state?.ratchets[this.#state.current]
    if (this.#state === undefined || ratchet === undefined) {
      throw new Error('there is no session to write in')
    }
    ratchet.sentCount += 1
    const bytes = makeCiphertext(this.#state.current, ratchet, contentBytes)
    return { type: ratchet.isAnswered ? 2 : 3, bytes }
  }

  decrypt({ type, bytes }: CiphertextOfType): Uint8Array | { readonly isSessionLost: boolean } {
    const { session, count, kyberPrekeyId, signedPrekeyId, contentBytes } = parseCiphertext(bytes)
    let ratchet = this.#state?.ratchets[session]
    if (ratchet === undefined && type === 3) {
      ratchet = this.#take(session, kyberPrekeyId, signedPrekeyId)
    }
    if (ratchet === undefined || ratchet.read.includes(count)) {
      return { isSessionLost: this.#state === undefined }
    }
    ratchet.read = [...ratchet.read, count]
    ratchet.isAnswered = true
    this.#state = { current: session, ratchets: this.#state?.ratchets ?? { [session]: ratchet } }
    return contentBytes
  }

  /** A session that the other side began, from a bundle of ours; each once. */
  #take(session: string, kyberPrekeyId: number, signedPrekeyId: number): Ratchet | undefined {
    const [kyber, signed] = [prekeyKey(kyberPrekeyId), prekeyKey(signedPrekeyId)]
    const use = { table: 'kyber-prekey-use', key: `${kyber}.${signed}.${session}` } as const
    const isThere =
      this.#rows.get({ table: 'kyber-prekey', key: kyber }) !== undefined &&
      this.#rows.get({ table: 'signed-prekey', key: signed }) !== undefined
    if (!isThere || this.#rows.get(use) !== undefined) {
      return undefined
    }
    this.#staged.push({ type: 'write', ...use, value: Uint8Array.of(1) })
    const ratchet = { sentCount: 0, read: [], isAnswered: true, kyberPrekeyId, signedPrekeyId }
    this.#state = {
      current: session,
      ratchets: { ...this.#state?.ratchets, [session]: ratchet }
    }
    return ratchet
  }
}

/** How a session can break: its record is gone; what is read in it is forgotten; or it goes back to what it was. */
export type Breakage = 'lost' | 'deaf' | 'rolled-back'

/** What such a breakage does to a session's row. @param earlier the row as it once was. */
export function breakSession(
  rows: MemoryRows,
  key: string,
  breakage: Breakage,
  earlier: Uint8Array | undefined
): readonly Mutation[] {
  const value = rows.get({ table: TABLE, key })
  if (value === undefined) {
    return []
  }
  if (breakage === 'lost') {
    return [{ type: 'erase', table: TABLE, key }]
  }
  if (breakage === 'rolled-back') {
    return earlier === undefined ? [] : [{ type: 'write', table: TABLE, key, value: earlier }]
  }
  const { current, ratchets } = JSON.parse(bytesToUtf8(value)) as SessionState
  const read = Array.from({ length: 1_000 }, (_, count) => count)
  const deaf = Object.entries(ratchets).map(([id, ratchet]) => [id, { ...ratchet, read }])
  const state = { current, ratchets: Object.fromEntries(deaf) as SessionState['ratchets'] }
  return [{ type: 'write', table: TABLE, key, value: utf8ToBytes(JSON.stringify(state)) }]
}
