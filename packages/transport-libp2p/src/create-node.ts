import type { ConnectionGater } from '@libp2p/interface'
import { createLibp2p } from 'libp2p'
import type { Libp2p } from 'libp2p'
import type { Clock } from '@sealpost/host'
import { SealpostError } from '@sealpost/protocol'
import { forgetfulDatastore } from './forgetful-datastore.ts'
import { tunedNoise } from './tuned-noise.ts'
import { requireInternals } from './internals.ts'
import { nodeKeyOfPeerId, privateKeyOfSeed } from './node-key.ts'
import { silentLogger } from './silent-logger.ts'
import { steadyWebSockets } from './web-sockets.ts'
import type { TransportComponents, WebSockets } from './web-sockets.ts'
import { guardedYamux } from './yamux-guard.ts'

/** Bytes of a stream that may arrive before they are read. Yamux begins with this window, and here it never grows. */
const STREAM_WINDOW_BYTES = 256 * 1024
/** Every network address: libp2p's own bounds on inbound connections are replaced by `Admission`. */
const EVERYWHERE = ['/ip4/0.0.0.0/ipcidr/0']

/** How a node is made. */
export interface NodeOptions {
  /** The node key's seed, 32 bytes. */
  readonly seed: Uint8Array
  /** Streams that one peer may have open here at once, half-opened ones included. */
  readonly inboundStreamsMax: number
  readonly clock: Clock
}

/** A libp2p node, and what of it libp2p does not show. */
export interface Node {
  readonly libp2p: Libp2p
  readonly webSockets: WebSockets
  readonly components: TransportComponents
}

interface InnerComponents {
  connectionManager: { connectionPruner: { stop(): void } }
}

/**
 * Makes and starts a libp2p node: WebSockets, Noise, yamux, and nothing that acts by itself. It listens nowhere, dials only
 * when told, remembers no peer, pings nobody (our heartbeat does) and logs nothing.
 */
export async function createNode(options: NodeOptions): Promise<Node> {
  const made: { webSockets?: WebSockets; components?: TransportComponents } = {}
  const libp2p = await createLibp2p({
    privateKey: await privateKeyOfSeed(options.seed),
    logger: silentLogger,
    datastore: forgetfulDatastore(),
    transports: [
      (components) => {
        made.components = components
        made.webSockets = steadyWebSockets(components)
        return made.webSockets.transport
      }
    ],
    connectionEncrypters: [tunedNoise],
    streamMuxers: [
      guardedYamux({
        dataBytesMax: STREAM_WINDOW_BYTES,
        monotonicMs: () => options.clock.monotonicMs(),
        enableKeepAlive: false,
        maxInboundStreams: options.inboundStreamsMax,
        streamOptions: {
          maxStreamWindowSize: STREAM_WINDOW_BYTES,
          maxReadBufferLength: 4 * STREAM_WINDOW_BYTES
        }
      })
    ],
    connectionManager: { allow: EVERYWHERE, maxConnections: Number.MAX_SAFE_INTEGER },
    connectionMonitor: { enabled: false },
    connectionGater: {
      denyDialMultiaddr: () => false,
      denyInboundEncryptedConnection: (peerId) => nodeKeyOfPeerId(peerId) === undefined
    } satisfies ConnectionGater
  })
  const { webSockets, components } = made
  if (webSockets === undefined || components === undefined) {
    throw new SealpostError('SEALPOST_BUG', 'libp2p made no transport')
  }
  // It would copy the list of all connections for each one that opens, only to find that there may be that many.
  requireInternals<InnerComponents>(components, 'a node', {
    connectionManager: 'object'
  }).connectionManager.connectionPruner.stop()
  return { libp2p, webSockets, components }
}
