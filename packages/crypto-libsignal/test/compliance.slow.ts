import { SLOW_ENGINE_COMPLIANCE } from '@sealpost/crypto/compliance'
import { createLibsignalEngine } from '../src/index.ts'

describe('the engine over libsignal at its far limits (slow)', () => {
  for (const { run, title } of SLOW_ENGINE_COMPLIANCE) {
    it(title, () => run(createLibsignalEngine))
  }
})
