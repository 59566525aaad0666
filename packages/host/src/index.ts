/** Ports, and the driver that runs a machine behind them. */
export type {
  Clock,
  FrameStream,
  FrameStreamHandlers,
  Listener,
  Log,
  LogFields,
  Store,
  StoreOpener,
  Transport
} from './ports.ts'
