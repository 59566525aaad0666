/** SPQR V1, the Sparse Post-Quantum Ratchet that rides on the Double Ratchet: one state in, another out. */
export type { NativeMlKem768 } from './mlkem768-incremental.ts'
export type { SpqrReason } from './spqr-error.ts'
export { SpqrError } from './spqr-error.ts'
export type { SpqrState } from './spqr-state.ts'
export { wipeSpqr } from './spqr-state.ts'
export { initialSpqr, spqrReceive, spqrSend } from './spqr.ts'
export { decodeSpqr, encodeSpqr } from './spqr-record.ts'
export { importOfficialSpqr } from './import-official-spqr.ts'
