import assert from 'node:assert/strict'
import { chmod, readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Mutation } from '@sealpost/host'
import { storeCompliance } from '@sealpost/host/compliance'
import { openLevelStore, RELAY_STORE_OPTIONS } from '@sealpost/storage-level'
import { temporaryDirectory } from './temporary-directory.ts'

function write(key: string, bytes: number): Mutation {
  return { type: 'write', table: 'message', key, value: new Uint8Array(bytes) }
}

async function modeOf(path: string): Promise<number> {
  return (await stat(path)).mode & 0o777
}

describe('LevelStore', () => {
  for (const [title, options] of [
    ['as in a home', {}],
    ['as in a relay', RELAY_STORE_OPTIONS]
  ] as const) {
    describe(`keeps the contract of a store, ${title}`, () => {
      const suite = storeCompliance({
        prepare: async () => {
          const directory = await temporaryDirectory()
          return {
            open: () => openLevelStore(directory.path, options),
            cleanUp: () => directory[Symbol.asyncDispose]()
          }
        }
      })
      for (const test of suite) {
        it(test.title, test.run)
      }
    })
  }

  it('makes its directory and those above it, for its owner alone', async () => {
    await using directory = await temporaryDirectory()
    const path = join(directory.path, 'new', 'store')
    await (await openLevelStore(path)).close()
    assert.equal(await modeOf(path), 0o700)
    assert.equal(await modeOf(join(directory.path, 'new')), 0o700)
  })

  it('closes to others a directory that was open to them', async () => {
    await using directory = await temporaryDirectory()
    await chmod(directory.path, 0o755)
    await (await openLevelStore(directory.path)).close()
    assert.equal(await modeOf(directory.path), 0o700)
  })

  it('says that a path cannot be opened, and why', async () => {
    await using directory = await temporaryDirectory()
    const path = join(directory.path, 'file')
    await writeFile(path, '')
    await assert.rejects(openLevelStore(path), (error: Error) => {
      assert.equal(error.name, 'StorageError')
      assert.equal((error as Error & { code: string }).code, 'SEALPOST_STORE_FAILED')
      assert.ok(error.cause instanceof Error)
      return true
    })
  })

  it('finds a store whose files are damaged to be so', async () => {
    await using directory = await temporaryDirectory()
    await (await openLevelStore(directory.path)).close()
    const names = await readdir(directory.path)
    const manifest = names.find((name) => name.startsWith('MANIFEST'))
    assert.ok(manifest !== undefined)
    await writeFile(join(directory.path, manifest), 'no manifest at all')
    await assert.rejects(openLevelStore(directory.path), { code: 'SEALPOST_STORE_CORRUPT' })
  })

  it('says how much room it takes', async () => {
    await using directory = await temporaryDirectory()
    const store = await openLevelStore(directory.path)
    const before = await store.approximateBytes()
    await store.commit([write('a', 1_000_000)])
    const growth = (await store.approximateBytes()) - before
    assert.ok(growth >= 1_000_000 && growth < 1_100_000, `grew by ${growth} bytes`)
    await store.close()
  })

  it('gives all rows as they were when asked, whatever is committed meanwhile', async () => {
    await using directory = await temporaryDirectory()
    const store = await openLevelStore(directory.path)
    const keys = Array.from({ length: 2_500 }, (_, number) => String(number).padStart(5, '0'))
    await store.commit(keys.map((key) => write(key, 10)))
    await store.commit([{ type: 'write', table: 'account', key: '', value: new Uint8Array([1]) }])
    const rows = []
    for await (const some of store.allRows()) {
      rows.push(...some)
      await store.commit([{ type: 'erase', table: 'message', key: '02499' }, write('later', 1)])
    }
    assert.deepEqual(rows[0], { table: 'account', key: '', value: new Uint8Array([1]) })
    assert.deepEqual(
      rows.slice(1).map((row) => row.key),
      keys
    )
    assert.ok(rows.slice(1).every((row) => row.table === 'message' && row.value.length === 10))
    const left = store.allRows()
    await left.next()
    await left.return()
    await store.close()
    await assert.rejects(store.allRows().next(), { code: 'SEALPOST_STORE_FAILED' })
  })

  it('gives room back when it is asked to', async () => {
    await using directory = await temporaryDirectory()
    const store = await openLevelStore(directory.path)
    const keys = Array.from({ length: 100 }, (_, number) => String(number))
    for (const key of keys) {
      await store.commit([write(key, 100_000)])
    }
    await store.commit(keys.map((key) => ({ type: 'erase', table: 'message', key })))
    const before = await store.approximateBytes()
    await store.compact()
    const after = await store.approximateBytes()
    assert.ok(after < before / 4, `${before} bytes before, ${after} after`)
    await store.close()
  })

  it('refuses all of a commit that it cannot write', async () => {
    await using directory = await temporaryDirectory()
    const store = await openLevelStore(directory.path)
    const broken = { type: 'write', table: 'message', key: 'b' } as unknown as Mutation
    await assert.rejects(store.commit([write('a', 1), broken]), { name: 'StorageError' })
    assert.deepEqual(await store.getMany([{ table: 'message', key: 'a' }]), [undefined])
    await store.close()
  })
})
