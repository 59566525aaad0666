import assert from 'node:assert/strict'
import type { ContactId, MessageId } from '@sealpost/protocol'
import { Drafts } from '../src/state/drafts.ts'
import { type Draft, DRAFT_UNITS_MAX, NO_DRAFT, parseDraft } from '../src/wire/draft.ts'

const BOB = 'b0b' as ContactId
const ID = '0123456789abcdef0123456789abcdef' as MessageId

class Keeper {
  readonly kept: Draft[] = []
  readonly failures: unknown[] = []
  isFull = false
  readonly drafts = new Drafts(
    {
      keepDraft: async (_, draft) => {
        if (this.isFull) {
          throw new RangeError('no room')
        }
        this.kept.push(draft)
      }
    },
    'page',
    (error) => {
      this.failures.push(error)
    }
  )

  text(): string {
    return this.drafts.of(BOB).value.text
  }
}

const draft = (text: string): Draft => ({ ...NO_DRAFT, text })

describe('what is being written', () => {
  it('is kept as it is when the page goes, once', async () => {
    const { drafts, kept } = new Keeper()
    drafts.change(BOB, { text: 'he' })
    drafts.change(BOB, { text: 'hello', replyTo: ID })
    await drafts.flush()
    await drafts.flush()
    assert.deepEqual(kept, [{ text: 'hello', replyTo: ID, edit: undefined }])
  })

  it('is not kept again and again where there is no room, and is kept once there is', async () => {
    const { drafts, kept } = new Keeper()
    await drafts.hold(true)
    drafts.change(BOB, { text: 'hello' })
    await drafts.flush()
    assert.deepEqual(kept, [])
    await drafts.hold(false)
    assert.deepEqual(kept, [draft('hello')])
  })

  it('is kept together with what is written elsewhere', async () => {
    const { drafts } = new Keeper()
    let saved = 0
    const stop = drafts.withOther(async () => {
      saved += 1
    })
    await drafts.flush()
    await drafts.hold(true)
    assert.equal(saved, 1)
    await drafts.hold(false)
    assert.equal(saved, 2)
    stop()
    await drafts.flush()
    assert.equal(saved, 2)
  })

  it('goes on where what is written elsewhere cannot be kept, and says so once', async () => {
    const { drafts, kept, failures } = new Keeper()
    drafts.withOther(() => Promise.reject(new RangeError('no room')))
    await drafts.flush()
    await drafts.flush()
    assert.equal(failures.length, 1)
    drafts.change(BOB, { text: 'hello' })
    await drafts.flush()
    assert.deepEqual(kept, [draft('hello')])
  })

  it('is what the home has, until somebody writes here', () => {
    const keeper = new Keeper()
    keeper.drafts.begin(BOB, draft('from the disk'))
    assert.equal(keeper.text(), 'from the disk')
    keeper.drafts.begin(BOB, draft('read again'))
    assert.equal(keeper.text(), 'from the disk')
    keeper.drafts.take(BOB, draft('from another tab'))
    assert.equal(keeper.text(), 'from another tab')
    keeper.drafts.change(BOB, { text: 'from here' })
    keeper.drafts.take(BOB, draft('from another tab again'))
    assert.equal(keeper.text(), 'from here')
    keeper.drafts.forget()
  })

  it('is gone from the page once the home is closed, and not kept then', async () => {
    const keeper = new Keeper()
    const shown = keeper.drafts.of(BOB)
    keeper.drafts.change(BOB, { text: 'secret' })
    keeper.drafts.forget()
    await keeper.drafts.flush()
    assert.deepEqual([shown.value.text, keeper.text(), keeper.kept], ['', '', []])
  })

  it('is removed by the worker when it is sent, and what is written meanwhile is kept after that', async () => {
    const keeper = new Keeper()
    const { drafts, kept } = keeper
    drafts.change(BOB, { text: 'hello', replyTo: ID })
    const sent = Promise.withResolvers<undefined>()
    const sending = drafts.send(BOB, () => sent.promise)
    assert.equal(keeper.text(), '')
    drafts.change(BOB, { text: 'and' })
    const flushed = drafts.flush()
    assert.deepEqual(kept, [])
    sent.resolve(undefined)
    await Promise.all([sending, flushed])
    assert.deepEqual(kept, [draft('and')])
  })

  it('is there again where it could not be sent, before what was written meanwhile', async () => {
    const keeper = new Keeper()
    const { drafts } = keeper
    drafts.change(BOB, { text: 'hello', replyTo: ID })
    const sent = Promise.withResolvers<never>()
    const sending = drafts.send(BOB, () => sent.promise)
    drafts.change(BOB, { text: 'more' })
    sent.reject(new RangeError('no room'))
    await assert.rejects(sending, RangeError)
    assert.deepEqual(drafts.of(BOB).value, { text: 'hello\nmore', replyTo: ID, edit: undefined })
    await drafts.flush()
  })

  it('changes a message beside what was begun before', async () => {
    const { drafts, kept } = new Keeper()
    drafts.change(BOB, { text: 'begun' })
    drafts.change(BOB, { edit: { messageId: ID, text: 'better' } })
    await drafts.flush()
    await drafts.send(BOB, () => Promise.resolve())
    assert.deepEqual(drafts.of(BOB).value, draft('begun'))
    assert.deepEqual(kept, [
      { text: 'begun', replyTo: undefined, edit: { messageId: ID, text: 'better' } },
      draft('begun')
    ])
  })

  it('tells once that it cannot be kept, and keeps it when there is room', async () => {
    const keeper = new Keeper()
    const { drafts, failures, kept } = keeper
    keeper.isFull = true
    drafts.change(BOB, { text: 'a' })
    await drafts.flush()
    drafts.change(BOB, { text: 'ab' })
    await drafts.flush()
    assert.equal(failures.length, 1)
    keeper.isFull = false
    await drafts.flush()
    assert.deepEqual(kept, [draft('ab')])
  })
})

describe('a kept draft', () => {
  it('is read as far as it is one', () => {
    const whole = { text: 'a', replyTo: ID, edit: { messageId: ID, text: 'b' } }
    assert.deepEqual(parseDraft(JSON.parse(JSON.stringify(whole))), whole)
    for (const none of [undefined, 7, 'text', [], { text: 1, replyTo: 'x', edit: { text: 'a' } }]) {
      assert.deepEqual(parseDraft(none), NO_DRAFT)
    }
  })

  it('is cut where no message could hold it', () => {
    const { text } = parseDraft({ text: 'x'.repeat(DRAFT_UNITS_MAX + 1) })
    assert.equal(text.length, DRAFT_UNITS_MAX)
  })
})
