/**
 * What a client encrypts and seals with, answered at once. A suite is one way to do so, for all clients of a world: the null cipher,
 * or the browser's engine. Both accept and refuse the same, and make ciphertexts of the same length.
 */
import type { CiphertextOfType, Mutation, PeerAppEffect, SealedInner } from '@sealpost/core'
import type { KeyPair } from '@sealpost/crypto'
import type {
  AddressRecord,
  DeviceNumber,
  Envelope,
  EnvelopeId,
  IdentityKey,
  Lifetime,
  MailboxId,
  PrekeyBundle
} from '@sealpost/protocol'
import type { SimulatedDisk } from '../disk/simulated-disk.ts'
import type { RandomStream } from '../random/random-stream.ts'

/** A bundle with the rows that are its private halves. */
export interface OwnBundle {
  readonly bundle: PrekeyBundle
  readonly rows: readonly Mutation[]
}

/** What an account is known by, and what it begins with. */
export interface AccountKeys extends OwnBundle {
  readonly identity: KeyPair
}

/** Why nothing was read, as the engine's errors have it. */
export type Refusal =
  | 'SEALPOST_DUPLICATE_MESSAGE'
  | 'SEALPOST_IDENTITY_CHANGED'
  | 'SEALPOST_MESSAGE_INVALID'
  | 'SEALPOST_NO_SESSION'
  | 'SEALPOST_PREKEY_UNKNOWN'

/** Operations on the sessions with one device. What one refuses leaves them as they were. */
export interface CipherSession {
  /** What the operations changed, to be committed with what they mean. */
  readonly mutations: readonly Mutation[]
  canEncrypt(nowMs: number): boolean
  /** Begins a session, in which is written from now on. @returns false where the bundle is none */
  begin(record: Pick<AddressRecord, 'bundle' | 'registrationId'>, nowMs: number): boolean
  /** Undefined where `canEncrypt` does not hold. */
  encrypt(content: Uint8Array, nowMs: number): CiphertextOfType | undefined
  decrypt(ciphertext: CiphertextOfType): Uint8Array | Refusal
}

/** What of a deposit its seal is made from. */
export interface Unsealed {
  readonly sealKey: Uint8Array
  readonly mailboxId: MailboxId
  readonly envelopeId: EnvelopeId
  readonly recallHash: Uint8Array
  readonly lifetime: Lifetime
  readonly ciphertext: SealedInner
}

/** What stood under a seal. */
export interface Opened {
  readonly type: number
  readonly device: DeviceNumber
  readonly ciphertext: Uint8Array
}

/** One client's. */
export interface ClientCipher {
  session(identityKey: IdentityKey, device: DeviceNumber): CipherSession
  makeBundle(ids: Extract<PeerAppEffect, { type: 'make-bundle' }>): OwnBundle
  /** @throws UsageError `SEALPOST_TEXT_TOO_LONG` */
  seal(unsealed: Unsealed, device: DeviceNumber): Envelope
  /** @returns undefined where it was sealed with another key */
  open(sealKey: Uint8Array, mailboxId: MailboxId, envelope: Envelope): Opened | undefined
}

export interface ClientCipherInit {
  readonly disk: SimulatedDisk
  readonly identity: KeyPair
  readonly registrationId: number
  /** The process's, for this alone: what one cipher draws shifts nothing else. */
  readonly random: Pick<RandomStream, 'bytes'>
}

export interface CipherSuite {
  /**
   * @param seed 32 random bytes, of which the identity is made
   * @param random of the prekeys
   */
  makeKeys(seed: Uint8Array, random: Pick<RandomStream, 'bytes'>): AccountKeys
  makeCipher(init: ClientCipherInit): ClientCipher
}
