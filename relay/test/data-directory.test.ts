import assert from 'node:assert/strict'
import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type DataDirectory,
  dataDirectory,
  loadNodeSeed,
  loadOrCreateNodeSeed
} from '../src/store/data-directory.ts'
import { temporaryDirectory } from './temporary-directory.ts'

async function mode(path: string): Promise<string> {
  return ((await stat(path)).mode & 0o777).toString(8)
}

async function withDirectory(run: (directory: DataDirectory) => Promise<void>): Promise<void> {
  await using temporary = await temporaryDirectory()
  await run(dataDirectory(join(temporary.path, 'a', 'relay')))
}

describe('the node key', () => {
  it('is made once, for its owner alone, in directories that are made for it', () =>
    withDirectory(async (directory) => {
      const first = await loadOrCreateNodeSeed(directory)
      assert.equal(first.isFresh, true)
      assert.equal(first.seed.length, 32)
      assert.deepEqual(await loadOrCreateNodeSeed(directory), { seed: first.seed, isFresh: false })
      assert.deepEqual(await loadNodeSeed(directory), first.seed)
      assert.deepEqual(new Uint8Array(await readFile(directory.keyPath)), first.seed)
      assert.equal(await mode(directory.keyPath), '600')
      assert.equal(await mode(directory.path), '700')
      assert.deepEqual(await readdir(directory.path), ['node.key'])
    }))

  it('is one, where several processes start at once', () =>
    withDirectory(async (directory) => {
      const seeds = await Promise.all(
        Array.from({ length: 8 }, () => loadOrCreateNodeSeed(directory))
      )
      assert.equal(new Set(seeds.map(({ seed }) => Buffer.from(seed).toString('hex'))).size, 1)
      assert.equal(seeds.filter(({ isFresh }) => isFresh).length, 1)
      assert.deepEqual(await readdir(directory.path), ['node.key'])
    }))

  it('is taken away from others who could read it', () =>
    withDirectory(async (directory) => {
      await loadOrCreateNodeSeed(directory)
      await chmod(directory.keyPath, 0o644)
      await loadOrCreateNodeSeed(directory)
      assert.equal(await mode(directory.keyPath), '600')
    }))

  for (const [what, bytes, said] of [
    ['empty', 0, '0 bytes'],
    ['a byte short', 31, '31 bytes'],
    ['a byte long', 33, '33 bytes'],
    ['all zeros, as a loss of power may leave it', 32, 'all zeros']
  ] as const) {
    it(`is refused where it is ${what}, and left as it is`, () =>
      withDirectory(async (directory) => {
        await mkdir(directory.path, { recursive: true })
        await writeFile(directory.keyPath, new Uint8Array(bytes))
        const refusal = {
          name: 'StorageError',
          code: 'SEALPOST_STORE_CORRUPT',
          message: new RegExp(
            `node\\.key is damaged: it must be 32 random bytes and is ${said}\\. Restore`
          )
        }
        await assert.rejects(loadOrCreateNodeSeed(directory), refusal)
        await assert.rejects(loadNodeSeed(directory), refusal)
        assert.equal((await readFile(directory.keyPath)).length, bytes)
      }))
  }

  it('is missed, and not made, by who only asks for it', () =>
    withDirectory(async (directory) => {
      await assert.rejects(loadNodeSeed(directory), {
        name: 'ConfigError',
        code: 'SEALPOST_CONFIG_INVALID',
        message: /There is no relay in .* yet\. Start one: sealpost-relay run --data /
      })
      await assert.rejects(stat(directory.path), { code: 'ENOENT' })
    }))

  it('is a failure of the disk where its directory cannot be one', () =>
    withDirectory(async (directory) => {
      await mkdir(join(directory.path, '..'), { recursive: true })
      await writeFile(directory.path, 'a file')
      await assert.rejects(loadOrCreateNodeSeed(directory), {
        name: 'StorageError',
        code: 'SEALPOST_STORE_FAILED',
        message: /The data directory cannot be used \(ENOTDIR\) in /
      })
    }))
})
