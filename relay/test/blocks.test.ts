import assert from 'node:assert/strict'
import { MemoryLog } from '@sealpost/host/testing'
import type { BlockKind, Caller } from '@sealpost/operator'
import { nodeKeyToPeerIdText } from '@sealpost/protocol'
import { createTransport, generateNodeSeed, nodeKeyOfSeed } from '@sealpost/transport-libp2p'
import { BlockBook } from '../src/books/block-book.ts'
import { SYSTEM_CLOCK } from '../src/world/system-clock.ts'
import { SYSTEM_RANDOM } from '../src/world/system-random.ts'
import { RawClient, testMailbox } from './raw-client.ts'
import { relayScene, type RelayScene } from './relay-scene.ts'
import { temporaryDirectory, type TemporaryDirectory } from './temporary-directory.ts'

const DAY_MS = 86_400_000
const OWNER: Caller = { roles: [], isOwner: true, name: 'socket' }

describe('a relay that blocks', () => {
  let directory: TemporaryDirectory
  let book: BlockBook
  let scene: RelayScene

  async function start(): Promise<void> {
    const log = new MemoryLog()
    const world = { clock: SYSTEM_CLOCK, random: SYSTEM_RANDOM, log }
    book = await BlockBook.open(directory.path, world)
    scene = await relayScene({ data: directory.path, ports: { blocks: book } })
    book.watch((mailboxId) => {
      scene.relay.onBlocks(mailboxId)
    })
  }

  async function stop(): Promise<void> {
    book.close()
    await scene[Symbol.asyncDispose]()
  }

  beforeEach(async () => {
    directory = await temporaryDirectory()
    await start()
  })

  afterEach(async () => {
    await stop()
    await directory[Symbol.asyncDispose]()
  })

  const block = (kind: BlockKind, value: string): Promise<unknown> =>
    book.block({ kind, value, reason: 'floods', lifeMs: DAY_MS }, OWNER)

  it('a range cuts it off and lets it in no more until that is taken back, over a restart', async () => {
    const bob = await RawClient.connect(scene.relay.address)
    await block('range', '127.0.0.0/8')
    await bob.untilClosed()
    await assert.rejects(RawClient.connect(scene.relay.address), { code: 'SEALPOST_DIAL_FAILED' })
    await stop()
    await start()
    await assert.rejects(RawClient.connect(scene.relay.address), { code: 'SEALPOST_DIAL_FAILED' })
    await book.unblock('127.0.0.0/8')
    await (await RawClient.connect(scene.relay.address)).close()
    await bob.close()
  })

  it('a node cuts it off, and others stay', async () => {
    const seed = generateNodeSeed()
    const connect = async (): Promise<RawClient> =>
      RawClient.over(await createTransport({ clock: SYSTEM_CLOCK, seed }), scene.relay.address)
    await using mallory = await connect()
    await using bob = await RawClient.connect(scene.relay.address)
    await mallory.register([testMailbox()])
    await block('node', nodeKeyToPeerIdText(await nodeKeyOfSeed(seed)))
    await mallory.untilClosed()
    await using again = await connect()
    await again.untilClosed()
    assert.equal((await bob.register([testMailbox()])).type, 'registered')
  })

  it('a mailbox cuts off who fetches it, denies it to all from then on, and keeps what it holds', async () => {
    const bobs = testMailbox()
    const carols = testMailbox()
    await using bob = await RawClient.connect(scene.relay.address)
    await using carol = await RawClient.connect(scene.relay.address)
    await bob.register([bobs, carols])
    await carol.deposit(bobs)
    await bob.subscribe([bobs])
    await carol.subscribe([carols])
    await block('mailbox', bobs.mailboxId)
    await bob.untilClosed()
    const denied = { type: 'refused', reason: 'denied' }
    assert.deepEqual(await carol.deposit(bobs), denied)
    await stop()
    await start()
    await using again = await RawClient.connect(scene.relay.address)
    assert.deepEqual(await again.deposit(bobs), denied)
    const outcomes = { type: 'subscribed', outcomes: ['denied', 'empty'] }
    assert.deepEqual(await again.subscribe([bobs, carols]), outcomes)
    await book.unblock(bobs.mailboxId)
    await again.subscribe([bobs])
    await again.until(() => again.deliveries.length === 1)
  })

  it('logs none of it', async () => {
    await using bob = await RawClient.connect(scene.relay.address)
    const bobs = testMailbox()
    await bob.register([bobs])
    await block('mailbox', bobs.mailboxId)
    assert.equal((await bob.deposit(bobs)).type, 'refused')
    await block('range', '127.0.0.1')
    await bob.untilClosed()
    await assert.rejects(RawClient.connect(scene.relay.address))
    const log = JSON.stringify(scene.log.entries)
    assert.match(log, /blocked/)
    assert.ok(!log.includes('127.0.0'))
    assert.ok(!log.includes(bobs.mailboxId))
  })
}).timeout(20_000)
