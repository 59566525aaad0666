import assert from 'node:assert/strict'
import { stat, writeFile } from 'node:fs/promises'
import { ManualClock, MemoryLog } from '@sealpost/host/testing'
import type { Capacity } from '@sealpost/protocol'
import { setImmediate } from 'node:timers/promises'
import { ballastBytesOf } from '../src/store/ballast.ts'
import { dataDirectory } from '../src/store/data-directory.ts'
import { DiskGuard, type StoreUse } from '../src/store/disk-guard.ts'
import { type TemporaryDirectory, temporaryDirectory } from './temporary-directory.ts'

const MIB = 1024 * 1024
const TOTAL = 100 * MIB
const BALLAST = 2 * MIB

/** A guard whose disk and whose machine are a test's to say. */
class Scene implements AsyncDisposable {
  readonly clock = new ManualClock()
  readonly log = new MemoryLog()
  readonly guard: DiskGuard
  readonly #directory: TemporaryDirectory
  readonly ballastPath: string
  totalBytes = TOTAL
  /** What is free while the ballast holds nothing. */
  freeBytes = 50 * MIB
  isMeasurable = true
  storeBytes = 0
  needs: Partial<StoreUse> = {}
  capacity: Capacity = 'open'
  isRunning = true
  lookCount = 0
  compactionCount = 0
  compactTo = 0

  private constructor(directory: TemporaryDirectory) {
    this.#directory = directory
    const files = dataDirectory(directory.path)
    this.ballastPath = files.ballastPath
    this.guard = new DiskGuard({
      directory: files,
      clock: this.clock,
      log: this.log,
      measure: async () => {
        if (!this.isMeasurable) {
          throw new Error('the disk is gone')
        }
        const freeBytes = Math.max(0, this.freeBytes - (await this.ballastBytes()))
        return { freeBytes, totalBytes: this.totalBytes }
      },
      onDisk: () => {
        this.lookCount++
      },
      use: () => {
        const nothing = { envelopeCount: 0, envelopeBytes: 0, tombstoneCount: 0, mailboxCount: 0 }
        return this.isRunning ? { capacity: this.capacity, ...nothing, ...this.needs } : undefined
      }
    })
    this.guard.guard({
      approximateBytes: async () => Promise.resolve(this.storeBytes),
      compact: async () => {
        this.compactionCount++
        this.storeBytes = this.compactTo
        return Promise.resolve()
      }
    })
  }

  static async make(): Promise<Scene> {
    return new Scene(await temporaryDirectory())
  }

  async ballastBytes(): Promise<number> {
    return stat(this.ballastPath).then(
      ({ size }) => size,
      () => 0
    )
  }

  /** Looks once, and waits until that is done. */
  async look(): Promise<void> {
    this.guard.lookNow()
    await this.#quiet()
  }

  /** Lets time pass, and waits until the look that is due is done. */
  async tick(ms: number): Promise<void> {
    this.clock.advance(ms)
    await this.#quiet()
  }

