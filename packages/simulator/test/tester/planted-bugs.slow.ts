import assert from 'node:assert/strict'
import { type PlantedBug, seedThatFinds } from './planted-bugs.ts'

const SEEDS = 10

const BUGS: readonly PlantedBug[] = [
  {
    name: 'a driver that speaks before it commits',
    file: 'host/src/machine-run.ts',
    before: 'const speech = this.#lastSpeech() ?? this.#speaking',
    after: 'const speech = this.#speaking'
  },
  {
    name: 'a session whose record is not in the batch of its message',
    file: 'client/src/correspondence.ts',
    before: '    this.#driver.post(input, staged)\n',
    after: '    this.#driver.post(input, [])\n'
  }
]

describe('a bug that is planted in a copy of the client (slow)', () => {
  for (const bug of BUGS) {
    it(`is found by the hunt of whole clients: ${bug.name}`, async () => {
      const found = await seedThatFinds(bug, SEEDS, 'whole')
      assert.ok(found, `found within ${String(SEEDS)} seeds`)
    }).timeout(600_000)
  }
})
