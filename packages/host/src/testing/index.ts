/** Ports for tests and simulations: nothing here touches a clock, a disk or a network. */
export { ManualClock } from './manual-clock.ts'
export { MemoryDirectTransport, type MemoryDirectOptions } from './memory-direct-transport.ts'
export { type LogEntry, MemoryLog } from './memory-log.ts'
export {
  type Direction,
  MemoryListener,
  type MemoryListenOptions,
  MemoryNetwork,
  MemoryTransport,
  type MemoryTransportOptions,
  testNodeKey
} from './memory-network.ts'
export { type DiskWork, MemoryDisk, type MemoryDiskOptions, MemoryStore } from './memory-store.ts'
export { MemoryStream } from './memory-stream.ts'
export { seededRandom, SeededRandom } from './seeded-random.ts'
export { settle } from './settle.ts'
