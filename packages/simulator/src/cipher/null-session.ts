/**
 * Sessions of the Signal protocol without any cryptography, and as large: what is said stands in the ciphertext, under the id that
 * only its session has. They are read once each, begun from bundles whose private halves are there, refuse what the engine refuses,
 * and each of their ciphertexts is as long as the engine's, since both ratchets are there as the counters that they are.
 *
 * ```
 *   none --begin--> written in, type 3 --the other side answers--> type 2
 *     `------- a type 3 is read ------------------------------------^
 * ```
 */
import { type CiphertextOfType, type Mutation, prekeyKey } from '@sealpost/core'
import { type AddressRecord, bytesToHex, type IdentityKey, identityKeys } from '@sealpost/protocol'
import type { SimulatedDisk } from '../disk/simulated-disk.ts'
import type { CipherSession, ClientCipherInit, Refusal } from './client-cipher.ts'
import { type NullMessage, readNullMessage, writeNullMessage } from './null-message.ts'
import {
  beginRatchet,
  ID_BYTES,
  type MessageHead,
  type NullRatchet,
  ratchetReceive,
  ratchetSend,
  ratchetSteps,
  readRatchet,
  waitsSince,
  writeRatchet
} from './null-ratchet.ts'
import { NumberReader, NumberWriter } from './numbers.ts'

/** Sessions with one device that are kept: the one that is written in and 40 earlier ones. */
const RATCHETS_MAX = 41
/** How long a session may wait for its answer. */
const PENDING_MS_MAX = 30 * 24 * 3_600_000
/** What all earlier sessions together may cost. */
const STEPS_MAX = 50_000

export interface NullSessionInit extends ClientCipherInit {
  /** Of the session's row: names the other device. */
  readonly key: string
  /** The other side's. */
  readonly identityKey: IdentityKey
}

export class NullSession implements CipherSession {
  readonly #init: NullSessionInit
  readonly #disk: SimulatedDisk
  readonly #staged: Mutation[] = []
  /** Each as it is in the record; the one that is written in is the first. */
  #records: readonly Uint8Array[]
  #isChanged = false

  constructor(init: NullSessionInit) {
    this.#init = init
    this.#disk = init.disk
    this.#records = splitRecord(this.#disk.get({ table: 'session', key: init.key }))
  }

