import { unpad } from '@sealpost/protocol'

/** As `unpad`, but undefined for padding that does not fit. The bytes are a view into `padded`. */
export function unpadded(padded: Uint8Array): Uint8Array | undefined {
  try {
    return unpad(padded)
  } catch {
    // Who holds the key of the seal made it so; whoever opens it can only drop it.
    return undefined
  }
}
