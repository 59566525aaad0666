/** Ports, and the driver that runs a machine behind them. */
export type { Mutation, RangeQuery, Row, RowKey, TableName } from '@sealpost/core'
export { Driver, type DriverOptions } from './driver.ts'
export { Lanes } from './lanes.ts'
export type { AppEffect, DriverInput } from './machine-run.ts'
export type {
  Clock,
  DirectOpener,
  DirectTransport,
  FrameStream,
  FrameStreamHandlers,
  Listener,
  Log,
  LogFields,
  NodeAddress,
  OfferedPath,
  Path,
  PathHandlers,
  PathMaker,
  Store,
  StoreOpener,
  Transport
} from './ports.ts'
export type { Answer } from './read-queue.ts'
