import { ENGINE_COMPLIANCE } from '@sealpost/crypto/compliance'
import { shadowedEngine } from './shadowed-engine.ts'

/** Cases that are long for what they say of two engines; `shadowed-engine.slow.ts` has them all. */
const LONG = /2,000 skipped|quarter of a megabyte|long conversation/

describe('noble beside libsignal, state by state, through the suite of engines', () => {
  for (const { run, title } of ENGINE_COMPLIANCE.filter((found) => !LONG.test(found.title))) {
    it(title, () =>
      run(() => shadowedEngine({ encrypted: 0, decrypted: 0, refused: 0, unequal: 0 }))
    )
  }
})
