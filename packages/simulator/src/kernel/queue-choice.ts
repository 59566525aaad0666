import type { EventQueue } from './event-queue.ts'
import { HeapQueue } from './heap-queue.ts'
import { LazyQueue } from './lazy-queue.ts'

/** Queues by name: all give the same order, so the choice is one of speed alone. */
export type QueueName = 'heap' | 'lazy'

const QUEUES: Readonly<Record<QueueName, () => EventQueue>> = {
  heap: () => new HeapQueue(),
  lazy: () => new LazyQueue()
}

export const QUEUE_NAMES: readonly QueueName[] = ['heap', 'lazy']

export function createQueue(name: QueueName): EventQueue {
  return QUEUES[name]()
}
