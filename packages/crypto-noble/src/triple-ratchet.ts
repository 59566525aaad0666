/**
 * The Triple Ratchet (Double Ratchet revision 4, 7): a message's keys come from the Double Ratchet and from the post-quantum
 * ratchet, and both ratchets move on together or not at all.
 *
 *     ENCRYPT   SPQR send -> message, pqKey     chain -> seed     KDF_HYBRID(seed, pqKey) -> AES-CBC, HMAC
 *     DECRYPT   [DH step]  chain -> seed   SPQR receive -> pqKey   KDF_HYBRID -> HMAC, then AES-CBC, then all is kept
 */
import { concatBytes } from '@noble/hashes/utils.js'
import type { Ciphertext, Random } from '@sealpost/crypto'
import { equalBytes } from '@noble/curves/utils.js'
import { StorageError } from '@sealpost/protocol'
import { ratchetStep, takeReceiveSeed, takeSendSeed } from './double-ratchet.ts'
import type { RatchetStep } from './double-ratchet.ts'
import type { KeyPairPool } from './key-pair-pool.ts'
import { deriveMessageKeys } from './key-schedule.ts'
import { decryptCbc, encryptCbc, messageMac } from './message-cipher.ts'
import { encodePrekeyMessage } from './prekey-message.ts'
import { invalidMessage } from './refusal.ts'
import type { Session } from './session.ts'
import { encodeSignalMessage } from './signal-message.ts'
import type { ReceivedMessage } from './signal-message.ts'
import { decodeSpqr, encodeSpqr, spqrReceive, spqrSend, wipeSpqr } from './spqr/index.ts'
import type { NativeMlKem768, SpqrState } from './spqr/index.ts'
import { wipe } from './wipe.ts'

/** What a message asks for besides its session. */
export interface MessageHelp {
  /** ML-KEM of the platform, where it has one. */
  readonly mlKem?: NativeMlKem768 | undefined
  /** Where a key pair of the post-quantum ratchet may be taken from. */
  readonly pool?: KeyPairPool | undefined
  /** What messages must say of their addresses if they say anything. Sealpost's say nothing. */
  readonly addresses?: Uint8Array
}

/** Encrypts; the result is of type 3 while the session waits for its answer. */
export function encryptMessage(
  session: Session,
  plaintext: Uint8Array,
  random: Random,
  { addresses, mlKem, pool }: MessageHelp = {}
): { readonly session: Session; readonly ciphertext: Ciphertext } {
  const before = spqrOf(session)
  const spqr = spqrSend(before, random, mlKem, () => pool?.takeDecapsulationKey())
  const { seed, session: moved } = takeSendSeed(session)
  const keys = deriveMessageKeys(seed, spqr.key)
  const { pending } = session
  const authenticated = encodeSignalMessage({
    ratchetKey: session.sender.pair.publicKey,
    index: session.sender.index,
    previousCounter: session.previousCounter,
    ciphertext: encryptCbc(keys, plaintext),
    spqrMessage: spqr.message,
    addresses: pending === undefined ? undefined : addresses
  })
  const parties = { sender: session.localIdentity, recipient: session.remoteIdentity }
  const bytes = concatBytes(authenticated, messageMac(keys.macKey, parties, authenticated))
  wipe(seed, keys.cipherKey, keys.macKey, keys.iv, spqr.key)
  return {
    session: { ...moved, spqr: encodedOnce(spqr.state, before) },
    ciphertext:
      pending === undefined
        ? { type: 2, bytes }
        : { type: 3, bytes: encodePrekeyMessage(prekeyEnvelope(session, pending), bytes) }
  }
}

/**
 * Decrypts with this session alone.
 *
 * @param step where `needsStep` says so.
 * @throws CryptoError `SEALPOST_DUPLICATE_MESSAGE`, or `SEALPOST_MESSAGE_INVALID` for all else; StorageError
 * `SEALPOST_STORE_CORRUPT`
 */
export function decryptMessage(
  session: Session,
  message: ReceivedMessage,
  step: RatchetStep | undefined,
  { addresses, mlKem }: Omit<MessageHelp, 'pool'> = {}
): { readonly session: Session; readonly plaintext: Uint8Array } {
  const stepped = step === undefined ? session : ratchetStep(session, message.ratchetKey, step)
  const { seed, session: moved } = takeReceiveSeed(stepped, message.ratchetKey, message.index)
  const before = spqrOf(session)
  const spqr = receiveOrWipe(before, message.spqrMessage, seed, mlKem)
  const keys = deriveMessageKeys(seed, spqr.key)
  wipe(seed, spqr.key)
  try {
    const parties = { sender: session.remoteIdentity, recipient: session.localIdentity }
    const mac = messageMac(keys.macKey, parties, message.authenticated)
    if (!equalBytes(mac, message.mac) || !isAddressed(message, addresses)) {
      throw invalidMessage()
    }
    const plaintext = decryptCbc(keys, message.ciphertext)
    if (plaintext === undefined) {
      throw invalidMessage()
    }
    return {
      session: { ...moved, pending: undefined, spqr: encodedOnce(spqr.state, before) },
      plaintext
    }
  } finally {
    wipe(keys.cipherKey, keys.macKey, keys.iv)
  }
}

function isAddressed({ addresses }: ReceivedMessage, expected: Uint8Array | undefined): boolean {
  return addresses === undefined || (expected !== undefined && equalBytes(addresses, expected))
}

function prekeyEnvelope(
  session: Session,
  pending: NonNullable<Session['pending']>
): Parameters<typeof encodePrekeyMessage>[0] {
  return {
    oneTimePrekeyId: pending.oneTimePrekeyId,
    baseKey: session.baseKey,
    identityKey: session.localIdentity,
    registrationId: session.localRegistrationId,
    signedPrekeyId: pending.signedPrekeyId,
    kyberPrekeyId: pending.kyberPrekeyId,
    kyberCiphertext: pending.kyberCiphertext
  }
}

function spqrOf({ spqr }: Session): SpqrState {
  try {
    // Its arrays are copies: what is decoded is wiped, the session may yet be kept.
    return decodeSpqr(spqr)
  } catch {
    throw new StorageError('SEALPOST_STORE_CORRUPT')
  }
}

/** The state to keep, encoded; it and the one before it are wiped. */
function encodedOnce(state: SpqrState, before: SpqrState): Uint8Array {
  const bytes = encodeSpqr(state)
  wipeSpqr(before)
  wipeSpqr(state)
  return bytes
}

function receiveOrWipe(
  state: SpqrState,
  message: Uint8Array,
  seed: Uint8Array,
  mlKem: NativeMlKem768 | undefined
): ReturnType<typeof spqrReceive> {
  try {
    return spqrReceive(state, message, mlKem)
  } catch (error) {
    wipe(seed)
    throw error
  }
}
