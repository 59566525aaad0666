import assert from 'node:assert/strict'
import { ChromiumPage } from '../interop/chromium-page.ts'

/** Runs the suite of stores, then what is special to this one, and says what failed. */
const PAGE = `
import { storeCompliance } from '@sealpost/host/compliance'
import { eraseIndexedStore, openIndexedStore } from '@sealpost/storage-indexeddb'

const failures = []
let count = 0
const attempt = async (title, run) => {
  count++
  try {
    await run()
  } catch (error) {
    failures.push(title + ': ' + String(error) + ' ' + String(error?.cause ?? ''))
  }
}
let place = 0
const suite = storeCompliance({
  prepare: async () => {
    const name = 'place ' + String(place++)
    return { open: () => openIndexedStore(name), cleanUp: () => eraseIndexedStore(name) }
  }
})
for (const { run, title } of suite) {
  await attempt(title, run)
}

const asked = new Set()
const transaction = IDBDatabase.prototype.transaction
IDBDatabase.prototype.transaction = function (names, mode, options) {
  if (mode === 'readwrite') {
    asked.add(options?.durability)
  }
  return transaction.call(this, names, mode, options)
}
await attempt('asks for durable commits', async () => {
  const store = await openIndexedStore('durable')
  await store.commit([{ type: 'write', table: 'message', key: 'a', value: new Uint8Array(1) }])
  await store.close()
})
IDBDatabase.prototype.transaction = transaction

await attempt('is empty once it was erased', async () => {
  await eraseIndexedStore('durable')
  const store = await openIndexedStore('durable')
  const [value] = await store.getMany([{ table: 'message', key: 'a' }])
  await store.close()
  if (value !== undefined) throw new Error('it is still there')
})
await attempt('cannot be erased while it is open', async () => {
  const store = await openIndexedStore('held')
  const refused = await eraseIndexedStore('held').then(() => 'erased', (error) => error.code)
  await store.close()
  if (refused !== 'SEALPOST_STORE_LOCKED') throw new Error(refused)
})
await attempt('says that a newer version wrote it', async () => {
  const opening = indexedDB.open('newer', 99)
  await new Promise((resolve) => (opening.onsuccess = resolve))
  opening.result.close()
  const refused = await openIndexedStore('newer').then(() => 'opened', (error) => error.code)
  if (refused !== 'SEALPOST_STORE_NEWER') throw new Error(refused)
})
await ask('done', { count, failures, durabilities: [...asked] })
`

interface PageResult {
  readonly count: number
  readonly failures: readonly string[]
  readonly durabilities: readonly string[]
}

describe('a store in IndexedDB, in Chromium', function () {
  this.timeout(120_000)

  it('keeps the contract of a store, and asks for durable commits', async () => {
    const done = Promise.withResolvers<PageResult>()
    const page = await ChromiumPage.open(PAGE, {
      done: (result) => {
        done.resolve(result as PageResult)
      }
    })
    try {
      const { count, failures, durabilities } = await done.promise
      assert.deepEqual(failures, [])
      assert.ok(count > 20, String(count))
      assert.deepEqual(durabilities, ['strict'])
    } finally {
      await page.close()
    }
  })
})
