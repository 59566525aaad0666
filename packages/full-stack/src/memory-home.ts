import type { Mutation, RangeQuery, Row, RowKey } from '@sealpost/core'
import type { Store } from '@sealpost/host'
import { SimulatedDisk } from 'sealpost-sim'

/** Rows of a client's home in memory: a disk of hundreds of clients would be measured, and not what passes between them. */
export class MemoryHome {
  readonly #disk = new SimulatedDisk()

  open(): Promise<Store> {
    const disk = this.#disk
    return Promise.resolve({
      getMany: async (keys: readonly RowKey[]) => keys.map((key) => disk.get(key)),
      getRange: async (range: RangeQuery): Promise<readonly Row[]> => disk.range(range).rows,
      commit: async (mutations: readonly Mutation[]) => {
        for (const mutation of mutations) {
          disk.apply(mutation)
        }
        disk.sync()
      },
      close: async () => undefined
    })
  }
}
