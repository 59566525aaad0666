/** Signs releases for tests. */
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { webReleaseSignedText } from '@sealpost/protocol'

export interface Signer {
  /** Base64url of the public key. */
  readonly key: string
  sign(release: string): { readonly key: string; readonly signature: string }
  /** A signature of the text alone. */
  signBare(release: string): string
}

function signer(): Signer {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const key = publicKey.export({ format: 'jwk' }).x ?? ''
  const signed = (bytes: Uint8Array, by: KeyObject): string =>
    sign(undefined, bytes, by).toString('base64url')
  return {
    key,
    sign: (release) => ({
      key,
      signature: signed(Buffer.from(webReleaseSignedText(release)), privateKey)
    }),
    signBare: (release) => signed(new TextEncoder().encode(release), privateKey)
  }
}

export const SIGNER: Signer = signer()
export const STRANGER: Signer = signer()

/** As it is served. */
export function releaseText(release: string, signatures: readonly unknown[] = []): string {
  return JSON.stringify({ release, signatures })
}

export function signedText(release: string, ...signers: readonly Signer[]): string {
  return releaseText(
    release,
    signers.map((one) => one.sign(release))
  )
}
