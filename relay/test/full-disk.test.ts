import assert from 'node:assert/strict'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { MemoryDisk } from '@sealpost/host/testing'
import { ballastBytesOf } from '../src/store/ballast.ts'
import { FullDisk } from './full-disk.ts'
import { type MemoryFileSystem, memoryPorts } from './memory-relay-store.ts'
import { relayScene } from './relay-scene.ts'
import { fillDisk, smallDisk } from './small-disk.ts'

const MIB = 1024 * 1024
const DISK_BYTES = 64 * MIB

const probe = await smallDisk('tmpfs', DISK_BYTES)
const failure = typeof probe === 'string' ? probe : undefined
if (typeof probe === 'string') {
  console.warn(`full-disk.test.ts has only its disk in memory, since none can be mounted: ${probe}`)
} else {
  await probe[Symbol.asyncDispose]()
}

describe('a relay on a disk in memory', function () {
  this.timeout(30_000)

  it('takes deposits until the reserve, acks always, and deposits again without a restart', async () => {
    const disk = new MemoryDisk()
    const fileSystem: MemoryFileSystem = { disk, totalBytes: 8 * MIB, otherBytes: 0 }
    await using scene = await relayScene({ ports: memoryPorts(disk, fileSystem) })
    const full = new FullDisk(scene)
    await using alice = await full.connect()
    await alice.register([full.mailbox])
    await full.fill(alice)
    // A quarter is the reserve, and 90 % of the rest is as much as deposits may use.
    assert.ok(disk.usedBytes > 5 * MIB && disk.usedBytes < 7 * MIB, String(disk.usedBytes))
    await full.ackAll()
    await full.untilTaken(alice)
    assert.equal(scene.relay.overview().crashCount, 0)
  })

  it('loses nothing where the disk fills all at once', async () => {
    const disk = new MemoryDisk()
    const fileSystem: MemoryFileSystem = { disk, totalBytes: 64 * MIB, otherBytes: 0 }
    await using scene = await relayScene({ ports: memoryPorts(disk, fileSystem) })
    const full = new FullDisk(scene)
    await using alice = await full.connect()
    await alice.register([full.mailbox])
    while (full.stored.size < 100) {
      await full.deposit(alice)
    }
    fileSystem.otherBytes = fileSystem.totalBytes - disk.usedBytes
    disk.capacityBytes = disk.usedBytes
    await full.fill(alice)
    assert.equal(scene.relay.overview().crashCount, 1)
    // What the ballast held.
    disk.capacityBytes += ballastBytesOf(fileSystem.totalBytes)
    await full.ackAll()
    const refused = await full.deposit(alice)
    assert.ok(refused.type === 'refused' && refused.reason === 'busy')
    fileSystem.otherBytes = 0
    disk.capacityBytes = Infinity
    await full.untilTaken(alice)
    assert.equal(scene.relay.overview().crashCount, 1)
  })
})

async function throughAFullDisk(): Promise<void> {
  const disk = await smallDisk('tmpfs', DISK_BYTES)
  assert.ok(typeof disk !== 'string')
  await using smallDisk_ = disk
  await using scene = await relayScene({ data: smallDisk_.path })
  const full = new FullDisk(scene)
  await using alice = await full.connect()
  await alice.register([full.mailbox])
  while (full.stored.size < 300) {
    await full.deposit(alice)
  }
  const giveBack = await fillDisk(smallDisk_.path)
  await full.fill(alice)
  assert.ok(scene.relay.overview().crashCount > 0)
  // There is room for acks, and only for them.
  await full.ackAll()
  const refused = await full.deposit(alice)
  assert.ok(refused.type === 'refused' && refused.reason === 'busy')
  await giveBack()
  await full.untilTaken(alice)
  await full.ackAll()
}

async function startOnAFullDisk(): Promise<void> {
  const disk = await smallDisk('tmpfs', DISK_BYTES)
  assert.ok(typeof disk !== 'string')
  await using smallDisk_ = disk
  const ballast = join(smallDisk_.path, 'ballast')
  const first = await relayScene({ data: smallDisk_.path })
  const full = new FullDisk(first)
  {
    await using alice = await full.connect()
    await alice.register([full.mailbox])
    while (full.stored.size < 300) {
      await full.deposit(alice)
    }
  }
  await first.relay.stop()
  assert.equal((await stat(ballast)).size, ballastBytesOf(DISK_BYTES))
  const giveBack = await fillDisk(smallDisk_.path)

  await using scene = await relayScene({ data: smallDisk_.path })
  full.scene = scene
  assert.equal(scene.relay.overview().machine?.capacity, 'read-only')
  await full.ackAll()
  await giveBack()
  await using alice = await full.connect()
  await full.untilTaken(alice)
}

async function beginOnAFullDisk(): Promise<void> {
  const disk = await smallDisk('tmpfs', DISK_BYTES)
  assert.ok(typeof disk !== 'string')
  await using smallDisk_ = disk
  const data = join(smallDisk_.path, 'relay')
  const giveBack = await fillDisk(smallDisk_.path)
  await assert.rejects(relayScene({ data }), {
    code: 'SEALPOST_STORE_FULL',
    message: /^There is no room left in /
  })
  assert.deepEqual(await readdir(data).catch(() => []), [])
  await giveBack()
  await using scene = await relayScene({ data })
  assert.equal(scene.relay.isFresh, true)
}

if (failure === undefined) {
  describe('a relay on a disk of 64 MiB', function () {
    this.timeout(60_000)
    it(
      'loses nothing when another program fills it, and recovers when there is room',
      throughAFullDisk
    )
    it('begins nothing by halves where there is no room for a first start', beginOnAFullDisk)
    it('starts when it is full to the last byte, and takes acks', startOnAFullDisk)
  })
}
