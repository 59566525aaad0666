/** Certificates for tests: X.509 version 3, signed by themselves (RFC 5280), of an elliptic curve. */
import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'

export interface TestCertificate {
  /** PEM. */
  readonly certificate: string
  readonly key: string
}

export interface TestCertificateOptions {
  /** Names and IPv4 addresses. */
  readonly names?: readonly string[]
  /** Milliseconds since 1970. */
  readonly fromMs?: number
  readonly toMs?: number
}

const DAY_MS = 86_400_000

export function testCertificate(options: TestCertificateOptions = {}): TestCertificate {
  const nowMs = Date.now()
  const {
    names = ['127.0.0.1'],
    fromMs = Math.min(nowMs, options.toMs ?? nowMs) - DAY_MS,
    toMs = nowMs + 90 * DAY_MS
  } = options
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const body = sequence(
    der(0xa0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ECDSA_WITH_SHA256,
    subject('relay.example'),
    sequence(time(fromMs), time(toMs)),
    subject('relay.example'),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(alternativeNames(names), AUTHORITY))
  )
  const signature = der(0x03, Buffer.concat([Buffer.from([0]), sign('sha256', body, privateKey)]))
  const bytes = sequence(body, ECDSA_WITH_SHA256, signature)
  const lines = bytes.toString('base64').replace(/.{64}(?=.)/g, '$&\n')
  return {
    certificate: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
    key: pemOf(privateKey)
  }
}

function pemOf(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString()
}

// ---- DER

function der(tag: number, content: Uint8Array): Buffer {
  const { length } = content
  const head =
    length < 0x80
      ? [tag, length]
      : length < 0x100
        ? [tag, 0x81, length]
        : [tag, 0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from(head), content])
}

function sequence(...parts: readonly Uint8Array[]): Buffer {
  return der(0x30, Buffer.concat(parts))
}

function integer(bytes: Uint8Array): Buffer {
  return der(0x02, bytes)
}

/** @param hex of the encoded identifier */
function identifier(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, 'hex'))
}

const ECDSA_WITH_SHA256 = sequence(identifier('2a8648ce3d040302'))
const COMMON_NAME = identifier('550403')
/** It may sign, so that it can be trusted as its own authority. */
const AUTHORITY = extension('551d13', sequence(der(0x01, Buffer.from([0xff]))))

function subject(name: string): Buffer {
  const attribute = sequence(COMMON_NAME, der(0x0c, Buffer.from(name)))
  return sequence(der(0x31, attribute))
}

function time(ms: number): Buffer {
  const text = new Date(ms).toISOString().replaceAll(/[-:T]|\.\d+/g, '')
  return der(0x18, Buffer.from(text))
}

function extension(hex: string, content: Uint8Array): Buffer {
  return sequence(identifier(hex), der(0x04, content))
}

function alternativeNames(names: readonly string[]): Buffer {
  const parts = names.map((name) => {
    const isAddress = /^[\d.]+$/.test(name)
    return isAddress
      ? der(0x87, Buffer.from(name.split('.').map(Number)))
      : der(0x82, Buffer.from(name))
  })
  return extension('551d11', sequence(...parts))
}
