import assert from 'node:assert/strict'
import { openLevelStore } from '@sealpost/storage-level'
import { Level } from 'level'
import { FORMAT_KEY } from '../src/keys.ts'
import { FORMAT, formatBytes, migrate, type Migration } from '../src/migrate.ts'
import { temporaryDirectory } from './temporary-directory.ts'

type Db = Level<string, Uint8Array>

async function withDb(act: (db: Db, path: string) => Promise<void>): Promise<void> {
  await using directory = await temporaryDirectory()
  const db = new Level<string, Uint8Array>(directory.path, { valueEncoding: 'view' })
  await db.open()
  try {
    await act(db, directory.path)
  } finally {
    await db.close()
  }
}

async function formatOf(db: Db): Promise<string> {
  return new TextDecoder().decode(await db.get(FORMAT_KEY))
}

describe('migrate', () => {
  it('marks a fresh store with the format', () =>
    withDb(async (db) => {
      await migrate(db)
      assert.equal(await formatOf(db), String(FORMAT))
    }))

  it('leaves a store of this format alone', () =>
    withDb(async (db) => {
      await migrate(db)
      await db.put('Ma', formatBytes(7))
      await migrate(db)
      assert.deepEqual(await db.keys().all(), [FORMAT_KEY, 'Ma'])
    }))

  it('refuses a store of the next format', () =>
    withDb(async (db, path) => {
      await db.put(FORMAT_KEY, formatBytes(FORMAT + 1))
      await assert.rejects(migrate(db), { code: 'SEALPOST_STORE_NEWER' })
      await db.close()
      await assert.rejects(openLevelStore(path), { code: 'SEALPOST_STORE_NEWER' })
      // It was closed again.
      await db.open()
    }))

  for (const text of ['', 'one', '0', '-1', '1.5']) {
    it(`takes a format of '${text}' for damage`, () =>
      withDb(async (db) => {
        await db.put(FORMAT_KEY, new TextEncoder().encode(text))
        await assert.rejects(migrate(db), { code: 'SEALPOST_STORE_CORRUPT' })
      }))
  }

  it('takes rows without a format for damage', () =>
    withDb(async (db) => {
      await db.put('Ma', formatBytes(1))
      await assert.rejects(migrate(db), { code: 'SEALPOST_STORE_CORRUPT' })
    }))

  it('runs the steps that are missing, in order, each once', () =>
    withDb(async (db) => {
      const steps: number[] = []
      const step =
        (to: number): Migration =>
        async (target) => {
          steps.push(to)
          await target.put(FORMAT_KEY, formatBytes(to))
        }
      const migrations = [step(2), step(3), step(4)]
      await db.put(FORMAT_KEY, formatBytes(2))
      await migrate(db, migrations, 4)
      assert.deepEqual(steps, [3, 4])
      assert.equal(await formatOf(db), '4')
      await migrate(db, migrations, 4)
      assert.deepEqual(steps, [3, 4])
    }))

  it('goes on where a step was interrupted', () =>
    withDb(async (db) => {
      let isBroken = true
      const migrations: readonly Migration[] = [
        async (target) => {
          if (isBroken) {
            throw new TypeError('interrupted')
          }
          await target.put(FORMAT_KEY, formatBytes(2))
        }
      ]
      await db.put(FORMAT_KEY, formatBytes(1))
      await assert.rejects(migrate(db, migrations, 2), { message: 'interrupted' })
      assert.equal(await formatOf(db), '1')
      isBroken = false
      await migrate(db, migrations, 2)
      assert.equal(await formatOf(db), '2')
    }))
})
