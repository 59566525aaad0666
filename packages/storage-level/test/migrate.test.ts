import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { seededRandom } from '@sealpost/host/testing'
import { createLevelStore, LEVEL_STORE_FORMAT, openLevelStore } from '@sealpost/storage-level'
import { Level } from 'level'
import { FORMAT_KEY } from '../src/keys.ts'
import type { LevelStore } from '../src/level-store.ts'
import { findFormat, formatBytes, type LevelRows, migrate } from '../src/migrate.ts'
import { temporaryDirectory } from './temporary-directory.ts'
import { testMigrations } from './test-migrations.ts'

const MIGRATING_PROCESS = fileURLToPath(new URL('migrating-process.ts', import.meta.url))
const ROWS = 1_005

async function withDb(act: (db: LevelRows, path: string) => Promise<void>): Promise<void> {
  await using directory = await temporaryDirectory()
  const db = new Level<string, Uint8Array>(directory.path, { valueEncoding: 'view' })
  await db.open()
  try {
    await act(db, directory.path)
  } finally {
    await db.close()
  }
}

async function formatOf(db: LevelRows): Promise<string> {
  return new TextDecoder().decode(await db.get(FORMAT_KEY))
}

/** A store of format 1 with so many rows, each of the byte 100. */
async function storeOfFormat1(path: string): Promise<void> {
  const store = await createLevelStore(path, 1)
  await store.commit(
    Array.from({ length: ROWS }, (_, number) => ({
      type: 'write',
      table: 'message',
      key: String(number).padStart(5, '0'),
      value: new Uint8Array([100])
    }))
  )
  await store.close()
}

async function bytesOf(store: LevelStore): Promise<ReadonlySet<number | undefined>> {
  const rows = await store.getRange({ table: 'message', from: '', to: '~', limit: 10_000 })
  assert.equal(rows.length, ROWS)
  return new Set(rows.map(({ value: [byte] }) => byte))
}

/** @returns how many steps were begun, and whether it ended by itself. */
async function migrateAndKill(
  path: string,
  stepsMax: number
): Promise<{ readonly steps: number; readonly isDone: boolean }> {
  const child = spawn(process.execPath, [MIGRATING_PROCESS, path], {
    stdio: ['ignore', 'pipe', 'inherit']
  })
  let steps = 0
  let isDone = false
  for await (const line of createInterface({ input: child.stdout })) {
    isDone = line === 'done'
    steps = isDone ? steps : Number(line)
    if (steps >= stepsMax && !isDone) {
      child.kill('SIGKILL')
    }
  }
  return { steps, isDone }
}

describe('migrate', () => {
  it('marks a fresh store with the format', () =>
    withDb(async (db) => {
      await migrate(db, await findFormat(db))
      assert.equal(await formatOf(db), String(LEVEL_STORE_FORMAT))
    }))

  it('leaves a store of this format alone', () =>
    withDb(async (db) => {
      await migrate(db, await findFormat(db))
      await db.put('Ma', formatBytes(7))
      await migrate(db, await findFormat(db))
      assert.deepEqual(await db.keys().all(), [FORMAT_KEY, 'Ma'])
    }))

  it('refuses a store of the next format', () =>
    withDb(async (db, path) => {
      await db.put(FORMAT_KEY, formatBytes(LEVEL_STORE_FORMAT + 1))
      await assert.rejects(findFormat(db), { code: 'SEALPOST_STORE_NEWER' })
      await db.close()
      await assert.rejects(openLevelStore(path), { code: 'SEALPOST_STORE_NEWER' })
      await assert.rejects(openLevelStore(path, { isAsFound: true }), {
        code: 'SEALPOST_STORE_NEWER'
      })
      // It was closed again.
      await db.open()
    }))

  for (const text of ['', 'one', '0', '-1', '1.5']) {
    it(`takes a format of '${text}' for damage`, () =>
      withDb(async (db) => {
        await db.put(FORMAT_KEY, new TextEncoder().encode(text))
        await assert.rejects(findFormat(db), { code: 'SEALPOST_STORE_CORRUPT' })
      }))
  }

  it('takes rows without a format for damage', () =>
    withDb(async (db) => {
      await db.put('Ma', formatBytes(1))
      await assert.rejects(findFormat(db), { code: 'SEALPOST_STORE_CORRUPT' })
    }))

  it('brings rows up format by format, once, and lets them be saved before', async () => {
    await using directory = await temporaryDirectory()
    await storeOfFormat1(directory.path)
    const saved: unknown[] = []
    const options = {
      migrations: testMigrations(() => undefined),
      beforeMigrating: async (found: LevelStore) => {
        saved.push(found.format, ...(await bytesOf(found)))
      }
    }
    for (let round = 0; round < 2; round++) {
      const store = await openLevelStore(directory.path, options)
      assert.deepEqual(await bytesOf(store), new Set([111]))
      assert.equal(store.format, 3)
      await store.close()
    }
    assert.deepEqual(saved, [1, 100])
  })

  it('changes nothing where they could not be saved, and where they are only looked at', async () => {
    await using directory = await temporaryDirectory()
    await storeOfFormat1(directory.path)
    const migrations = testMigrations(() => undefined)
    const beforeMigrating = (): Promise<void> => Promise.reject(new TypeError('no room'))
    await assert.rejects(openLevelStore(directory.path, { migrations, beforeMigrating }))
    const found = await openLevelStore(directory.path, { migrations, isAsFound: true })
    assert.deepEqual(await bytesOf(found), new Set([100]))
    assert.deepEqual([found.format, found.isHalfMigrated], [1, false])
    await found.close()
  })

  it('goes on where it was killed, and changes no row twice', async () => {
    const random = seededRandom(20_261_123)
    await using directory = await temporaryDirectory()
    await storeOfFormat1(directory.path)
    let kills = 0
    for (let isDone = false; !isDone; kills++) {
      ;({ isDone } = await migrateAndKill(directory.path, 20 + random.below(40)))
      if (!isDone) {
        const found = await openLevelStore(directory.path, {
          migrations: testMigrations(() => undefined),
          isAsFound: true
        })
        assert.equal(found.isHalfMigrated || found.format > 1, true)
        await found.close()
      }
    }
    assert.ok(kills > 2, 'it was killed in the middle')
    const store = await openLevelStore(directory.path, {
      migrations: testMigrations(() => assert.fail('there is nothing left to do')),
      beforeMigrating: () => Promise.reject(new TypeError('there is nothing to save'))
    })
    assert.deepEqual(await bytesOf(store), new Set([111]))
    await store.close()
  }).timeout(30_000)

  it('makes no store where there is one, and none of a newer format', async () => {
    await using directory = await temporaryDirectory()
    await storeOfFormat1(directory.path)
    await assert.rejects(createLevelStore(directory.path, 1), { code: 'SEALPOST_STORE_CORRUPT' })
    await using other = await temporaryDirectory()
    await assert.rejects(createLevelStore(other.path, LEVEL_STORE_FORMAT + 1), {
      code: 'SEALPOST_STORE_NEWER'
    })
  })
})
