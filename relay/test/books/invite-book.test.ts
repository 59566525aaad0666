import assert from 'node:assert/strict'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { inviteHash } from '@sealpost/core'
import { ManualClock, MemoryLog } from '@sealpost/host/testing'
import type { Caller } from '@sealpost/operator'
import { bytesToBase64url } from '@sealpost/protocol'
import { InviteBook } from '../../src/books/invite-book.ts'
import { SYSTEM_RANDOM } from '../../src/world/system-random.ts'
import { temporaryDirectory, type TemporaryDirectory } from '../temporary-directory.ts'

const DAY_MS = 86_400_000
const OWNER: Caller = { roles: [], isOwner: true, name: 'socket' }
const CLAIMANT = 'ab'.repeat(16)

describe('the book of invites', () => {
  let directory: TemporaryDirectory
  let clock: ManualClock

  beforeEach(async () => {
    directory = await temporaryDirectory()
    clock = new ManualClock()
  })

  afterEach(async () => {
    await directory[Symbol.asyncDispose]()
  })

  const open = (): Promise<InviteBook> =>
    InviteBook.open(directory.path, { clock, random: SYSTEM_RANDOM, log: new MemoryLog() })

  it('knows after a restart which there are and who used them, and holds none', async () => {
    let toldCount = 0
    const book = await open()
    book.watch(() => {
      toldCount += 1
    })
    const { row, token } = await book.add({ usesMax: 3, lifeMs: DAY_MS }, OWNER)
    assert.equal(row.hash, inviteHash(token))
    book.onUsed(row.hash, CLAIMANT)
    assert.equal(book.known.get(row.hash)?.claimants.has(CLAIMANT), true)
    assert.equal(toldCount, 2)
    // Behind what it writes by itself.
    await book.remove((await book.add({ usesMax: 1, lifeMs: DAY_MS }, OWNER)).row.id)
    const path = join(directory.path, 'invites.json')
    assert.ok(!(await readFile(path, 'utf8')).includes(bytesToBase64url(token)))
    assert.equal((await stat(path)).mode & 0o777, 0o600)
    const again = await open()
    assert.deepEqual(again.rows, [{ ...row, claimants: [CLAIMANT] }])
    clock.advance(DAY_MS)
    assert.deepEqual(again.rows, [])
    assert.equal(again.known.size, 0)
  })

  it('loses no use that comes while it writes', async () => {
    const book = await open()
    const { row } = await book.add({ usesMax: 3, lifeMs: DAY_MS }, OWNER)
    const adding = book.add({ usesMax: 1, lifeMs: DAY_MS }, OWNER)
    book.onUsed(row.hash, CLAIMANT)
    await adding
    assert.deepEqual(book.rows[0]?.claimants, [CLAIMANT])
  })

  it('is refused where its file is damaged', async () => {
    await writeFile(join(directory.path, 'invites.json'), '{"invites":[{}]}')
    await assert.rejects(open(), { code: 'SEALPOST_STORE_CORRUPT' })
  })
})
