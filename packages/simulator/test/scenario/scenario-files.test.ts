import assert from 'node:assert/strict'
import { madeFiles } from './scenario-files.ts'

describe('what is made of the rows of a scenario', () => {
  it('is committed as it is made now', async () => {
    for (const { path, committed, fresh } of await madeFiles()) {
      const run = 'run: node packages/simulator/test/scenario/scenario-files.ts'
      assert.equal(committed, fresh, `${path} is not fresh; ${run}`)
    }
  })
})
