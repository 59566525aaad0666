import assert from 'node:assert/strict'
import { appendFile, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ManualClock, MemoryLog } from '@sealpost/host/testing'
import { parseAuditHead } from '@sealpost/operator'
import { AuditBook, type NewNote, verifyAudit } from '../../src/books/audit-book.ts'
import { temporaryDirectory, type TemporaryDirectory } from '../temporary-directory.ts'

const DRAIN: NewNote = { by: 'rita', call: 'drain', params: {}, outcome: 'done' }

describe('the audit book', () => {
  let directory: TemporaryDirectory
  let log: MemoryLog
  let path: string

  beforeEach(async () => {
    directory = await temporaryDirectory()
    log = new MemoryLog()
    path = join(directory.path, 'audit.log')
  })

  afterEach(async () => {
    await directory[Symbol.asyncDispose]()
  })

  function open(): Promise<AuditBook> {
    return AuditBook.open(directory.path, { clock: new ManualClock(), log })
  }

  async function withEntries(count: number): Promise<AuditBook> {
    const book = await open()
    for (let i = 0; i < count; i++) {
      await book.note({ ...DRAIN, params: { days: i } })
    }
    return book
  }

  async function rewrite(change: (lines: string[]) => readonly string[]): Promise<void> {
    const lines = (await readFile(path, 'utf8')).split('\n').slice(0, -1)
    await writeFile(
      path,
      change(lines)
        .map((line) => `${line}\n`)
        .join('')
    )
  }

  it('goes on after a restart, and is whole', async () => {
    await withEntries(2)
    const book = await open()
    await Promise.all([book.note(DRAIN), book.note({ ...DRAIN, by: 'socket' })])
    const { count, first, head, problem } = await book.verify(undefined)
    assert.deepEqual({ count, first, problem }, { count: 4, first: 1, problem: undefined })
    assert.deepEqual(await verifyAudit(directory.path, parseAuditHead(head)), {
      count,
      first,
      head,
      problem
    })
    assert.deepEqual(
      (await book.list(2)).map(({ number, by }) => [number, by]),
      [
        [3, 'rita'],
        [4, 'socket']
      ]
    )
    assert.equal((await stat(path)).mode & 0o777, 0o600)
    assert.ok(JSON.stringify(log.entries).includes(head), 'the relay’s log has the head')
  })

  it('names the line that was changed, running or not', async () => {
    const book = await withEntries(3)
    await rewrite((lines) => lines.map((line) => line.replace('"days":1', '"days":7')))
    const problem = { file: 'audit.log', line: 2, expected: 2, what: 'changed' }
    assert.deepEqual((await book.verify(undefined)).problem, problem)
    assert.deepEqual((await verifyAudit(directory.path, undefined)).problem, problem)
  })

  it('finds what was cut off its end, and goes on so that it stays to be seen', async () => {
    const book = await withEntries(3)
    await rewrite((lines) => lines.slice(0, 2))
    const cut = { file: 'audit.log', line: 3, expected: 3, what: 'cut' }
    assert.deepEqual((await book.verify(undefined)).problem, cut)
    assert.deepEqual((await verifyAudit(directory.path, undefined)).problem, cut)
    const again = await open()
    assert.ok(log.entries.some(({ event }) => event === 'relay.audit.broken'))
    await again.note(DRAIN)
    assert.deepEqual((await again.verify(undefined)).problem, { ...cut, what: 'missing' })
  })

  it('finds by a head that was kept elsewhere what its own can be made to hide', async () => {
    const { head } = await (await withEntries(3)).verify(undefined)
    await rm(join(directory.path, 'audit.head'))
    await rewrite((lines) => lines.slice(0, 2))
    assert.equal((await verifyAudit(directory.path, undefined)).problem, undefined)
    assert.equal((await verifyAudit(directory.path, parseAuditHead(head))).problem?.what, 'cut')
  })

  it('drops a line that was not written to its end, which nobody was told of', async () => {
    await withEntries(2)
    await appendFile(path, '{"number":3,"at')
    assert.equal((await verifyAudit(directory.path, undefined)).problem, undefined)
    const book = await open()
    await book.note(DRAIN)
    const { count, problem } = await book.verify(undefined)
    assert.deepEqual([count, problem], [3, undefined])
  })

  it('keeps so much and no more, the oldest goes, and the rest is whole', async () => {
    const book = await open()
    // Texts are kept to 256 characters each.
    const words = Array.from({ length: 40 }, (_, i) => [`word-${String(i)}`, '文'.repeat(256)])
    const params = Object.fromEntries(words) as Readonly<Record<string, string>>
    for (let i = 0; i < 300; i++) {
      await book.note({ ...DRAIN, params })
    }
    const names = (await readdir(directory.path)).filter((name) => name.endsWith('.log'))
    assert.equal(names.length, 8)
    for (const name of names) {
      assert.ok((await stat(join(directory.path, name))).size <= 1024 * 1024, name)
    }
    const { first, problem } = await (await open()).verify(undefined)
    assert.ok(first !== undefined && first > 1)
    assert.equal(problem, undefined)
    await rm(join(directory.path, 'audit.7.log'))
    assert.equal((await verifyAudit(directory.path, undefined)).problem?.what, 'missing')
  }).timeout(20_000)

  it('says how many entries could not be written', async () => {
    const book = await withEntries(1)
    await rm(path)
    // Nothing can be written to what is a directory.
    await mkdir(path)
    await book.note(DRAIN)
    await book.note(DRAIN)
    assert.equal(log.entries.filter(({ event }) => event === 'relay.audit.not-written').length, 2)
    await rm(path, { recursive: true })
    await book.note(DRAIN)
    assert.equal((await book.list(1))[0]?.lostCount, 2)
  })
})
