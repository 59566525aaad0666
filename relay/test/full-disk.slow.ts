import assert from 'node:assert/strict'
import { FullDisk } from './full-disk.ts'
import { relayScene } from './relay-scene.ts'
import { smallDisk, type SmallDiskKind } from './small-disk.ts'

const MIB = 1024 * 1024

describe('a relay whose own store fills the disk', function () {
  this.timeout(600_000)

  for (const [kind, bytes] of [
    ['ext4', 64 * MIB],
    ['tmpfs', 64 * MIB],
    ['tmpfs', 512 * MIB]
  ] as const satisfies readonly (readonly [SmallDiskKind, number])[]) {
    it(`loses nothing and recovers by itself on ${kind} of ${String(bytes / MIB)} MiB`, async () => {
      const mounted = await smallDisk(kind, bytes)
      if (typeof mounted === 'string') {
        assert.fail(`only root may mount a disk: ${mounted}`)
      }
      await using disk = mounted
      await using scene = await relayScene({ data: disk.path })
      const full = new FullDisk(scene)
      await using alice = await full.connect()
      await alice.register([full.mailbox])
      for (let round = 0; round < 2; round++) {
        await full.fill(alice)
        assert.ok(full.stored.size - full.acked.size > bytes / 4 / 8_192)
        await full.ackAll()
        await full.untilTaken(alice)
        await full.untilOpen()
      }
    })
  }
})
