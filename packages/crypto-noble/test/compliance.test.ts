import { ENGINE_COMPLIANCE } from '@sealpost/crypto/compliance'
import { createNobleEngine } from '../src/index.ts'
import { seededRandom } from './seeded-random.ts'

describe('the engine over noble, as every engine', () => {
  for (const { run, title } of ENGINE_COMPLIANCE) {
    it(title, () => run(() => createNobleEngine({ random: seededRandom(title) })))
  }
})
