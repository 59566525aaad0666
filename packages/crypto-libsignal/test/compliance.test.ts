import { ENGINE_COMPLIANCE } from '@sealpost/crypto/compliance'
import { createLibsignalEngine } from '../src/index.ts'

describe('the engine over libsignal, as every engine', () => {
  for (const { run, title } of ENGINE_COMPLIANCE) {
    it(title, () => run(createLibsignalEngine))
  }
})
