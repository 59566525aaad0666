import assert from 'node:assert/strict'
import { DEFAULT_RELAY_OPTIONS } from '@sealpost/core'
import { nodeKeys, utf8ToBytes } from '@sealpost/protocol'
import { RelayDisks } from '../../src/checkers/relay-disks.ts'
import { Scene } from '../../src/checkers/scene.ts'
import { SimulatedDisk } from '../../src/disk/simulated-disk.ts'
import { HeapQueue } from '../../src/kernel/heap-queue.ts'
import { Kernel } from '../../src/kernel/kernel.ts'

const IDENTITY = `05${'ab'.repeat(32)}`

/** Looks at one relay's disk. @returns what is wrong with it since the last look */
function watch(disk: SimulatedDisk): () => readonly string[] {
  const address = { nodeKey: nodeKeys.fromBytes(new Uint8Array(32)), addresses: [] }
  const world = {
    relays: [{ address, disk, status: undefined }],
    clients: [],
    contactOf: () => undefined
  }
  const scene = new Scene({
    kernel: new Kernel(new HeapQueue()),
    excuses: {
      forgetful: new Set(),
      liars: new Set(),
      untruthful: new Set(),
      blocked: new Set(),
      hadWrongClock: false
    },
    relayCount: 1,
    startMs: 0,
    world: () => world
  })
  const disks = new RelayDisks(scene, DEFAULT_RELAY_OPTIONS.quotas.contact, [IDENTITY])
  return () => {
    const before = scene.breaches.length
    disks.look()
    return scene.breaches.slice(before).map(({ check }) => check)
  }
}

describe('what a relay has on its disk', () => {
  it('is searched for texts and identities, in rows and in their keys, whenever they change', () => {
    const disk = new SimulatedDisk()
    const look = watch(disk)
    const write = (key: string, value: Uint8Array): void => {
      disk.apply({ type: 'write', table: 'link', key, value })
    }
    write('aa', Uint8Array.of(1, 2, 3))
    assert.deepEqual(look(), [])
    write('aa', utf8ToBytes('say canary 7'))
    assert.deepEqual(look(), ['unreadable-at-relays'])
    assert.deepEqual(look(), [])
    write(`bb${IDENTITY}`, Uint8Array.of(1))
    assert.deepEqual(look(), ['unreadable-at-relays'])
  })
})
