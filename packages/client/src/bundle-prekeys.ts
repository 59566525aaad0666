/** The prekeys of a bundle: what contacts are given of them, and what stays here. */
import { type Mutation, prekeyKey } from '@sealpost/core'
import type { NewSignedPrekey } from '@sealpost/crypto'
import type { PrekeyBundle } from '@sealpost/protocol'

/** A signed prekey and a last-resort Kyber prekey, with their private halves. */
export interface BundlePrekeys {
  readonly signed: NewSignedPrekey
  readonly kyber: NewSignedPrekey
}

/** What contacts start sessions from. */
export function bundleOf({ signed, kyber }: BundlePrekeys): PrekeyBundle {
  return {
    signedPrekeyId: signed.id,
    signedPrekey: signed.publicKey,
    signedPrekeySignature: signed.signature,
    kyberPrekeyId: kyber.id,
    kyberPrekey: kyber.publicKey,
    kyberPrekeySignature: kyber.signature,
    oneTimePrekey: undefined
  }
}

/** The rows of the private halves. */
export function rowsOf({ signed, kyber }: BundlePrekeys): readonly Mutation[] {
  return [
    { type: 'write', table: 'signed-prekey', key: prekeyKey(signed.id), value: signed.record },
    { type: 'write', table: 'kyber-prekey', key: prekeyKey(kyber.id), value: kyber.record }
  ]
}
