import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openLevelStore } from '@sealpost/storage-level'
import { checkCommitted, commitOf } from './committed-rows.ts'
import { temporaryDirectory } from './temporary-directory.ts'

const MOUNT = '/bin/mount'
const UMOUNT = '/bin/umount'
const DISK = '16m'
const BALLAST_BYTES = 4 * 1024 * 1024

/** A file system of its own in `path`; says why where none can be mounted. */
function mount(path: string): string | undefined {
  const { error, status, stderr } = spawnSync(
    MOUNT,
    ['-t', 'tmpfs', '-o', `size=${DISK}`, 'tmpfs', path],
    { encoding: 'utf8' }
  )
  return status === 0 ? undefined : (error?.message ?? stderr.trim())
}

async function findOut(): Promise<string | undefined> {
  await using directory = await temporaryDirectory()
  const failure = mount(directory.path)
  if (failure === undefined) {
    execFileSync(UMOUNT, [directory.path])
  }
  return failure
}

const failure = await findOut()
// Where nothing can be mounted, `errors of a store` is all there is.
if (failure !== undefined) {
  console.warn(`full-disk.test.ts tests nothing here: ${failure}`)
}

async function failAndRecover(): Promise<void> {
  await using directory = await temporaryDirectory()
  assert.equal(mount(directory.path), undefined)
  try {
    const ballast = join(directory.path, 'ballast')
    await writeFile(ballast, new Uint8Array(BALLAST_BYTES))
    const path = join(directory.path, 'store')
    const full = await openLevelStore(path)
    let acknowledged = 0
    const fill = async (): Promise<never> => {
      for (;;) {
        await full.commit(commitOf(acknowledged))
        acknowledged++
      }
    }
    await assert.rejects(fill(), { name: 'StorageError', code: 'SEALPOST_STORE_FULL' })
    assert.ok(acknowledged > 100, `${acknowledged} commits fit`)

    const erase = { type: 'erase', table: 'message', key: 'x' } as const
    await assert.rejects(full.commit([erase]), { code: 'SEALPOST_STORE_FAILED' })
    assert.equal((await full.getMany([{ table: 'message', key: '00000000' }]))[0]?.length, 500)
    await rm(ballast)
    // LevelDB would go on failing; that it is not even asked is what keeps its log in order.
    await assert.rejects(full.commit([erase]), { code: 'SEALPOST_STORE_FAILED' })
    await full.close()

    const again = await openLevelStore(path)
    const kept = await checkCommitted(again)
    // The commit that failed may be there or not: nobody was told either.
    assert.ok(kept === acknowledged || kept === acknowledged + 1, `${kept} of ${acknowledged}`)
    await again.commit(commitOf(kept))
    assert.equal(await checkCommitted(again), kept + 1)
    await again.close()
  } finally {
    execFileSync(UMOUNT, [directory.path])
  }
}

describe('LevelStore on a full disk', () => {
  if (failure === undefined) {
    it('fails until it is opened again with room, and has lost nothing', failAndRecover).timeout(
      30_000
    )
  }
})
