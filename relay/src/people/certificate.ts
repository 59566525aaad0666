import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { createSecureContext } from 'node:tls'
import { ConfigError } from '@sealpost/protocol'
import type { TlsPair } from '@sealpost/transport-libp2p'
import { readTextFile } from '../config/read-text-file.ts'

const FILE_BYTES_MAX = 1024 * 1024

/** Where a certificate and its key are, as PEM. */
export interface CertificateFiles {
  /** The certificate first, then those that lead to one that is known everywhere. */
  readonly certificatePath: string
  readonly keyPath: string
}

/** A certificate that can be used, whether or not its time has come or is over. */
export interface Certificate {
  readonly pair: TlsPair
  /** Since 1970. */
  readonly expiresAtMs: number
  /** Names by which people may reach who has it; none with a wildcard. */
  readonly names: readonly string[]
}

/** @throws ConfigError `SEALPOST_CONFIG_INVALID`, with which file is wrong and why */
export async function loadCertificate(files: CertificateFiles): Promise<Certificate> {
  const { certificatePath, keyPath } = files
  const certificate = await readPem('tls-certificate', certificatePath)
  const key = await readPem('tls-key', keyPath)
  const parsed = attemptTo(
    () => new X509Certificate(certificate),
    `tls-certificate: ${certificatePath} holds no certificate in PEM.`
  )
  const parsedKey: KeyObject = attemptTo(
    () => createPrivateKey(key),
    `tls-key: ${keyPath} holds no private key in PEM, or one with a passphrase, for which nobody could be asked.`
  )
  if (!parsed.checkPrivateKey(parsedKey)) {
    throw wrong(`tls-key: ${keyPath} is not the key of the certificate in ${certificatePath}.`)
  }
  attemptTo(
    () => createSecureContext({ cert: certificate, key }),
    `tls-certificate: what follows the certificate in ${certificatePath} is damaged.`
  )
  return {
    pair: { certificate, key },
    expiresAtMs: Date.parse(parsed.validTo),
    names: namesOf(parsed)
  }
}

function readPem(option: string, path: string): Promise<string> {
  return readTextFile(path, `${option}: ${path}`, FILE_BYTES_MAX)
}

function namesOf({ subjectAltName = '' }: X509Certificate): readonly string[] {
  return [...subjectAltName.matchAll(/(?:^|, )DNS:([a-z0-9.-]+)(?=,|$)/gi)].flatMap(
    ([, name]) => name ?? []
  )
}

function attemptTo<Value>(read: () => Value, otherwise: string): Value {
  try {
    return read()
  } catch (cause) {
    throw wrong(otherwise, cause)
  }
}

function wrong(message: string, cause?: unknown): ConfigError {
  return new ConfigError('SEALPOST_CONFIG_INVALID', message, { cause })
}
