/**
 * What a row costs: CPU and time of commits and look-ups through the store, beside LevelDB's own.
 * `node packages/storage-level/bench/commit.bench.ts`
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Mutation, RowKey } from '@sealpost/host'
import { openLevelStore, RELAY_STORE_OPTIONS } from '@sealpost/storage-level'
import { Level } from 'level'

const TARGET_OPERATIONS = 60_000

interface Case {
  readonly operations: number
  readonly valueBytes: number
}

const CASES: readonly Case[] = [
  { operations: 4, valueBytes: 300 },
  { operations: 96, valueBytes: 300 },
  { operations: 128, valueBytes: 2_048 }
]

type Commit = (mutations: readonly Mutation[]) => Promise<void>

let number = 0

function mutationsOf({ operations, valueBytes }: Case): readonly Mutation[] {
  return Array.from({ length: operations }, () => ({
    type: 'write',
    table: 'envelope',
    key: String((number++ * 2_654_435_761) % 2 ** 32).padStart(64, '0'),
    value: new Uint8Array(valueBytes)
  }))
}

async function measure(title: string, shape: Case, commit: Commit): Promise<void> {
  const rounds = Math.ceil(TARGET_OPERATIONS / shape.operations / 4)
  const batches = Array.from({ length: rounds }, () => mutationsOf(shape))
  for (const batch of batches.slice(0, 20)) {
    await commit(batch)
  }
  const start = process.cpuUsage()
  const startMs = performance.now()
  for (const batch of batches) {
    await commit(batch)
  }
  const { user, system } = process.cpuUsage(start)
  const count = rounds * shape.operations
  const wallUs = ((performance.now() - startMs) * 1_000) / count
  const cpuUs = (user + system) / count
  const { operations, valueBytes } = shape
  console.log(
    `${title}, ${operations} x ${valueBytes} B: ${cpuUs.toFixed(1)} us CPU, ${wallUs.toFixed(1)} us for each row`
  )
}

async function inDirectory(act: (path: string) => Promise<void>): Promise<void> {
  const path = await mkdtemp(join(tmpdir(), 'sealpost-bench-'))
  try {
    await act(path)
  } finally {
    await rm(path, { recursive: true, force: true })
  }
}

async function measureReads(path: string): Promise<void> {
  const store = await openLevelStore(path, RELAY_STORE_OPTIONS)
  const mutations = mutationsOf({ operations: 10_000, valueBytes: 300 })
  await store.commit(mutations)
  for (const perCall of [1, 8, 64]) {
    const start = process.cpuUsage()
    for (let at = 0; at < mutations.length; at += perCall) {
      const keys: readonly RowKey[] = mutations.slice(at, at + perCall)
      await store.getMany(keys)
    }
    const { user, system } = process.cpuUsage(start)
    console.log(
      `getMany of ${perCall}: ${((user + system) / mutations.length).toFixed(1)} us CPU for each key`
    )
  }
  await store.close()
}

for (const shape of CASES) {
  await inDirectory(async (path) => {
    const store = await openLevelStore(path, RELAY_STORE_OPTIONS)
    await measure('LevelStore', shape, (mutations) => store.commit(mutations))
    await store.close()
  })
  await inDirectory(async (path) => {
    const db = new Level<string, Uint8Array>(path, {
      valueEncoding: 'view',
      compression: false,
      writeBufferSize: 64 * 1024 * 1024
    })
    await db.open()
    await measure('an array batch', shape, (mutations) =>
      db.batch(
        mutations.map((mutation) =>
          mutation.type === 'write'
            ? { type: 'put', key: mutation.key, value: mutation.value }
            : { type: 'del', key: mutation.key }
        ),
        { sync: true }
      )
    )
    await db.close()
  })
}
await inDirectory(measureReads)
