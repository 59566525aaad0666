import assert from 'node:assert/strict'
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ManualClock, MemoryDisk, MemoryLog, seededRandom } from '@sealpost/host/testing'
import { StorageError } from '@sealpost/protocol'
import { BackupKeeper, type BackupSchedule } from '../../src/backup/backup-keeper.ts'
import { drawAgeKeyPair } from '../../src/backup/age-format.ts'
import { dataDirectory, loadOrCreateNodeSeed } from '../../src/store/data-directory.ts'
import type { FileSystemUse } from '../../src/store/disk-guard.ts'
import { allRows } from '../memory-relay-store.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const ROOM: FileSystemUse = { freeBytes: 900, totalBytes: 1_000 }

/** Rita's relay and its disk, as a keeper sees them. */
class Scene {
  readonly clock = new ManualClock()
  readonly log = new MemoryLog()
  readonly disk = new MemoryDisk()
  isBroken = false
  fileSystem = ROOM
  readonly #path: string
  readonly #changes: Partial<BackupSchedule>

  constructor(path: string, changes: Partial<BackupSchedule> = {}) {
    this.#path = path
    this.#changes = changes
  }

  get backups(): string {
    return join(this.#path, 'backups')
  }

  async open(): Promise<BackupKeeper> {
    const directory = dataDirectory(join(this.#path, 'data'))
    await loadOrCreateNodeSeed(directory)
    return BackupKeeper.open({
      directory,
      rows: () => {
        if (this.isBroken) {
          throw new StorageError('SEALPOST_STORE_FAILED')
        }
        return allRows(this.disk)
      },
      measureStore: () => ({ rowCount: 1, byteCount: 100 }),
      measureFileSystem: () => Promise.resolve(this.fileSystem),
      configText: '',
      version: '0.1.0',
      schedule: {
        directory: this.backups,
        recipient: undefined,
        plan: {
          intervalMs: DAY_MS,
          keepCount: 7,
          keepMs: 14 * DAY_MS,
          trialIntervalMs: 7 * DAY_MS
        },
        ...this.#changes
      },
      clock: this.clock,
      log: this.log,
      random: { bytes: (count) => seededRandom(1).bytes(count) }
    })
  }

  /** Lets so many hours pass, and what they bring about. */
  async pass(keeper: BackupKeeper, hours: number): Promise<void> {
    for (let hour = 0; hour < hours; hour++) {
      this.clock.advance(HOUR_MS)
      await keeper.settled()
    }
  }

  async names(): Promise<readonly string[]> {
    return (await readdir(this.backups).catch(() => [])).toSorted()
  }

  count(event: string): number {
    return this.log.entries.filter((entry) => entry.event === event).length
  }
}

describe('the keeper of backups', function () {
  this.timeout(30_000)

  it('makes one a day for 30 days, deletes old ones, and proves one a week', async () => {
    await using directory = await temporaryDirectory()
    const scene = new Scene(directory.path)
    const keeper = await scene.open()
    await scene.pass(keeper, 30 * 24)
    assert.equal(scene.count('relay.backup.made'), 30)
    assert.equal(scene.count('relay.backup.proven'), 5)
    assert.equal(scene.count('relay.backup.failed'), 0)
    const names = await scene.names()
    assert.equal(names.length, 15)
    const { failure, newestAtMs = 0, nextAtMs, proven, work } = keeper.status()
    assert.equal(failure, undefined)
    assert.ok(scene.clock.wallMs() - newestAtMs <= DAY_MS)
    assert.ok((nextAtMs ?? 0) - scene.clock.wallMs() <= DAY_MS)
    assert.ok(proven !== undefined && scene.clock.wallMs() - proven.atMs <= 7 * DAY_MS)
    assert.ok(names.includes(proven.name))
    assert.equal(work?.failure, undefined)
    await keeper.close()
    assert.equal(scene.clock.timerCount, 0)
  })

  it('knows after a restart what there is, and makes none before its time', async () => {
    await using directory = await temporaryDirectory()
    const scene = new Scene(directory.path)
    const first = await scene.open()
    await scene.pass(first, 1)
    const before = first.status()
    await first.close()
    await writeFile(
      join(scene.backups, '.b.01234567-0123-0123-0123-0123456789ab.draft'),
      'of a process that was killed'
    )
    await mkdir(join(scene.backups, '.trial-17', 'restoring'), { recursive: true })
    await writeFile(join(scene.backups, 'notes.txt'), 'mine')
    const second = await scene.open()
    assert.equal(second.status().newestAtMs, Math.floor((before.newestAtMs ?? 0) / 1_000) * 1_000)
    assert.deepEqual(second.status().proven, before.proven)
    const names = await scene.names()
    assert.deepEqual([names.length, names.includes('notes.txt')], [2, true])
    await scene.pass(second, 22)
    assert.equal(scene.count('relay.backup.made'), 1)
    await scene.pass(second, 2)
    assert.equal(scene.count('relay.backup.made'), 2)
    await second.close()
  })

  it('says that one failed, and tries again within the hour', async () => {
    await using directory = await temporaryDirectory()
    const scene = new Scene(directory.path)
    const keeper = await scene.open()
    await scene.pass(keeper, 1)
    const madeAtMs = keeper.status().newestAtMs
    scene.fileSystem = { freeBytes: 199, totalBytes: 1_000 }
    await scene.pass(keeper, 26)
    assert.equal(keeper.status().failure?.code, 'SEALPOST_NO_ROOM')
    assert.equal(keeper.status().newestAtMs, madeAtMs)
    assert.ok(scene.count('relay.backup.failed') >= 3)
    assert.equal(
      scene.log.entries.find(({ event }) => event === 'relay.backup.failed')?.level,
      'warn'
    )
    scene.fileSystem = { freeBytes: 200, totalBytes: 1_000 }
    await scene.pass(keeper, 1)
    assert.equal(keeper.status().failure, undefined)
    assert.ok((keeper.status().newestAtMs ?? 0) > (madeAtMs ?? 0))
    await keeper.close()
  })

  it('leaves nothing half, where rows cannot be read', async () => {
    await using directory = await temporaryDirectory()
    const scene = new Scene(directory.path)
    const keeper = await scene.open()
    await mkdir(scene.backups)
    scene.isBroken = true
    await scene.pass(keeper, 1)
    assert.equal(keeper.status().failure?.code, 'SEALPOST_STORE_FAILED')
    assert.deepEqual(await scene.names(), [])
    await keeper.close()
  })

  it('proves what it encrypted, although it cannot open that after a restart', async () => {
    await using directory = await temporaryDirectory()
    const { recipient } = await drawAgeKeyPair()
    const scene = new Scene(directory.path, { recipient })
    const keeper = await scene.open()
    await scene.pass(keeper, 1)
    const [name = ''] = await scene.names()
    assert.match(name, /\.backup\.age$/)
    assert.equal(keeper.status().proven?.name, name)
    await keeper.close()
    const again = await scene.open()
    await scene.pass(again, 8 * 24)
    assert.equal(scene.count('relay.backup.proven'), 2)
    assert.equal(scene.count('relay.backup.failed'), 0)
    await again.close()
  })

  it('makes one where it is told to, one at a time, and over nothing', async () => {
    await using directory = await temporaryDirectory()
    const scene = new Scene(directory.path)
    const keeper = await scene.open()
    const path = join(directory.path, 'mine')
    const number = await keeper.begin(path, undefined)
    await assert.rejects(keeper.begin(`${path}2`, undefined), {
      code: 'SEALPOST_BACKUP_UNDER_WAY'
    })
    await keeper.settled()
    const { work } = keeper.status()
    assert.equal(work?.number, number)
    assert.equal(work?.backup?.path, path)
    await assert.rejects(keeper.begin(path, undefined), { code: 'SEALPOST_BACKUP_FAILED' })
    await assert.rejects(keeper.begin(join(path, 'in', 'no', 'directory'), undefined), {
      code: 'SEALPOST_BACKUP_FAILED'
    })
    await keeper.begin(directory.path, undefined)
    await keeper.settled()
    assert.match(keeper.status().work?.backup?.path ?? '', /sealpost-relay-\d+T\d+Z\.backup$/)
    await keeper.close()
    await assert.rejects(keeper.begin(`${path}3`, undefined), {
      code: 'SEALPOST_BACKUP_UNDER_WAY'
    })
  })

  it('follows no schedule where there is none, and goes on where its notes are damaged', async () => {
    await using directory = await temporaryDirectory()
    const scene = new Scene(directory.path)
    const first = await scene.open()
    await scene.pass(first, 1)
    await first.close()
    const state = join(directory.path, 'data', 'backup-state.json')
    for (const text of ['', 'null', '{"proven":{"atMs":"now"}}', 'x'.repeat(20_000)]) {
      await writeFile(state, text)
      const keeper = await scene.open()
      assert.equal(keeper.status().proven, undefined, text.slice(0, 30))
      await keeper.close()
    }
    await rm(scene.backups, { recursive: true })
    const keeper = await scene.open()
    assert.equal(keeper.status().newestAtMs, undefined)
    await keeper.close()
  })
})
