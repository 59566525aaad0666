import { SLOW_ENGINE_COMPLIANCE } from '@sealpost/crypto/compliance'
import { createNobleEngine } from '../src/index.ts'
import { seededRandom } from './seeded-random.ts'

describe('the engine over noble at its far limits (slow)', () => {
  for (const { run, title } of SLOW_ENGINE_COMPLIANCE) {
    it(title, () => run(() => createNobleEngine({ random: seededRandom(title) })))
  }
})
