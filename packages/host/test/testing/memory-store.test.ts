import { storeCompliance } from '@sealpost/host/compliance'
import { MemoryDisk } from '@sealpost/host/testing'

describe('MemoryStore', () => {
  describe('keeps the contract of a store', () => {
    const suite = storeCompliance({
      prepare: () => {
        const disk = new MemoryDisk()
        return Promise.resolve({ open: () => disk.open(), cleanUp: () => Promise.resolve() })
      }
    })
    for (const test of suite) {
      it(test.title, test.run)
    }
  })
})
