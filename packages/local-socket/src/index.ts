export { findSocketPath, makeSocketPath, removeSocket, type SocketPlace } from './socket-path.ts'