  get mutations(): readonly Mutation[] {
    const { key } = this.#init
    return this.#isChanged
      ? [
          ...this.#staged,
          { type: 'write', table: 'session', key, value: joinRecord(this.#records) }
        ]
      : this.#staged
  }

  canEncrypt(nowMs: number): boolean {
    const [first] = this.#records
    return first !== undefined && !isStale(first, nowMs)
  }

  begin({ bundle }: Pick<AddressRecord, 'bundle'>, nowMs: number): boolean {
    const { kyberPrekeyId, signedPrekeyId } = bundle
    const { registrationId, random } = this.#init
    const createdAtS = Math.floor(nowMs / 1_000)
    const pending = { createdAtS, registrationId, signedPrekeyId, kyberPrekeyId }
    this.#put(beginRatchet(random.bytes(ID_BYTES), pending), this.#records.length)
    return true
  }

  encrypt(content: Uint8Array, nowMs: number): CiphertextOfType | undefined {
    const [first] = this.#records
    if (first === undefined || isStale(first, nowMs)) {
      return undefined
    }
    const ratchet = readRatchet(first)
    const { pending, id } = ratchet
    const head = ratchetSend(ratchet, content.length)
    this.#put(ratchet, 0)
    const envelope = pending && {
      ...pending,
      sender: this.#init.identity.publicKey,
      recipient: identityKeys.toBytes(this.#init.identityKey)
    }
    const bytes = writeNullMessage({ ...head, id, content, envelope }, head.bytes)
    return { type: head.type, bytes }
  }

  decrypt({ type, bytes }: CiphertextOfType): Uint8Array | Refusal {
    const message = readNullMessage(bytes, type === 3)
    return message === undefined
      ? 'SEALPOST_MESSAGE_INVALID'
      : message.envelope === undefined
        ? this.#decryptNext(message)
        : this.#decryptFirst(message, message.envelope)
  }

  #decryptNext(message: NullMessage): Uint8Array | Refusal {
    if (this.#records.length === 0) {
      return 'SEALPOST_NO_SESSION'
    }
    const position = this.#positionOf(message.id)
    return position === -1 || !this.#isInReach(position, message)
      ? 'SEALPOST_MESSAGE_INVALID'
      : this.#take(position, message)
  }

  /** A session that the other side began, from a bundle of ours; each once. */
  #decryptFirst(
    message: NullMessage,
    envelope: NonNullable<NullMessage['envelope']>
  ): Uint8Array | Refusal {
    const { identity, identityKey } = this.#init
    if (!isEqual(envelope.sender, identityKeys.toBytes(identityKey))) {
      return 'SEALPOST_IDENTITY_CHANGED'
    }
    const position = this.#positionOf(message.id)
    if (position !== -1) {
      return this.#take(position, message)
    }
    const [kyber, signed] = [prekeyKey(envelope.kyberPrekeyId), prekeyKey(envelope.signedPrekeyId)]
    const isThere =
      this.#disk.get({ table: 'kyber-prekey', key: kyber }) !== undefined &&
      this.#disk.get({ table: 'signed-prekey', key: signed }) !== undefined
    if (!isThere) {
      return 'SEALPOST_PREKEY_UNKNOWN'
    }
    if (!isEqual(envelope.recipient, identity.publicKey)) {
      return 'SEALPOST_MESSAGE_INVALID'
    }
    const ratchet = beginRatchet(message.id, undefined)
    const refusal = ratchetReceive(ratchet, message)
    if (refusal !== undefined) {
      return refusal
    }
    const use = `${kyber}.${signed}.${bytesToHex(message.id)}`
    if (this.#disk.get({ table: 'kyber-prekey-use', key: use }) !== undefined) {
      return 'SEALPOST_DUPLICATE_MESSAGE'
    }
    this.#staged.push({
      type: 'write',
      table: 'kyber-prekey-use',
      key: use,
      value: Uint8Array.of(1)
    })
    this.#put(ratchet, this.#records.length)
    return message.content.slice()
  }

  #take(position: number, message: NullMessage): Uint8Array | Refusal {
    const ratchet = this.#ratchetAt(position)
    const refusal = ratchetReceive(ratchet, message)
    if (refusal !== undefined) {
      return refusal
    }
    this.#put(ratchet, position)
    return message.content.slice()
  }

  /** Whether the sessions that are tried before may cost what they would. */
  #isInReach(position: number, head: MessageHead): boolean {
    if (position * (head.index + head.number) <= STEPS_MAX) {
      return true
    }
    let stepsLeft = STEPS_MAX
    for (let at = 1; at <= position; at++) {
      const steps = ratchetSteps(this.#ratchetAt(at), head, at === position)
      if (steps <= stepsLeft) {
        stepsLeft -= steps
      } else if (at === position) {
        return false
      }
    }
    return true
  }

  #positionOf(id: Uint8Array): number {
    return this.#records.findIndex((record) => isEqual(id, record))
  }

  #ratchetAt(position: number): NullRatchet {
    return readRatchet(this.#records[position] ?? new Uint8Array(0))
  }

  /** Makes it the one that is written in. */
  #put(ratchet: NullRatchet, position: number): void {
    const others = this.#records.filter((_, at) => at !== position)
    this.#records = [writeRatchet(ratchet), ...others].slice(0, RATCHETS_MAX)
    this.#isChanged = true
  }
}

function isStale(record: Uint8Array, nowMs: number): boolean {
  const createdAtS = waitsSince(record)
  return createdAtS !== undefined && createdAtS * 1_000 + PENDING_MS_MAX < nowMs
}

/** Of two that are as long. */
function isEqual(one: Uint8Array, other: Uint8Array): boolean {
  for (let at = 0; at < one.length; at++) {
    if (one[at] !== other[at]) {
      return false
    }
  }
  return true
}

/** Each with its length before it. */
function joinRecord(records: readonly Uint8Array[]): Uint8Array {
  const heads = records.map(({ length }) => {
    const writer = new NumberWriter()
    writer.add(length)
    return writer.bytes()
  })
  const bytes = new Uint8Array(
    records.reduce((sum, { length }, at) => sum + length + (heads[at]?.length ?? 0), 0)
  )
  let end = 0
  records.forEach((record, at) => {
    const head = heads[at] ?? new Uint8Array(0)
    bytes.set(head, end)
    bytes.set(record, end + head.length)
    end += head.length + record.length
  })
  return bytes
}

function splitRecord(bytes: Uint8Array = new Uint8Array(0)): readonly Uint8Array[] {
  const records: Uint8Array[] = []
  for (let at = 0; at < bytes.length;) {
    const reader = new NumberReader(bytes, at)
    const length = reader.next()
    records.push(bytes.subarray(reader.at, reader.at + length))
    at = reader.at + length
  }
  return records
}
