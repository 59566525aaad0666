/** The Signal protocol by libsignal itself, the official native library. */
export { createLibsignalEngine } from './libsignal-engine.ts'
