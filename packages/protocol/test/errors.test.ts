import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import {
  ConfigError,
  CryptoError,
  ERROR_CODES,
  isSealpostError,
  ProtocolError,
  RefusedError,
  SealpostError,
  StorageError,
  UnreachableError,
  UsageError
} from '@sealpost/protocol'

const README = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

describe('errors', () => {
  it('are listed in the README, each with its sentence', () => {
    const rows = Object.entries(ERROR_CODES).map(
      ([code, sentence]) => `| \`${code}\` | ${sentence} |`
    )
    const table = ['| code | what it says |', '| --- | --- |', ...rows].join('\n')
    const shown = /<!-- errors -->\n+([^]*?)\n+<!-- \/errors -->/.exec(README)?.[1]
    const cells = (text = ''): string => text.replaceAll(/ {2,}/g, ' ').replaceAll(/-{3,}/g, '---')
    assert.equal(cells(shown), table)
  })

  it('have codes that begin alike, and one sentence each', () => {
    for (const [code, sentence] of Object.entries(ERROR_CODES)) {
      assert.match(code, /^SEALPOST_[A-Z]+(_[A-Z]+)*$/)
      assert.match(sentence, /^[A-Z].*\.$/)
    }
  })

  it('are named after what the caller should do, and keep their cause', () => {
    for (const [kind, name] of [
      [SealpostError, 'SealpostError'],
      [UsageError, 'UsageError'],
      [ConfigError, 'ConfigError'],
      [RefusedError, 'RefusedError'],
      [UnreachableError, 'UnreachableError'],
      [ProtocolError, 'ProtocolError'],
      [CryptoError, 'CryptoError'],
      [StorageError, 'StorageError']
    ] as const) {
      const cause = new RangeError('below')
      const error = new kind('SEALPOST_BUG', 'what', { cause })
      assert.equal(error.name, name)
      assert.equal(error.code, 'SEALPOST_BUG')
      assert.equal(error.cause, cause)
      assert.ok(error instanceof SealpostError)
    }
  })

  it('say their code’s sentence where nothing else is said', () => {
    assert.equal(new UsageError('SEALPOST_USAGE').message, ERROR_CODES.SEALPOST_USAGE)
  })

  it('carry how long to wait after a refusal', () => {
    const error = new RefusedError('SEALPOST_SLOW_DOWN', undefined, { retryAfterMs: 500 })
    assert.equal(error.retryAfterMs, 500)
    assert.equal(error.message, ERROR_CODES.SEALPOST_SLOW_DOWN)
    assert.equal(new RefusedError('SEALPOST_DENIED').retryAfterMs, undefined)
  })

  it('are known by their shape, from whatever copy of this package', () => {
    assert.ok(isSealpostError(new StorageError('SEALPOST_STORE_FULL')))
    assert.ok(isSealpostError(Object.assign(new Error('x'), { code: 'SEALPOST_BUSY' })))
    for (const other of [
      new Error('x'),
      Object.assign(new Error('x'), { code: 'ENOENT' }),
      Object.assign(new Error('x'), { code: 'toString' }),
      Object.assign(new Error('x'), { code: 5 }),
      { code: 'SEALPOST_BUSY' },
      'SEALPOST_BUSY',
      undefined
    ]) {
      assert.ok(!isSealpostError(other))
    }
  })
})
