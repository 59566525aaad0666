import type { ConnectionBounds } from '@sealpost/transport-libp2p'
import type { RelayConfig } from '../config/config.ts'

/** What the port for people holds at once. */
export function connectionBounds(config: RelayConfig): ConnectionBounds {
  const { connectionsPendingMax, connectionsPerMinutePerRange, relay } = config
  return {
    // The machine counts those that have a stream, and tells one too many so.
    connectionsMax: relay.connectionsMax + connectionsPendingMax,
    connectionsPerRangeMax: relay.connectionsPerRangeMax,
    connectionsPerMinutePerRangeMax: connectionsPerMinutePerRange,
    pendingMax: connectionsPendingMax
  }
}
