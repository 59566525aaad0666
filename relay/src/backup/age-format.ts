/**
 * Encryption in the age format (age-encryption.org/v1), so that whoever holds an identity can open a backup with `age` itself. The
 * library is only loaded where something is encrypted: a relay that is not asked to does not pay for it.
 */
import { OperatorError } from '@sealpost/operator'
import { ConfigError } from '@sealpost/protocol'

/** With what every file in the age format begins. */
const AGE_MAGIC = Buffer.from('age-encryption.org/v1\n')
/** A header is within so many bytes. */
export const AGE_HEADER_BYTES_MAX: number = 64 * 1024
const IDENTITIES_MAX = 16

/** A key pair in the age format: what is encrypted to `recipient`, `identity` opens. */
export interface AgeKeyPair {
  /** `AGE-SECRET-KEY-1...` */
  readonly identity: string
  /** `age1...` */
  readonly recipient: string
}

/** Draws one. */
export async function drawAgeKeyPair(): Promise<AgeKeyPair> {
  const { generateX25519Identity, identityToRecipient } = await import('age-encryption')
  const identity = await generateX25519Identity()
  return { identity, recipient: await identityToRecipient(identity) }
}

/** Whether a file that begins so is in the age format. */
export function isAge(start: Uint8Array): boolean {
  return AGE_MAGIC.equals(start.subarray(0, AGE_MAGIC.length))
}

/**
 * Encrypts bytes as they come.
 *
 * @param recipients `age1...`, one or more.
 * @throws ConfigError `SEALPOST_CONFIG_INVALID` for what is no recipient
 */
export async function encryptAge(
  bytes: AsyncIterable<Uint8Array>,
  recipients: readonly string[]
): Promise<AsyncIterable<Uint8Array>> {
  const { Encrypter } = await import('age-encryption')
  const encrypter = new Encrypter()
  for (const recipient of recipients) {
    try {
      encrypter.addRecipient(recipient)
    } catch (cause) {
      const message = `An age recipient is a text like age1..., not ${JSON.stringify(recipient.slice(0, 80))}.`
      throw new ConfigError('SEALPOST_CONFIG_INVALID', message, { cause })
    }
  }
  return encrypter.encrypt(ReadableStream.from(bytes))
}

/**
 * Decrypts bytes as they come; each is proven before it is given, all of them only once the end has come.
 *
 * @param identities a file's text: one identity a line, comments with `#`.
 * @throws OperatorError `SEALPOST_BACKUP_SEALED` where none of them opens it, `SEALPOST_BACKUP_DAMAGED`; ConfigError
 * `SEALPOST_CONFIG_INVALID` for what is no identity
 */
export async function* decryptAge(
  bytes: AsyncIterable<Uint8Array>,
  identities: string
): AsyncGenerator<Uint8Array, void, undefined> {
  const { Decrypter } = await import('age-encryption')
  const decrypter = new Decrypter()
  for (const identity of identityLines(identities)) {
    try {
      decrypter.addIdentity(identity)
    } catch (cause) {
      throw noIdentity(cause)
    }
  }
  try {
    yield* await decrypter.decrypt(ReadableStream.from(bytes))
  } catch (error) {
    throw asBackupError(error)
  }
}

function identityLines(text: string): readonly string[] {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
  if (lines.length === 0 || lines.length > IDENTITIES_MAX) {
    throw noIdentity(undefined)
  }
  return lines
}

function noIdentity(cause: unknown): ConfigError {
  return new ConfigError(
    'SEALPOST_CONFIG_INVALID',
    `A file of age identities has 1 to ${String(IDENTITIES_MAX)} lines AGE-SECRET-KEY-1..., and comments.`,
    { cause }
  )
}

function asBackupError(error: unknown): unknown {
  if (!(error instanceof Error) || 'code' in error) {
    return error
  }
  return /no identity matched/.test(error.message)
    ? new OperatorError(
        'SEALPOST_BACKUP_SEALED',
        'The backup is encrypted, and not to this identity; use the one whose recipient it was made for.',
        { cause: error }
      )
    : new OperatorError(
        'SEALPOST_BACKUP_DAMAGED',
        'The backup is damaged or cut off: it does not decrypt; use another.',
        { cause: error }
      )
}
