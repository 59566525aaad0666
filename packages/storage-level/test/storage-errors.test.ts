import assert from 'node:assert/strict'
import { StorageError } from '@sealpost/protocol'
import { asStorageError } from '../src/storage-errors.ts'

function coded(code: string, message: string, cause?: unknown): Error {
  return Object.assign(new Error(message, { cause }), { code })
}

const CASES: readonly (readonly [what: string, error: unknown, code: string])[] = [
  ['a full disk', coded('ENOSPC', 'write'), 'SEALPOST_STORE_FULL'],
  ['a full quota', coded('EDQUOT', 'write'), 'SEALPOST_STORE_FULL'],
  [
    'a full disk as LevelDB says it',
    coded('LEVEL_IO_ERROR', 'IO error: /x/000003.log: No space left on device'),
    'SEALPOST_STORE_FULL'
  ],
  [
    'a full disk deep in the causes',
    new Error('a', { cause: new Error('b', { cause: coded('ENOSPC', 'c') }) }),
    'SEALPOST_STORE_FULL'
  ],
  [
    'a store that is open elsewhere',
    coded('LEVEL_DATABASE_NOT_OPEN', 'not open', coded('LEVEL_LOCKED', 'lock')),
    'SEALPOST_STORE_LOCKED'
  ],
  ['damage', coded('LEVEL_CORRUPTION', 'bad block'), 'SEALPOST_STORE_CORRUPT'],
  ['any other failure of the disk', coded('LEVEL_IO_ERROR', 'EIO'), 'SEALPOST_STORE_FAILED'],
  ['what is no error at all', 'text', 'SEALPOST_STORE_FAILED']
]

describe('errors of a store', () => {
  for (const [what, error, code] of CASES) {
    it(`are ${code} for ${what}`, () => {
      const mapped = asStorageError(error)
      assert.equal(mapped.name, 'StorageError')
      assert.equal(mapped.code, code)
      assert.equal(mapped.cause, error)
    })
  }

  it('pass through where they are ours', () => {
    const error = new StorageError('SEALPOST_STORE_NEWER')
    assert.equal(asStorageError(error), error)
  })

  it('do not follow causes for ever', () => {
    const error = new Error('round')
    error.cause = error
    assert.equal(asStorageError(error).code, 'SEALPOST_STORE_FAILED')
  })
})
