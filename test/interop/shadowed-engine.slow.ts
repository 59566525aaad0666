import { ENGINE_COMPLIANCE, SLOW_ENGINE_COMPLIANCE } from '@sealpost/crypto/compliance'
import { shadowedEngine } from './shadowed-engine.ts'

describe('noble beside libsignal through the whole suite of engines (slow)', function () {
  this.timeout(3_600_000)

  for (const { run, title } of [...ENGINE_COMPLIANCE, ...SLOW_ENGINE_COMPLIANCE]) {
    it(title, () =>
      run(() => shadowedEngine({ encrypted: 0, decrypted: 0, refused: 0, unequal: 0 }))
    )
  }
})
