import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { blockedMailboxHash } from '@sealpost/core'
import { ManualClock, MemoryLog } from '@sealpost/host/testing'
import type { Caller } from '@sealpost/operator'
import { mailboxIds, nodeKeys, nodeKeyToPeerIdText } from '@sealpost/protocol'
import { BlockBook, type BlockWorld, type WantedBlock } from '../../src/books/block-book.ts'
import { SYSTEM_RANDOM } from '../../src/world/system-random.ts'
import { temporaryDirectory, type TemporaryDirectory } from '../temporary-directory.ts'

const DAY_MS = 86_400_000
const OWNER: Caller = { roles: [], isOwner: true, name: 'socket' }
const CAROL: Caller = { roles: ['security'], name: 'carol' }
const nodeKey = nodeKeys.fromBytes(randomBytes(32))
const peerId = nodeKeyToPeerIdText(nodeKey)
const mailboxId = mailboxIds.fromBytes(randomBytes(32))

function wanted(kind: WantedBlock['kind'], value: string): WantedBlock {
  return { kind, value, reason: 'floods', lifeMs: DAY_MS }
}

describe('the book of blocks', () => {
  let directory: TemporaryDirectory
  let world: BlockWorld & { readonly clock: ManualClock }

  beforeEach(async () => {
    directory = await temporaryDirectory()
    world = { clock: new ManualClock(), random: SYSTEM_RANDOM, log: new MemoryLog() }
  })

  afterEach(async () => {
    await directory[Symbol.asyncDispose]()
  })

  const open = (): Promise<BlockBook> => BlockBook.open(directory.path, world)

  it('knows after a restart what is blocked, and holds neither a node key nor a mailbox id', async () => {
    let toldCount = 0
    const book = await open()
    book.watch(() => {
      toldCount += 1
    })
    await book.block(wanted('node', peerId), OWNER)
    await book.block(wanted('range', '192.0.2.7/24'), CAROL)
    await book.block(wanted('mailbox', mailboxId), OWNER)
    assert.equal(toldCount, 3)
    const path = join(directory.path, 'blocks.json')
    const text = await readFile(path, 'utf8')
    assert.ok(!text.includes(peerId) && !text.includes(nodeKey) && !text.includes(mailboxId))
    assert.equal((await stat(path)).mode & 0o777, 0o600)
    const again = await open()
    assert.equal(again.isNodeBlocked(nodeKey), true)
    assert.equal(again.isNodeBlocked(nodeKeys.fromBytes(randomBytes(32))), false)
    assert.deepEqual(again.mailboxes, new Set([blockedMailboxHash(mailboxId)]))
    assert.equal(again.isAddressBlocked('192.0.2.200'), true)
    assert.equal(again.isAddressBlocked('192.0.3.1'), false)
    assert.equal(again.leftForTokens, 19)
  })

  it('forgets what is over, on the disk too, and tells', async () => {
    let toldCount = 0
    const book = await open()
    book.watch(() => {
      toldCount += 1
    })
    await book.block(wanted('range', '192.0.2.0/24'), OWNER)
    world.clock.advance(DAY_MS - 1)
    assert.equal(book.isAddressBlocked('192.0.2.1'), true)
    world.clock.advance(1)
    // Behind what it does with the file.
    await assert.rejects(book.unblock('192.0.2.0/24'), { code: 'SEALPOST_NOT_FOUND' })
    assert.equal(book.isAddressBlocked('192.0.2.1'), false)
    assert.equal(toldCount, 2)
    assert.ok(!(await readFile(join(directory.path, 'blocks.json'), 'utf8')).includes('192'))
    book.close()
    assert.equal(world.clock.timerCount, 0)
  })

  it('takes a block back by its id, or by what was blocked however that is written', async () => {
    const book = await open()
    const { id } = await book.block(wanted('node', peerId), OWNER)
    assert.equal((await book.unblock(id)).id, id)
    await book.block(wanted('node', peerId), OWNER)
    assert.equal((await book.unblock(peerId)).kind, 'node')
    await book.block(wanted('mailbox', mailboxId), OWNER)
    assert.equal((await book.unblock(mailboxId)).kind, 'mailbox')
    await book.block(wanted('range', '2001:DB8::/32'), OWNER)
    assert.equal((await book.unblock('2001:db8:0::/32')).kind, 'range')
    assert.deepEqual(book.rows, [])
  })

  const wrongs: readonly (readonly [kind: WantedBlock['kind'], value: string])[] = [
    ['mailbox', mailboxId.slice(1)],
    ['mailbox', peerId],
    ['node', '192.0.2.0/24'],
    ['node', 'bob'],
    ['node', `${peerId}x`],
    ['range', '0.0.0.0/0'],
    ['range', 'relay.example']
  ]
  for (const [kind, value] of wrongs) {
    it(`refuses as a ${kind} ${JSON.stringify(value.slice(0, 20))}`, async () => {
      const refused = { name: 'UsageError', code: 'SEALPOST_USAGE' }
      await assert.rejects((await open()).block(wanted(kind, value), OWNER), refused)
    })
  }

  it('wants a reason', async () => {
    const without = { ...wanted('node', peerId), reason: ' ' }
    await assert.rejects((await open()).block(without, OWNER), { code: 'SEALPOST_USAGE' })
  })

  it('bounds what tokens block in a day, over a restart, and not the socket', async () => {
    const book = await open()
    for (let i = 0; i < 20; i++) {
      await book.block(wanted('range', `192.0.2.${String(i)}`), CAROL)
    }
    const again = await open()
    const next = wanted('range', '198.51.100.1')
    await assert.rejects(again.block(next, CAROL), { code: 'SEALPOST_BLOCKS_USED_UP' })
    await again.block(next, OWNER)
    world.clock.advance(DAY_MS)
    await again.block(next, CAROL)
  })

  it('is refused where its file is damaged', async () => {
    await writeFile(join(directory.path, 'blocks.json'), '{"blocks":[{}],"byTokensAtMs":[]}')
    await assert.rejects(open(), { code: 'SEALPOST_STORE_CORRUPT' })
  })
})
