/** The Signal protocol in TypeScript, for browsers and simulations: the same messages as libsignal's. */
export type { NobleEngineOptions } from './noble-engine.ts'
export { createNobleEngine } from './noble-engine.ts'
export type { KeyPairPoolOptions, NativeHelp } from './key-pair-pool.ts'
export { KeyPairPool } from './key-pair-pool.ts'
export type { NativeCurve } from './agreement.ts'
export type { NativeMlKem768 } from './spqr/index.ts'
export type { SubtleCurve } from './webcrypto-curve.ts'
export { findWebCryptoCurve } from './webcrypto-curve.ts'
export type { NodeKem, NodePrivateKey } from './node-ml-kem.ts'
export { findNodeMlKem768 } from './node-ml-kem.ts'
export type { SenderKeyRecord, SenderKeyState } from './sender-key.ts'
export {
  decryptFromGroup,
  distributionOf,
  encryptForGroup,
  makeSenderKey,
  withDistribution
} from './sender-key.ts'
export { decodeSenderKeyRecord, encodeSenderKeyRecord } from './sender-key-codec.ts'
export { readDistributionId } from './sender-key-message.ts'
