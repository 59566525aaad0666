import assert from 'node:assert/strict'
import { access, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ManualClock, MemoryLog } from '@sealpost/host/testing'
import { ClosingBook } from '../../src/books/closing-book.ts'
import { temporaryDirectory, type TemporaryDirectory } from '../temporary-directory.ts'

const DAY_MS = 86_400_000

describe('the book of the relay’s end', () => {
  let directory: TemporaryDirectory
  let clock: ManualClock
  let told: string[]

  beforeEach(async () => {
    directory = await temporaryDirectory()
    clock = new ManualClock()
    told = []
  })

  afterEach(async () => {
    await directory[Symbol.asyncDispose]()
  })

  const open = async (): Promise<ClosingBook> => {
    const book = await ClosingBook.open(directory.path, { clock, log: new MemoryLog() })
    book.watch({ onChange: () => told.push('change'), onEnd: () => told.push('end') })
    return book
  }

  it('knows it after a restart, until it is taken back', async () => {
    const book = await open()
    assert.equal(book.closing, undefined)
    const closing = await book.begin(30 * DAY_MS, false)
    assert.equal(closing.closesAtMs, clock.wallMs() + 30 * DAY_MS)
    const path = join(directory.path, 'closing.json')
    assert.equal((await stat(path)).mode & 0o777, 0o600)
    const again = await open()
    assert.deepEqual(again.closing, closing)
    await again.undo()
    assert.equal(again.closesAtMs, undefined)
    await assert.rejects(access(path))
    await again.undo()
    assert.equal((await open()).closing, undefined)
  })

  it('keeps its beginning where the day is another', async () => {
    const book = await open()
    const { beganAtMs } = await book.begin(30 * DAY_MS, false)
    clock.advance(DAY_MS)
    const moved = await book.begin(DAY_MS, true)
    assert.deepEqual(moved, { beganAtMs, closesAtMs: clock.wallMs() + DAY_MS, isEnding: true })
    assert.deepEqual(told, ['change', 'change'])
  })

  it('tells of the end after the last day, where the process is to end', async () => {
    const book = await open()
    await book.begin(60 * DAY_MS, true)
    clock.advance(60 * DAY_MS - 1)
    assert.deepEqual(told, ['change'])
    clock.advance(1)
    assert.deepEqual(told, ['change', 'end'])
    // Whoever starts it again after that wants it to run.
    const again = await open()
    clock.advance(DAY_MS)
    assert.deepEqual(told, ['change', 'end'])
    again.close()
    book.close()
    assert.equal(clock.timerCount, 0)
  })

  it('tells of no end where the process is to go on', async () => {
    const book = await open()
    await book.begin(DAY_MS, false)
    clock.advance(2 * DAY_MS)
    assert.deepEqual(told, ['change'])
    book.close()
  })

  it('is refused where its file is damaged', async () => {
    await writeFile(join(directory.path, 'closing.json'), '{"beganAtMs":1}')
    await assert.rejects(open(), { code: 'SEALPOST_STORE_CORRUPT' })
  })
})
