import assert from 'node:assert/strict'
import { readFile, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ManualClock } from '@sealpost/host/testing'
import { TokenBook } from '../../src/books/token-book.ts'
import { SYSTEM_RANDOM } from '../../src/world/system-random.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

const DAY_MS = 86_400_000

describe('the book of tokens', () => {
  it('knows after a restart who has one, and keeps none of them', async () => {
    await using directory = await temporaryDirectory()
    const path = join(directory.path, 'tokens.json')
    const world = { clock: new ManualClock(), random: SYSTEM_RANDOM }
    const book = await TokenBook.open(directory.path, world)
    const added = await Promise.all([
      book.add('rita', 'security', DAY_MS),
      book.add('carol', 'support', 2 * DAY_MS)
    ])
    const [token, other] = added.map((one) => one.token)
    assert.ok(token !== undefined && other !== undefined)
    assert.match(token, /^[\w-]{43}$/)
    assert.notEqual(token, other)
    assert.equal((await stat(path)).mode & 0o777, 0o600)
    const text = await readFile(path, 'utf8')
    assert.ok(!text.includes(token) && !text.includes(other))
    const again = await TokenBook.open(directory.path, world)
    assert.deepEqual(again.callerOf(token), { roles: ['security'], name: 'rita' })
    world.clock.advance(DAY_MS)
    assert.equal(again.callerOf(token), undefined)
    assert.deepEqual(
      again.rows.map(({ name }) => name),
      ['carol']
    )
    await again.remove('carol')
    assert.equal(again.callerOf(other), undefined)
    assert.equal((await TokenBook.open(directory.path, world)).callerOf(other), undefined)
  })

  it('is refused where its file is damaged or too large, and left as it is', async () => {
    await using directory = await temporaryDirectory()
    const path = join(directory.path, 'tokens.json')
    const world = { clock: new ManualClock(), random: SYSTEM_RANDOM }
    const damaged = { code: 'SEALPOST_STORE_CORRUPT' }
    await writeFile(path, '{"tokens":[{"name":"rita"}]}')
    await assert.rejects(TokenBook.open(directory.path, world), damaged)
    assert.equal(await readFile(path, 'utf8'), '{"tokens":[{"name":"rita"}]}')
    await truncate(path, 1_000_000)
    await assert.rejects(TokenBook.open(directory.path, world), damaged)
  })
})
