/** What the home takes of this browser and of the network, for pages that ask. */
import type { StorageCalls } from '../wire/storage-calls.ts'
import type { Home } from './home.ts'
import type { Traffic } from './traffic.ts'

export function storageCalls(home: Home, traffic: Traffic): StorageCalls {
  return {
    conversationSizes: () => home.client.storage.conversations(),
    dataUse: () => traffic.read(home.client),
    tryWriting: () => home.client.storage.tryWriting()
  }
}
