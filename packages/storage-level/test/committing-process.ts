/**
 * Commits for ever, a few at a time, and says each number once it is acknowledged: `node committing-process.ts PATH FIRST`.
 * Each commit sets two rows and erases the one that the commit before left for that.
 */
import { writeSync } from 'node:fs'
import { openLevelStore } from '@sealpost/storage-level'
import { commitOf } from './committed-rows.ts'

const [path = '', first = '0'] = process.argv.slice(2)
const store = await openLevelStore(path)
const IN_FLIGHT = 4

let number = Number(first)
async function commitAll(): Promise<never> {
  for (;;) {
    const current = number++
    await store.commit(commitOf(current))
    writeSync(1, `${current}\n`)
  }
}
await Promise.all(Array.from({ length: IN_FLIGHT }, commitAll))
