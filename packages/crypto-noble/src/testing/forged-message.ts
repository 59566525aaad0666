/**
 * Messages as somebody sends them who holds the keys and keeps no rule: every field may be changed before it is authenticated.
 */
import { concatBytes } from '@noble/hashes/utils.js'
import type { Ciphertext, Random } from '@sealpost/crypto'
import { takeSendSeed } from '../double-ratchet.ts'
import { deriveMessageKeys } from '../key-schedule.ts'
import { encryptCbc, messageMac } from '../message-cipher.ts'
import { encodePrekeyMessage } from '../prekey-message.ts'
import type { PrekeyEnvelope } from '../prekey-message.ts'
import { decodeSessionRecord, encodeSessionRecord } from '../session-codec.ts'
import { encodeSignalMessage } from '../signal-message.ts'
import type { SignalMessage } from '../signal-message.ts'
import { decodeSpqr, encodeSpqr, spqrSend } from '../spqr/index.ts'

/** What is changed of a message that would else be a good one. */
export interface Forgery {
  readonly message?: (message: SignalMessage) => SignalMessage
  /** Of what is encrypted, padding included or not. */
  readonly ciphertext?: (ciphertext: Uint8Array) => Uint8Array
  /** Of what the MAC is made over. */
  readonly authenticated?: (bytes: Uint8Array) => Uint8Array
  /** Of what stands around a message of type 3. */
  readonly envelope?: (envelope: PrekeyEnvelope) => PrekeyEnvelope
}

/**
 * Encrypts with the current session of a record of this engine, and with a MAC that fits whatever was changed.
 *
 * @returns the ciphertext, and the record to go on with.
 */
export function forgeMessage(
  bytes: Uint8Array,
  plaintext: Uint8Array,
  random: Random,
  forgery: Forgery
): { readonly record: Uint8Array; readonly ciphertext: Ciphertext } {
  const record = decodeSessionRecord(bytes)
  const session = record.current
  const spqr = spqrSend(decodeSpqr(session.spqr), random)
  const { seed, session: moved } = takeSendSeed(session)
  const keys = deriveMessageKeys(seed, spqr.key)
  const message: SignalMessage = {
    ratchetKey: session.sender.pair.publicKey,
    index: session.sender.index,
    previousCounter: session.previousCounter,
    ciphertext: same(forgery.ciphertext)(encryptCbc(keys, plaintext)),
    spqrMessage: spqr.message,
    addresses: undefined
  }
  const encoded = encodeSignalMessage(same(forgery.message)(message))
  const authenticated = same(forgery.authenticated)(encoded)
  const parties = { sender: session.localIdentity, recipient: session.remoteIdentity }
  const whole = concatBytes(authenticated, messageMac(keys.macKey, parties, authenticated))
  const { pending } = session
  const envelope = pending && {
    ...pending,
    baseKey: session.baseKey,
    identityKey: session.localIdentity,
    registrationId: session.localRegistrationId
  }
  return {
    record: encodeSessionRecord({
      ...record,
      current: { ...moved, spqr: encodeSpqr(spqr.state) }
    }),
    ciphertext:
      envelope === undefined
        ? { type: 2, bytes: whole }
        : { type: 3, bytes: encodePrekeyMessage(same(forgery.envelope)(envelope), whole) }
  }
}

function same<Value>(change: ((value: Value) => Value) | undefined): (value: Value) => Value {
  return change ?? ((value) => value)
}
