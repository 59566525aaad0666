/**
 * Decrypting with the sessions of a record: which of them is tried, which becomes the current one, and what a first message
 * consumes. The order is libsignal's, because both ends must agree on it to converge after both started at once.
 */
import type { EngineStores, KeyPair, Random } from '@sealpost/crypto'
import { equalBytes } from '@noble/curves/utils.js'
import { CryptoError, StorageError, isSealpostError } from '@sealpost/protocol'
import { agreeAll } from './agreement.ts'
import type { NativeCurve } from './agreement.ts'
import { freshPrivateKey } from './curve-key.ts'
import { needsStep, stepAgreements } from './double-ratchet.ts'
import type { RatchetStep } from './double-ratchet.ts'
import { decapsulateKyber } from './kyber-1024.ts'
import { respondSession, responderAgreements } from './pqxdh.ts'
import type { PrekeyMessage } from './prekey-message.ts'
import { readPrekey } from './prekey-record.ts'
import { invalidMessage } from './refusal.ts'
import { promoted, sessionsOf, withCurrent } from './session.ts'
import type { Session, SessionRecord } from './session.ts'
import type { ReceivedMessage } from './signal-message.ts'
import { decryptMessage } from './triple-ratchet.ts'
import type { MessageHelp } from './triple-ratchet.ts'
import { WALK_LENGTH_MAX, walkLength } from './walk-length.ts'
import { wipe } from './wipe.ts'

/** What an engine has from outside. */
export interface EngineHelp extends MessageHelp {
  readonly random: Random
  readonly curve: NativeCurve | undefined
}

/** A message that was decrypted, and the record to keep from now on. */
export interface Decrypted {
  readonly plaintext: Uint8Array
  readonly record: SessionRecord
}

/** What a first message used up. */
export interface UsedPrekeys {
  readonly oneTimePrekeyId: number | undefined
  readonly kyberUse: Parameters<EngineStores['noteKyberPrekeyUse']>[0]
}

/**
 * Decrypts a message of type 2: the current session is tried first, then the earlier ones. The one that fits becomes the
 * current one.
 *
 * All earlier sessions together may cost as many steps as one, where libsignal grants each as many: forty of them would keep
 * JavaScript busy for half a minute with a message that anyone made up.
 *
 * @throws CryptoError `SEALPOST_DUPLICATE_MESSAGE` as soon as one session knows it, else `SEALPOST_MESSAGE_INVALID`.
 */
export async function decryptWithRecord(
  help: EngineHelp,
  record: SessionRecord,
  message: ReceivedMessage
): Promise<Decrypted> {
  let stepsLeft = WALK_LENGTH_MAX
  for (const [position, session] of sessionsOf(record).entries()) {
    if (position > 0) {
      const steps = walkLength(session, message)
      if (steps > stepsLeft) {
        continue
      }
      stepsLeft -= steps
    }
    try {
      const { plaintext, session: moved } = await decryptWithSession(help, session, message)
      return { plaintext, record: promoted(record, position, moved) }
    } catch (error) {
      if (!isSealpostError(error) || error.code !== 'SEALPOST_MESSAGE_INVALID') {
        throw error
      }
    }
  }
  throw invalidMessage()
}

/**
 * Decrypts a message of type 3 with the session it belongs to, which is found by its base key or made from our prekeys, and
 * with no other.
 *
 * @returns besides what was decrypted, what the new session used up; undefined where the session was there before.
 * @throws CryptoError `SEALPOST_DUPLICATE_MESSAGE`, `SEALPOST_PREKEY_UNKNOWN`, `SEALPOST_MESSAGE_INVALID`; StorageError
 * `SEALPOST_STORE_CORRUPT`
 */
export async function decryptFirst(
  help: EngineHelp,
  stores: EngineStores,
  identity: KeyPair,
  record: SessionRecord | undefined,
  message: PrekeyMessage
): Promise<Decrypted & { readonly used: UsedPrekeys | undefined }> {
  const known = record === undefined ? undefined : promotedByBaseKey(record, message)
  const next = known ?? withCurrent(record, await respond(help, stores, identity, message))
  const { plaintext, session } = await decryptWithSession(help, next.current, message.inner)
  const { baseKey, kyberPrekeyId, oneTimePrekeyId, signedPrekeyId } = message
  return {
    plaintext,
    record: { ...next, current: session },
    used:
      known === undefined
        ? { oneTimePrekeyId, kyberUse: { kyberPrekeyId, signedPrekeyId, baseKey } }
        : undefined
  }
}

