/** The engine for who cannot wait, as in virtual time: the same operations on the same bytes, with stores that answer at once. */
export type { SynchronousEngine } from './synchronous-engine.ts'
export { createSynchronousEngine } from './synchronous-engine.ts'
export type { SynchronousStores } from './synchronous-stores.ts'
