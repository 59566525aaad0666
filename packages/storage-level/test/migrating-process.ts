/** Opens a store with `TEST_MIGRATIONS`, and says each step before it is taken: `node migrating-process.ts PATH`. */
import { writeSync } from 'node:fs'
import { openLevelStore } from '@sealpost/storage-level'
import { testMigrations } from './test-migrations.ts'

const [path = ''] = process.argv.slice(2)
const migrations = testMigrations((step) => {
  writeSync(1, `${String(step)}\n`)
})
const store = await openLevelStore(path, { migrations })
await store.close()
writeSync(1, 'done\n')
