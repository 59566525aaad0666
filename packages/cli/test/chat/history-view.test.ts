import assert from 'node:assert/strict'
import fc from 'fast-check'
import { layoutOf } from '../../src/chat/chat-layout.ts'
import { type ChatState, type Conversation, openConversation } from '../../src/chat/chat-state.ts'
import { historyGroups } from '../../src/chat/history-rows.ts'
import { historyView, ROWS_AHEAD, scrolled, showing } from '../../src/chat/history-view.ts'
import { messageOf, PlayedChat } from './chat-cast.ts'

/** Every row there is, one after the other. */
function allRows(state: ChatState, conversation: Conversation): readonly string[] {
  const { columns } = layoutOf(state)
  const groups = historyGroups(state, conversation, columns)
  return Array.from({ length: groups.count }, (_, index) => groups.rows(index))
    .flat()
    .map(({ key, spans }) => `${key} ${spans.map(({ text }) => text).join('')}`)
}

function shownRows(state: ChatState, conversation: Conversation): readonly string[] {
  return historyView(state, conversation).rows.map(
    ({ key, spans }) => `${key} ${spans.map(({ text }) => text).join('')}`
  )
}

const talks = fc.record({
  texts: fc.array(fc.constantFrom('a', 'a\nb', 'word '.repeat(30), '你好'.repeat(40)), {
    minLength: 1,
    maxLength: 30
  }),
  rows: fc.integer({ min: 3, max: 30 }),
  columns: fc.integer({ min: 12, max: 90 })
})

function play({ texts, rows, columns }: { texts: string[]; rows: number; columns: number }): {
  readonly state: ChatState
  readonly conversation: Conversation
  readonly height: number
} {
  // Every third message is of another day.
  const messages = texts.map((text, index) =>
    messageOf('bob', index + 1 + Math.floor(index / 3) * 1_440, text)
  )
  const chat = new PlayedChat({ columns, rows }).load('bob', messages)
  const conversation = openConversation(chat.state)
  assert.ok(conversation !== undefined)
  return { state: chat.state, conversation, height: layoutOf(chat.state).historyRows }
}

describe('the history on the screen', () => {
  it('is the same part of the whole, however one came there', () => {
    fc.assert(
      fc.property(talks, fc.array(fc.integer({ min: -40, max: 40 })), (talk, moves) => {
        const { state, conversation, height } = play(talk)
        const all = allRows(state, conversation)
        let at = conversation
        let end = all.length
        for (const by of moves) {
          at = scrolled(state, at, by)
          end = Math.max(Math.min(height, all.length), Math.min(all.length, end + by))
          const from = Math.max(0, end - height)
          assert.deepEqual(shownRows(state, at), all.slice(from, end))
          assert.equal(historyView(state, at).aboveCount, Math.min(from, ROWS_AHEAD))
          assert.equal(at.anchor === undefined, end === all.length)
        }
      })
    )
  })

  it('shows every message that is asked for', () => {
    fc.assert(
      fc.property(talks, fc.nat(29), (talk, place) => {
        const { state, conversation } = play(talk)
        const message = conversation.messages[place % conversation.messages.length]
        assert.ok(message !== undefined)
        const { rows } = historyView(state, showing(state, conversation, message.key))
        assert.ok(rows.some(({ key }) => key === message.key))
      })
    )
  })

  it('is quick with tens of thousands of messages: it looks at those around it alone', () => {
    const messages = Array.from({ length: 30_000 }, (_, index) => messageOf('bob', index, 'text'))
    let readCount = 0
    const counted = messages.map((message) => ({
      ...message,
      get text(): string {
        readCount += 1
        return 'text'
      }
    }))
    const chat = new PlayedChat().load('bob', counted)
    chat.press('\u001b[5~'.repeat(3))
    assert.ok(chat.rows.length > 0)
    assert.ok(readCount < 500, String(readCount))
  })
})
