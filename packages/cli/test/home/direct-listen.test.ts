import assert from 'node:assert/strict'
import { readDirectListen } from '../../src/home/direct-listen.ts'

describe('where a client that stays listens', () => {
  it('is every address of the machine, at any port, if nothing was said', () => {
    for (const text of [undefined, '', ' ']) {
      assert.deepEqual(readDirectListen(text), [{ host: '0.0.0.0', port: 0 }])
    }
  })

  it('is what was said', () => {
    assert.deepEqual(readDirectListen('192.0.2.1:7702, [::1]:0,localhost:65535'), [
      { host: '192.0.2.1', port: 7_702 },
      { host: '::1', port: 0 },
      { host: 'localhost', port: 65_535 }
    ])
  })

  for (const text of ['7702', 'a:65536', ':1', 'a:', '::1:2', '[::1]', 'a:1,', 'a b:1']) {
    it(`cannot be ${text}`, () => {
      assert.throws(() => readDirectListen(text), { code: 'SEALPOST_CONFIG_INVALID' })
    })
  }
})
