/** The Signal protocol in TypeScript, for browsers and simulations: the same messages as libsignal's. */
export type { NobleEngineOptions } from './noble-engine.ts'
export { createNobleEngine } from './noble-engine.ts'
export type { NativeCurve } from './agreement.ts'
export type { SubtleCurve } from './webcrypto-curve.ts'
export { findWebCryptoCurve } from './webcrypto-curve.ts'
