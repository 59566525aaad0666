/** The transport over libp2p: WebSockets, Noise and yamux, with the bounds that a relay on the open internet needs. */
export type { AdmissionRefusal, ConnectionBounds } from './admission.ts'
export type { ListenOptions } from './libp2p-listener.ts'
export type { ListenEndpoint } from './web-socket-door.ts'
export type { TransportOptions } from './libp2p-transport.ts'
export { listen } from './libp2p-listener.ts'
export { createTransport } from './libp2p-transport.ts'
export { generateNodeSeed, nodeKeyOfSeed } from './node-key.ts'
