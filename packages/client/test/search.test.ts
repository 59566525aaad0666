import assert from 'node:assert/strict'
import { create, toBinary } from '@bufbuild/protobuf'
import { type Mutation, readMessage, type Row } from '@sealpost/core'
import { MessageKind, MessageRowSchema } from '@sealpost/protocol/home'
import fc from 'fast-check'
import type { Found } from '../src/index.ts'
import { termsOf, TextIndex } from '../src/text-index.ts'
import { type TestHome, World } from './world.ts'

const TEXTS = [
  'The quick brown fox',
  'jumps over the LAZY dog',
  '前言你好，世界',
  'https://a.example/path?q=@bob',
  'Ｆｕｌｌ width, naïve café'
]

interface Two {
  readonly world: World
  readonly alice: TestHome
  readonly bob: TestHome
}

async function talked(): Promise<Two> {
  const world = new World()
  await world.addRelays(1)
  const alice = await world.addHome('alice')
  const bob = await world.addHome('bob')
  await alice.open()
  await bob.open()
  await world.meet(alice, bob)
  const { contactId } = await world.run(alice.client.findContact('bob'))
  for (const text of TEXTS) {
    await world.run(alice.client.send(contactId, text))
    await world.pass(1_000)
  }
  return { world, alice, bob }
}

function texts({ messages }: Found): readonly string[] {
  return messages.map(({ text }) => text)
}

describe('a search', function () {
  this.timeout(30_000)

  it('finds parts of what was said, in any script, on both sides', async () => {
    const { world, alice, bob } = await talked()
    const queries: readonly (readonly [string, readonly number[]])[] = [
      ['quick', [0]],
      ['LAZY', [1]],
      ['lazy the', [1]],
      ['the', [1, 0]],
      ['言你', [2]],
      ['世界 你好', [2]],
      ['@bob', [3]],
      ['?q=', [3]],
      ['full', [4]],
      ['nothing like it', []],
      ['  ', []],
      ['', []]
    ]
    for (const home of [alice, bob]) {
      for (const [query, expected] of queries) {
        const found = await world.run(home.client.search(query))
        assert.deepEqual(
          texts(found),
          expected.map((at) => TEXTS[at]),
          query
        )
        assert.equal(found.count, expected.length)
      }
    }
  })

  it('knows what came and went since: new texts, and those that were taken back', async () => {
    const { world, alice, bob } = await talked()
    await world.run(bob.client.prepareSearch())
    const { contactId } = await world.run(alice.client.findContact('bob'))
    const { messageId } = await world.run(alice.client.send(contactId, 'fox again'))
    assert.ok(messageId)
    await world.run(alice.client.waitForMessage(messageId, 'delivered'))
    assert.deepEqual(texts(await world.run(bob.client.search('fox'))), ['fox again', TEXTS[0]])
    await world.run(alice.client.recall(messageId))
    await world.run(alice.client.waitForRecall(messageId))
    await world.run(alice.client.settle())
    for (const home of [alice, bob]) {
      assert.deepEqual(texts(await world.run(home.client.search('fox'))), [TEXTS[0]])
    }
    bob.kill()
    await bob.open()
    assert.deepEqual(texts(await world.run(bob.client.search('fox'))), [TEXTS[0]])
  })

  it('is of one conversation where that is asked for, and shows the newest', async () => {
    const { world, alice, bob } = await talked()
    const carol = await world.addHome('carol')
    await carol.open()
    await world.meet(alice, carol)
    const { contactId } = await world.run(alice.client.findContact('carol'))
    await world.run(alice.client.send(contactId, 'the end'))
    const all = await world.run(alice.client.search('the', { limit: 2 }))
    assert.deepEqual([texts(all), all.count], [['the end', TEXTS[1]], 3])
    const one = await world.run(alice.client.search('the', { contactId }))
    assert.deepEqual([texts(one), one.count], [['the end'], 1])
    assert.equal((await world.run(bob.client.search('end'))).count, 0)
  })

  it('leads to what was said around a message that it finds', async () => {
    const { world, bob } = await talked()
    const { messages } = await world.run(bob.client.search('你好'))
    const [{ contactId, key } = { contactId: '' as never, key: '' }] = messages
    const before = await world.run(bob.client.messages(contactId, { before: key, limit: 1 }))
    const after = await world.run(bob.client.messages(contactId, { after: key, limit: 1 }))
    assert.deepEqual(
      [...before, ...after].map(({ text }) => text),
      [TEXTS[1], TEXTS[3]]
    )
    const rest = await world.run(bob.client.messages(contactId, { after: key }))
    assert.deepEqual(
      rest.map(({ text }) => text),
      TEXTS.slice(3)
    )
  })

  it('refuses a query that is longer than 1,024 bytes', async () => {
    const { world, alice } = await talked()
    assert.equal((await world.run(alice.client.search('x'.repeat(1_024)))).count, 0)
    await assert.rejects(world.run(alice.client.search('x'.repeat(1_025))), {
      code: 'SEALPOST_USAGE'
    })
  })
})

describe('the index of texts', () => {
  const row = (key: string, text: string): Row => ({
    key,
    value: toBinary(MessageRowSchema, create(MessageRowSchema, { kind: MessageKind.SENT, text }))
  })
  const write = (key: string, text: string): Mutation => {
    return { type: 'write', table: 'message', ...row(key, text) }
  }
  const erase = (key: string): Mutation => ({ type: 'erase', table: 'message', key })

  it('holds what the rows hold, however commits and pages alternate', () => {
    const change = fc.record({
      key: fc.constantFrom('a', 'b', 'c', 'd'),
      text: fc.option(fc.constantFrom('one', 'two', '你好'), { nil: undefined })
    })
    fc.assert(
      fc.property(fc.array(change), fc.array(change), (before, during) => {
        const rows = new Map<string, string>()
        const apply = ({ key, text }: (typeof before)[number]): Mutation => {
          if (text === undefined) {
            rows.delete(key)
            return erase(key)
          }
          rows.set(key, text)
          return write(key, text)
        }
        before.forEach(apply)
        // A page that was read before what was committed while it was on its way.
        const page = [...rows].map(([key, text]) => row(key, text))
        const index = new TextIndex(readMessage)
        during.forEach((one) => {
          index.note([apply(one)])
        })
        index.add(page)
        index.complete()
        for (const text of ['one', 'two', '你好']) {
          const expected = [...rows].filter(([, held]) => held === text).map(([key]) => key)
          assert.deepEqual([...index.find(termsOf(text))].sort(), expected.sort())
        }
      })
    )
  })

  it('holds nothing rather than too much', () => {
    const index = new TextIndex(readMessage, 10)
    index.note([write('a', 'x'.repeat(10))])
    assert.equal(index.isTooLarge, false)
    index.note([write('b', 'x')])
    index.complete()
    assert.deepEqual([index.isTooLarge, index.isWhole, index.find(['x'])], [true, false, []])
  })
})
