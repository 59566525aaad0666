/** What every adapter of a port must keep, as suites for its tests. */
export {
  directCompliance,
  type DirectComplianceOptions,
  type DirectWorld
} from './direct-compliance.ts'
export { ComplianceError, type ComplianceTest } from './expectation.ts'
export {
  storeCompliance,
  type StoreComplianceOptions,
  type StorePlace
} from './store-compliance.ts'
export { transportCompliance, type TransportComplianceOptions } from './transport-compliance.ts'
export type { Abort, ByteStream, StreamWorld, TransportWorld } from './transport-scene.ts'