/** The record with the session of this base key as the current one; undefined where there is none. */
export function promotedByBaseKey(
  record: SessionRecord,
  { baseKey, identityKey }: PrekeyMessage
): SessionRecord | undefined {
  const sessions = sessionsOf(record)
  const position = sessions.findIndex((session) => equalBytes(session.baseKey, baseKey))
  const session = sessions[position]
  if (session === undefined) {
    return undefined
  }
  if (!equalBytes(session.remoteIdentity, identityKey)) {
    throw invalidMessage()
  }
  return promoted(record, position, session)
}

async function decryptWithSession(
  help: EngineHelp,
  session: Session,
  message: ReceivedMessage
): Promise<{ readonly session: Session; readonly plaintext: Uint8Array }> {
  if (!needsStep(session, message.ratchetKey)) {
    return decryptMessage(session, message, undefined, help)
  }
  const prepared = help.pool?.takeCurveKey()
  const privateKey = prepared?.privateKey ?? freshPrivateKey(help.random)
  const agreements = stepAgreements(session, message.ratchetKey, privateKey, prepared)
  const agreed = agreeAll(agreements, help.curve)
  const step: RatchetStep = {
    privateKey,
    agreed: agreed instanceof Promise ? await agreed : agreed
  }
  try {
    return decryptMessage(session, message, step, help)
  } catch (error) {
    wipe(privateKey)
    throw error
  }
}

/** PQXDH 3.4 as far as the session; nothing is consumed yet. */
async function respond(
  { curve }: EngineHelp,
  stores: EngineStores,
  identity: KeyPair,
  message: PrekeyMessage
): Promise<Session> {
  const { baseKey, identityKey, kyberPrekeyId, oneTimePrekeyId, signedPrekeyId } = message
  const signedRecord = found(await stores.loadSignedPrekey(signedPrekeyId))
  const kyberRecord = found(await stores.loadKyberPrekey(kyberPrekeyId))
  const oneTimeRecord =
    oneTimePrekeyId === undefined
      ? undefined
      : { id: oneTimePrekeyId, record: found(await stores.loadOneTimePrekey(oneTimePrekeyId)) }
  const localRegistrationId = await stores.registrationId()
  const signedPrekey = readPrekey(2, signedPrekeyId, signedRecord)
  const oneTimePair =
    oneTimeRecord === undefined ? undefined : readPrekey(1, oneTimeRecord.id, oneTimeRecord.record)
  const kyberPair = readPrekey(3, kyberPrekeyId, kyberRecord)
  const keys = {
    identity,
    signedPrekey,
    oneTimePrivateKey: oneTimePair?.privateKey,
    remoteIdentity: identityKey,
    baseKey
  }
  const agreed = agreeAll(responderAgreements(keys), curve)
  const session = respondSession(keys, agreed instanceof Promise ? await agreed : agreed, {
    sharedSecret: decapsulate(message.kyberCiphertext, kyberPair),
    localRegistrationId
  })
  wipe(kyberPair.privateKey, oneTimePair?.privateKey ?? new Uint8Array(0))
  if (session === undefined) {
    throw invalidMessage()
  }
  return session
}

/** @throws StorageError `SEALPOST_STORE_CORRUPT` */
export function decapsulate(ciphertext: Uint8Array, { privateKey }: KeyPair): Uint8Array {
  try {
    return decapsulateKyber(ciphertext, privateKey)
  } catch {
    // The key does not fit its own hash: it is not what was stored.
    throw new StorageError('SEALPOST_STORE_CORRUPT')
  }
}

/** @throws CryptoError `SEALPOST_PREKEY_UNKNOWN` */
export function found(record: Uint8Array | undefined): Uint8Array {
  if (record === undefined) {
    throw new CryptoError('SEALPOST_PREKEY_UNKNOWN')
  }
  return record
}
