import assert from 'node:assert/strict'
import type { Message } from '@sealpost/client'
import type { ContactId } from '@sealpost/protocol'
import fc from 'fast-check'
import { Conversation } from '../src/state/conversation.ts'

const contactId = 'c'.repeat(32) as ContactId
const WINDOW_MAX = 400

function keyOf(number: number): string {
  return `${contactId}.${number.toString(16).padStart(12, '0')}.01.000000000001`
}

function message(number: number): Message {
  return { key: keyOf(number), text: String(number), kind: 'received' } as Message
}

/** A home with so many messages, and a conversation over it. */
function home(count: number): { readonly all: Message[]; readonly conversation: Conversation } {
  const all = Array.from({ length: count }, (_, at) => message(at + 1))
  const conversation = new Conversation(
    {
      messages: (_, { after, before, limit = 60 } = {}) => {
        if (after !== undefined) {
          return Promise.resolve(all.filter(({ key }) => key > after).slice(0, limit))
        }
        const earlier = before === undefined ? all : all.filter(({ key }) => key < before)
        return Promise.resolve(earlier.slice(-limit))
      }
    },
    contactId
  )
  return { all, conversation }
}

function numbers(conversation: Conversation): readonly number[] {
  return conversation.stretch.value.messages.map(({ text }) => Number(text))
}

describe('a conversation', () => {
  it('begins with the newest, and goes back to the first and forward again', async () => {
    const { conversation } = home(1_000)
    await conversation.open()
    assert.deepEqual([numbers(conversation)[0], numbers(conversation).length], [981, 20])
    while (!conversation.stretch.value.isFromStart) {
      await conversation.loadEarlier()
    }
    assert.deepEqual([numbers(conversation)[0], conversation.stretch.value.isToEnd], [1, false])
    while (!conversation.stretch.value.isToEnd) {
      await conversation.loadLater()
    }
    assert.equal(numbers(conversation).at(-1), 1_000)
  })

  it('shows any message with what was said around it', async () => {
    for (const number of [1, 2, 60, 61, 500, 999, 1_000]) {
      const { conversation } = home(1_000)
      await conversation.reach(keyOf(number))
      assert.ok(numbers(conversation).includes(number), String(number))
      assert.equal(conversation.target.value, keyOf(number))
    }
  })

  it('takes what comes where it belongs, and not beyond what it shows', async () => {
    const { all, conversation } = home(1_000)
    await conversation.reach(keyOf(300))
    all.push(message(1_001))
    conversation.take(message(1_001))
    assert.ok(!numbers(conversation).includes(1_001))
    await conversation.open()
    assert.equal(numbers(conversation).at(-1), 1_001)
    conversation.take({ ...message(1_001), text: '7' })
    assert.deepEqual(numbers(conversation).slice(-2), [1_000, 7])
    conversation.remove(keyOf(1_001))
    assert.equal(numbers(conversation).at(-1), 1_000)
  })

  it('is a stretch without a gap, and not too long, however it is moved over', async () => {
    const step = fc.oneof(
      fc.constant('open' as const),
      fc.constant('earlier' as const),
      fc.constant('later' as const),
      fc.constant('new' as const),
      fc.integer({ min: 1, max: 700 })
    )
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 700 }), fc.array(step), async (count, steps) => {
        const { all, conversation } = home(count)
        await conversation.open()
        for (const one of steps) {
          if (typeof one === 'number') {
            await (one <= all.length ? conversation.reach(keyOf(one)) : undefined)
          } else if (one === 'new') {
            const made = message(all.length + 1)
            all.push(made)
            conversation.take(made)
          } else if (one === 'open') {
            await conversation.open()
          } else {
            await (one === 'earlier' ? conversation.loadEarlier() : conversation.loadLater())
          }
          const shown = numbers(conversation)
          const [first = 1] = shown
          assert.deepEqual(
            shown,
            shown.map((_, at) => first + at)
          )
          const { isFromStart, isToEnd } = conversation.stretch.value
          assert.ok(!isFromStart || first === 1)
          assert.ok(!isToEnd || (shown.at(-1) ?? 0) === all.length)
          assert.ok(shown.length <= WINDOW_MAX + all.length - count)
        }
      })
    )
  })
})
