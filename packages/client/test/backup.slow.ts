import assert from 'node:assert/strict'
import { createReadStream, mkdtempSync, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLibsignalEngine } from '@sealpost/crypto-libsignal'
import { seededRandom } from '@sealpost/host/testing'
import { openLevelStore } from '@sealpost/storage-level'
import { type BackupSink, restoreHome, SealpostClient } from '../src/index.ts'
import { longHistory } from './arbitrary-history.ts'
import { CHEAP, FILE_PASSPHRASE, fileOf, MADE_AT_MS, prefixOf } from './backup-of-records.ts'
import { pieces } from './memory-file.ts'
import { TestHome, World } from './world.ts'

const MIB = 1_048_576

/** The most memory that a task needs beyond what there was before. */
async function peakOf(task: () => Promise<void>): Promise<{ ms: number; bytes: number }> {
  globalThis.gc?.()
  const before = process.memoryUsage().rss
  let most = before
  const timer = setInterval(() => {
    most = Math.max(most, process.memoryUsage().rss)
  }, 20)
  const startMs = performance.now()
  await task()
  clearInterval(timer)
  return { ms: performance.now() - startMs, bytes: most - before }
}

async function diskFile(path: string): Promise<BackupSink> {
  const file = await open(path, 'w')
  return {
    write: async (bytes) => {
      await file.write(bytes)
    },
    flush: () => file.sync(),
    read: () => createReadStream(path),
    keep: () => file.close()
  }
}

describe('a backup of 50,000 messages', function () {
  this.timeout(300_000)
  const folder = mkdtempSync(join(tmpdir(), 'sealpost-backup-'))

  after(() => {
    rmSync(folder, { recursive: true })
  })

  it('is restored in less than two minutes, and made and proven, in a bounded memory', async () => {
    const count = 50_000
    const file = await fileOf([...(await prefixOf()), ...longHistory(count, 240)])
    const world = new World()
    const home = new TestHome(world, 'alice', false)
    const ports = { ...home.ports(), open: () => openLevelStore(join(folder, 'store')) }
    const secret = { passphrase: 'correct horse', passphraseCost: CHEAP }
    const options = { ...secret, filePassphrase: FILE_PASSPHRASE, isOldDeviceLost: true }
    const restoring = await peakOf(async () => {
      const { messageCount } = await restoreHome(ports, pieces(file), options, MADE_AT_MS)
      assert.equal(messageCount, count)
    })
    const client = await SealpostClient.open(
      { ...ports, engine: createLibsignalEngine(), random: seededRandom(9) },
      { passphrase: 'correct horse', isOnline: false }
    )
    const sink = await diskFile(join(folder, 'alice.backup'))
    const making = await peakOf(async () => {
      const proven = await client.backup(sink, { passphrase: FILE_PASSPHRASE, cost: CHEAP })
      assert.equal(proven.messageCount, count)
    })
    await client.close()
    const shown = Object.entries({ restoring, making }).map(
      ([what, { ms, bytes }]) =>
        `${what}: ${(ms / 1_000).toFixed(1)} s, ${(bytes / MIB).toFixed(0)} MiB more`
    )
    console.log(`      ${shown.join('; ')}; the file: ${(file.length / MIB).toFixed(1)} MiB`)
    assert.ok(restoring.ms < 120_000, String(restoring.ms))
    assert.ok(restoring.bytes < 256 * MIB, String(restoring.bytes))
    assert.ok(making.bytes < 256 * MIB, String(making.bytes))
  })
})
