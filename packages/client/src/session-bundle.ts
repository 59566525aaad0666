/** Prekey bundles between the wire and the engine. */
import type { SessionBundle } from '@sealpost/crypto'

/** A bundle of the wire as the engine takes it. */
export function sessionBundle(
  registrationId: number,
  bundle: {
    readonly signedPrekeyId: number
    readonly signedPrekey: Uint8Array
    readonly signedPrekeySignature: Uint8Array
    readonly kyberPrekeyId: number
    readonly kyberPrekey: Uint8Array
    readonly kyberPrekeySignature: Uint8Array
    readonly oneTimePrekey: { readonly id: number; readonly key: Uint8Array } | undefined
  }
): SessionBundle {
  const { oneTimePrekey } = bundle
  return {
    registrationId,
    signedPrekey: {
      id: bundle.signedPrekeyId,
      publicKey: bundle.signedPrekey,
      signature: bundle.signedPrekeySignature
    },
    kyberPrekey: {
      id: bundle.kyberPrekeyId,
      publicKey: bundle.kyberPrekey,
      signature: bundle.kyberPrekeySignature
    },
    oneTimePrekey:
      oneTimePrekey === undefined
        ? undefined
        : { id: oneTimePrekey.id, publicKey: oneTimePrekey.key }
  }
}
