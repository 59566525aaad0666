/** `../session-decryption.ts`, with agreements made at once. */
import type { KeyPair, Random } from '@sealpost/crypto'
import { isSealpostError } from '@sealpost/protocol'
import { agreeAll } from '../agreement.ts'
import type { AgreedAll, Agreement } from '../agreement.ts'
import { freshPrivateKey } from '../curve-key.ts'
import { needsStep, stepAgreements } from '../double-ratchet.ts'
import { respondSession, responderAgreements } from '../pqxdh.ts'
import type { PrekeyMessage } from '../prekey-message.ts'
import { readPrekey } from '../prekey-record.ts'
import { invalidMessage } from '../refusal.ts'
import { decapsulate, found, promotedByBaseKey } from '../session-decryption.ts'
import type { Decrypted, UsedPrekeys } from '../session-decryption.ts'
import { promoted, sessionsOf, withCurrent } from '../session.ts'
import type { Session, SessionRecord } from '../session.ts'
import type { ReceivedMessage } from '../signal-message.ts'
import { decryptMessage } from '../triple-ratchet.ts'
import { WALK_LENGTH_MAX, walkLength } from '../walk-length.ts'
import type { SynchronousStores } from './synchronous-stores.ts'

/** Without a native curve nothing is waited for. */
export function agreeNow(agreements: readonly Agreement[]): AgreedAll {
  const agreed = agreeAll(agreements, undefined)
  return agreed instanceof Promise ? [] : agreed
}

/** As `decryptWithRecord`. */
export function decryptNow(
  random: Random,
  record: SessionRecord,
  message: ReceivedMessage
): Decrypted {
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
      const { plaintext, session: moved } = decryptWithSession(random, session, message)
      return { plaintext, record: promoted(record, position, moved) }
    } catch (error) {
      if (!isSealpostError(error) || error.code !== 'SEALPOST_MESSAGE_INVALID') {
        throw error
      }
    }
  }
  throw invalidMessage()
}

/** As `decryptFirst`. */
export function decryptFirstNow(
  random: Random,
  stores: SynchronousStores,
  identity: KeyPair,
  record: SessionRecord | undefined,
  message: PrekeyMessage
): Decrypted & { readonly used: UsedPrekeys | undefined } {
  const known = record === undefined ? undefined : promotedByBaseKey(record, message)
  const next = known ?? withCurrent(record, respond(stores, identity, message))
  const { plaintext, session } = decryptWithSession(random, next.current, message.inner)
  const { baseKey, kyberPrekeyId, oneTimePrekeyId, signedPrekeyId } = message
  const kyberUse = { kyberPrekeyId, signedPrekeyId, baseKey }
  return {
    plaintext,
    record: { ...next, current: session },
    used: known === undefined ? { oneTimePrekeyId, kyberUse } : undefined
  }
}

function decryptWithSession(
  random: Random,
  session: Session,
  message: ReceivedMessage
): { readonly session: Session; readonly plaintext: Uint8Array } {
  if (!needsStep(session, message.ratchetKey)) {
    return decryptMessage(session, message, undefined)
  }
  const privateKey = freshPrivateKey(random)
  const agreements = stepAgreements(session, message.ratchetKey, privateKey)
  return decryptMessage(session, message, { privateKey, agreed: agreeNow(agreements) })
}

function respond(stores: SynchronousStores, identity: KeyPair, message: PrekeyMessage): Session {
  const { baseKey, identityKey, kyberPrekeyId, oneTimePrekeyId, signedPrekeyId } = message
  const signedRecord = found(stores.loadSignedPrekey(signedPrekeyId))
  const kyberRecord = found(stores.loadKyberPrekey(kyberPrekeyId))
  const oneTimePair =
    oneTimePrekeyId === undefined
      ? undefined
      : readPrekey(1, oneTimePrekeyId, found(stores.loadOneTimePrekey(oneTimePrekeyId)))
  const keys = {
    identity,
    signedPrekey: readPrekey(2, signedPrekeyId, signedRecord),
    oneTimePrivateKey: oneTimePair?.privateKey,
    remoteIdentity: identityKey,
    baseKey
  }
  const kyberPair = readPrekey(3, kyberPrekeyId, kyberRecord)
  const session = respondSession(keys, agreeNow(responderAgreements(keys)), {
    sharedSecret: decapsulate(message.kyberCiphertext, kyberPair),
    localRegistrationId: stores.registrationId()
  })
  if (session === undefined) {
    throw invalidMessage()
  }
  return session
}
