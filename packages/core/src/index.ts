/** The machines: everything that decides, synchronous and pure. */
export { derive, sha256 } from './derive.ts'
export { invariant } from './invariant.ts'
export type {
  ClockInput,
  Machine,
  MachineEffect,
  MachineInput,
  Read,
  RecordsInput,
  StorageEffect,
  TimeoutInput
} from './machine.ts'
export { type Random, randomBelow } from './random.ts'
export {
  type Erase,
  type Mutation,
  ORDERED_TABLES,
  type PeerTable,
  type RangeQuery,
  type RelayTable,
  type Row,
  type RowKey,
  type TableName,
  type Write
} from './tables.ts'
export { type Backoff, backoffMs } from './time/backoff.ts'
export { Deadlines } from './time/deadlines.ts'
export { isWorkDone, WorkSearch, type WorkTarget } from './work.ts'