  /** A look, and what follows from it, is done when there is a timer for the next. */
  async #quiet(): Promise<void> {
    for (let quietTurns = 0; quietTurns < 10; quietTurns++) {
      await setImmediate()
      if (this.clock.timerCount === 0) {
        quietTurns = 0
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.guard.stop()
    await this.#directory[Symbol.asyncDispose]()
  }
}

describe('the ballast', () => {
  it('is 64 MiB, or 2 % of a smaller file system', () => {
    const gib = 1024 * MIB
    assert.equal(ballastBytesOf(3_200 * MIB), 64 * MIB)
    assert.equal(ballastBytesOf(3_199 * MIB), Math.floor(3_199 * MIB * 0.02))
    assert.equal(ballastBytesOf(1_000 * gib), 64 * MIB)
    assert.equal(ballastBytesOf(TOTAL), BALLAST)
  })

  it('is made where there is room, for the owner alone, and stays from start to start', async () => {
    await using scene = await Scene.make()
    await scene.guard.prepare()
    await scene.look()
    assert.equal(await scene.ballastBytes(), BALLAST)
    assert.equal((await stat(scene.ballastPath)).mode & 0o777, 0o600)
    assert.equal(scene.guard.ballastBytes, BALLAST)
    await scene.guard.prepare()
    assert.equal(scene.guard.ballastBytes, BALLAST)
  })

  it('is made in parts where it is large', async () => {
    await using scene = await Scene.make()
    scene.totalBytes = 4_000 * MIB
    scene.freeBytes = 4_000 * MIB
    await scene.guard.prepare()
    await scene.look()
    assert.equal(await scene.ballastBytes(), 8 * MIB)
    await scene.tick(5_000)
    assert.equal(await scene.ballastBytes(), 16 * MIB)
  })

  it('never changes how much room the machine hears of', async () => {
    await using scene = await Scene.make()
    await scene.guard.prepare()
    const before = scene.guard.lastUse?.freeBytes
    await scene.look()
    await scene.look()
    assert.equal(scene.guard.lastUse?.freeBytes, before)
    scene.capacity = 'read-only'
    await scene.look()
    assert.equal(await scene.ballastBytes(), 0)
    await scene.look()
    assert.equal(scene.guard.lastUse?.freeBytes, before)
    assert.equal(before, 48 * MIB)
  })

  it('is given up while the machine takes no deposits, and made again when it does', async () => {
    await using scene = await Scene.make()
    await scene.guard.prepare()
    for (const [capacity, bytes] of [
      ['open', BALLAST],
      ['busy', BALLAST],
      ['read-only', 0],
      ['read-only', 0],
      ['busy', BALLAST]
    ] as const) {
      scene.capacity = capacity
      await scene.look()
      assert.equal(await scene.ballastBytes(), bytes, capacity)
    }
  })

  it('is given up before the store is opened on a disk that is full', async () => {
    await using scene = await Scene.make()
    await writeFile(scene.ballastPath, new Uint8Array(BALLAST))
    scene.freeBytes = BALLAST
    await scene.guard.prepare()
    assert.equal(await scene.ballastBytes(), 0)
    assert.deepEqual(scene.guard.lastUse, { freeBytes: 0, totalBytes: TOTAL, storeBytes: 0 })
  })

  it('is given up between a store that found no room and the next', async () => {
    await using scene = await Scene.make()
    await scene.guard.prepare()
    await scene.look()
    await scene.guard.beforeReopen()
    assert.equal(await scene.ballastBytes(), BALLAST, 'there is room: that was not why it failed')
    scene.guard.onFull()
    await scene.guard.beforeReopen()
    assert.equal(await scene.ballastBytes(), 0)
  })

  it('is left out where there is no room for it', async () => {
    await using scene = await Scene.make()
    scene.freeBytes = BALLAST
    await scene.guard.prepare()
    await scene.look()
    assert.equal(await scene.ballastBytes(), 0)
  })
})

describe('the disk guard', () => {
  it('looks every 5 s, and every second while room is scarce', async () => {
    await using scene = await Scene.make()
    await scene.guard.prepare()
    await scene.look()
    scene.clock.advance(4_999)
    assert.equal(scene.lookCount, 1)
    scene.capacity = 'busy'
    await scene.tick(1)
    assert.equal(scene.lookCount, 2)
    scene.clock.advance(999)
    assert.equal(scene.lookCount, 2)
    await scene.tick(1)
    assert.equal(scene.lookCount, 3)
  })

  it('looks before what comes in can have filled the disk', async () => {
    await using scene = await Scene.make()
    await scene.guard.prepare()
    await scene.look()
    // 48 MiB are free: a sixteenth is 3 MiB.
    scene.guard.countIntake(3 * MIB - 1)
    await setImmediate()
    assert.equal(scene.lookCount, 1)
    scene.guard.countIntake(1)
    while (scene.lookCount === 1) {
      await setImmediate()
    }
  })

  it('goes by what it saw last where the disk cannot be measured', async () => {
    await using scene = await Scene.make()
    await scene.guard.prepare()
    const before = scene.guard.lastUse
    scene.isMeasurable = false
    await scene.look()
    assert.deepEqual(scene.guard.lastUse, before)
    assert.deepEqual(scene.log.events('warn'), ['relay.disk.not-measured'])
  })

  it('looks no more once stopped', async () => {
    await using scene = await Scene.make()
    await scene.guard.prepare()
    await scene.look()
    await scene.guard.stop()
    assert.equal(scene.clock.timerCount, 0)
    scene.guard.lookNow()
    scene.guard.countIntake(TOTAL)
    await setImmediate()
    assert.equal(scene.lookCount, 1)
  })

  it('touches nothing while no machine runs', async () => {
    await using scene = await Scene.make()
    scene.isRunning = false
    await scene.guard.prepare()
    await scene.look()
    assert.equal(await scene.ballastBytes(), 0)
  })
})

describe('a compaction', () => {
  /** A store of 40 MiB that holds 10. */
  async function wasteful(): Promise<Scene> {
    const scene = await Scene.make()
    scene.capacity = 'busy'
    scene.storeBytes = 40 * MIB
    scene.compactTo = 10 * MIB
    scene.needs = { envelopeBytes: 10 * MIB }
    await scene.guard.prepare()
    await scene.look()
    return scene
  }

  it('is made once a store was wasteful in three looks, while room is scarce', async () => {
    await using scene = await wasteful()
    await scene.tick(1_000)
    assert.equal(scene.compactionCount, 0)
    await scene.tick(1_000)
    assert.equal(scene.compactionCount, 1)
    while (!scene.log.events().includes('relay.store.compacted')) {
      await setImmediate()
    }
    const { fields } =
      scene.log.entries.find(({ event }) => event === 'relay.store.compacted') ?? {}
    assert.deepEqual(fields, { tookMs: 0, bytesBefore: 40 * MIB, bytesAfter: 10 * MIB })
  })

  it('is not made while there is room', async () => {
    await using scene = await wasteful()
    scene.capacity = 'open'
    for (let look = 0; look < 5; look++) {
      await scene.tick(5_000)
    }
    assert.equal(scene.compactionCount, 0)
  })

  it('is not made for less than a quarter of the store', async () => {
    await using scene = await wasteful()
    scene.needs = { envelopeBytes: 30 * MIB + 1 }
    for (let look = 0; look < 5; look++) {
      await scene.tick(1_000)
    }
    assert.equal(scene.compactionCount, 0)
    scene.needs = { envelopeBytes: 30 * MIB }
    for (let look = 0; look < 3; look++) {
      await scene.tick(1_000)
    }
    assert.equal(scene.compactionCount, 1)
  })

  it('is not made again for what it cannot make smaller', async () => {
    await using scene = await wasteful()
    scene.compactTo = 40 * MIB
    for (let look = 0; look < 60; look++) {
      await scene.tick(1_000)
    }
    assert.equal(scene.compactionCount, 1)
  })

  it('waits ten minutes for the next where there may be too little room for it', async () => {
    await using scene = await wasteful()
    scene.freeBytes = 5 * MIB
    for (let look = 0; look < 5; look++) {
      await scene.tick(1_000)
    }
    assert.equal(scene.compactionCount, 1)
    scene.storeBytes = 40 * MIB
    for (let look = 0; look < 20; look++) {
      await scene.tick(1_000)
    }
    assert.equal(scene.compactionCount, 1)
    scene.freeBytes = 50 * MIB
    await scene.tick(1_000)
    await scene.tick(1_000)
    assert.equal(scene.compactionCount, 2)
  })

  it('is made when its operator asks for it, and says what it gave back', async () => {
    await using scene = await wasteful()
    assert.deepEqual(await scene.guard.compactNow(), {
      bytesBefore: 40 * MIB,
      bytesAfter: 10 * MIB
    })
    assert.equal(scene.compactionCount, 1)
  })

  it('is refused where what is kept does not fit on the disk once more', async () => {
    await using scene = await wasteful()
    // What the ballast does not hold yet is not free either.
    scene.needs = { envelopeBytes: 10 * MIB }
    scene.freeBytes = BALLAST + 10 * MIB - 1
    await assert.rejects(scene.guard.compactNow(), {
      code: 'SEALPOST_STORE_FULL',
      message: /Make room first/
    })
    assert.equal(scene.compactionCount, 0)
    scene.freeBytes++
    await scene.guard.compactNow()
    assert.equal(scene.compactionCount, 1)
  })

  it('is made once, for everybody who asks meanwhile, and not once it is stopped', async () => {
    await using scene = await wasteful()
    await Promise.all([scene.guard.compactNow(), scene.guard.compactNow()])
    assert.equal(scene.compactionCount, 1)
    await scene.guard.stop()
    await assert.rejects(scene.guard.compactNow(), { code: 'SEALPOST_STORE_FAILED' })
  })
})
