import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { seededRandom } from '@sealpost/host/testing'
import { openLevelStore } from '@sealpost/storage-level'
import { checkCommitted } from './committed-rows.ts'
import { temporaryDirectory } from './temporary-directory.ts'

const ROUNDS = 5
const COMMITTING_PROCESS = fileURLToPath(new URL('committing-process.ts', import.meta.url))

/** Runs a process that commits, kills it after some acknowledgements, and gives the last number it acknowledged. */
async function commitAndKill(path: string, first: number, commits: number): Promise<number> {
  const child = spawn(process.execPath, [COMMITTING_PROCESS, path, String(first)], {
    stdio: ['ignore', 'pipe', 'inherit']
  })
  let last = -1
  for await (const line of createInterface({ input: child.stdout })) {
    last = Math.max(last, Number(line))
    if (last >= first + commits) {
      child.kill('SIGKILL')
    }
  }
  if (child.signalCode === null && child.exitCode === null) {
    await once(child, 'exit')
  }
  assert.equal(child.signalCode, 'SIGKILL')
  return last
}

describe('LevelStore, killed', () => {
  it('loses nothing that was acknowledged, and halves no commit', async () => {
    const random = seededRandom(20_260_101)
    await using directory = await temporaryDirectory()
    let count = 0
    for (let round = 0; round < ROUNDS; round++) {
      const last = await commitAndKill(directory.path, count, 1 + random.below(1_000))
      const store = await openLevelStore(directory.path)
      count = await checkCommitted(store)
      await store.close()
      assert.ok(count > last, `${last} was acknowledged, and only ${count} commits are there`)
    }
    assert.ok(count > ROUNDS)
  }).timeout(30_000)
})
