import assert from 'node:assert/strict'
import { stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ManualClock } from '@sealpost/host/testing'
import type { Caller } from '@sealpost/operator'
import { NoticeBook } from '../../src/books/notice-book.ts'
import { SYSTEM_RANDOM } from '../../src/world/system-random.ts'
import { temporaryDirectory, type TemporaryDirectory } from '../temporary-directory.ts'

const DAY_MS = 86_400_000
const OWNER: Caller = { roles: [], isOwner: true, name: 'socket' }
const WISH = { text: 'Back at noon.', language: 'en', lifeMs: DAY_MS }

describe('the book of notices', () => {
  let directory: TemporaryDirectory
  let clock: ManualClock

  beforeEach(async () => {
    directory = await temporaryDirectory()
    clock = new ManualClock()
  })

  afterEach(async () => {
    await directory[Symbol.asyncDispose]()
  })

  const open = (): Promise<NoticeBook> =>
    NoticeBook.open(directory.path, { clock, random: SYSTEM_RANDOM })

  it('knows them after a restart, until they end by themselves', async () => {
    const book = await open()
    let toldCount = 0
    book.watch(() => {
      toldCount += 1
    })
    const row = await book.add(WISH, OWNER)
    assert.match(row.id, /^[0-9a-f]{16}$/)
    assert.equal(row.endsAtMs, clock.wallMs() + DAY_MS)
    assert.equal(toldCount, 1)
    assert.equal((await stat(join(directory.path, 'notices.json'))).mode & 0o777, 0o600)
    const again = await open()
    assert.deepEqual(again.rows, [row])
    clock.advance(DAY_MS - 1)
    assert.equal(again.rows.length, 1)
    clock.advance(1)
    assert.deepEqual(again.rows, [])
    await assert.rejects(again.remove(row.id), { code: 'SEALPOST_NOT_FOUND' })
  })

  it('holds three, of which one is taken back', async () => {
    const book = await open()
    const rows = [
      await book.add(WISH, OWNER),
      await book.add(WISH, OWNER),
      await book.add(WISH, OWNER)
    ]
    await assert.rejects(book.add(WISH, OWNER), { code: 'SEALPOST_TOO_MANY' })
    await assert.rejects(book.add({ ...WISH, text: 'a\nb' }, OWNER), { code: 'SEALPOST_USAGE' })
    const [first] = rows
    await book.remove(first?.id ?? '')
    assert.deepEqual((await open()).rows, rows.slice(1))
  })

  it('is refused where its file is damaged', async () => {
    await writeFile(join(directory.path, 'notices.json'), '{"notices":[{}]}')
    await assert.rejects(open(), { code: 'SEALPOST_STORE_CORRUPT' })
  })
})
