import assert from 'node:assert/strict'
import {
  ConfigError,
  CryptoError,
  ERROR_CODES,
  type ErrorCode,
  type ErrorDetail,
  SealpostError,
  StorageError,
  UsageError
} from '@sealpost/protocol'
import { errorDetails } from '../src/error-details.ts'
import { codeSentence, errorSentence, tellFailure } from '../src/failure.ts'
import { MemoryScreen } from './memory-screen.ts'

describe('a failure', () => {
  const cases: readonly (readonly [SealpostError, number])[] = [
    [new UsageError('SEALPOST_USAGE'), 2],
    [new ConfigError('SEALPOST_ADDRESS_INVALID'), 2],
    [new UsageError('SEALPOST_LINK_INVALID'), 1],
    [new UsageError('SEALPOST_HOME_MISSING'), 1],
    [new CryptoError('SEALPOST_PASSPHRASE_WRONG'), 1],
    [new SealpostError('SEALPOST_TIMEOUT'), 1],
    [new StorageError('SEALPOST_STORE_FULL'), 1]
  ]
  for (const [error, code] of cases) {
    it(`of ${error.code} ends with ${String(code)}, one sentence, and as JSON with its code`, async () => {
      const screen = new MemoryScreen()
      assert.equal(await tellFailure(error, screen, false), code)
      assert.equal(await tellFailure(error, screen, true), code)
      assert.deepEqual(screen.warned, [
        codeSentence(error.code),
        JSON.stringify({ error: { code: error.code, message: codeSentence(error.code) } })
      ])
      assert.deepEqual(screen.printed, [])
    })
  }

  for (const code of Object.keys(ERROR_CODES) as ErrorCode[]) {
    it(`of ${code} is one sentence, without what only developers know`, () => {
      assert.match(codeSentence(code), /^[A-Z][^\n]+[.a-zA-Z]$/)
      assert.doesNotMatch(codeSentence(code), /SEALPOST_|ratchet|prekey|frame|undefined/)
    })
  }

  it('that somebody who knows more has said is said so', () => {
    assert.equal(errorSentence(new UsageError('SEALPOST_USAGE', 'Say it so.')), 'Say it so.')
  })

  it('that is put for developers alone is told as its code is', () => {
    assert.equal(
      errorSentence(new StorageError('SEALPOST_STORE_FAILED', 'it is closed')),
      codeSentence('SEALPOST_STORE_FAILED')
    )
  })

  it('that begins with a name in small letters stays as it is', () => {
    const sentence = 'bob has not answered your request yet.'
    assert.equal(errorSentence(new SealpostError('SEALPOST_TIMEOUT', sentence)), sentence)
  })

  for (const [detail, sentence] of Object.entries(errorDetails)) {
    it(`of which it is known that it is ${detail} is one sentence that says so`, () => {
      const known = { detail: detail as ErrorDetail }
      assert.equal(errorSentence(new UsageError('SEALPOST_USAGE', undefined, known)), sentence)
      assert.match(sentence, /^[A-Z][^\n]+[.a-zA-Z]$/)
      assert.doesNotMatch(sentence, /SEALPOST_|ratchet|prekey|frame|undefined/)
    })
  }

  it('that is a bug says so, and where', async () => {
    const screen = new MemoryScreen()
    assert.equal(await tellFailure(new TypeError('x is not a function'), screen, true), 1)
    const { error } = JSON.parse(screen.warned.join('')) as {
      error: { code: string; message: string }
    }
    assert.equal(error.code, 'SEALPOST_BUG')
    assert.match(error.message, /x is not a function/)
  })
})
