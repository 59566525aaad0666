/** What every adapter of a port must keep, as suites for its tests. */
export { ComplianceError, type ComplianceTest } from './expectation.ts'
export {
  storeCompliance,
  type StoreComplianceOptions,
  type StorePlace
} from './store-compliance.ts'
export {
  type Abort,
  type ByteStream,
  transportCompliance,
  type TransportComplianceOptions,
  type TransportWorld
} from './transport-compliance.ts'
