import assert from 'node:assert/strict'
import { sentences } from '../../src/sentences.ts'
import { newConversation } from '../../src/chat/chat-state.ts'
import { chatFrame } from '../../src/chat/chat-view.ts'
import type { Span } from '../../src/chat/style.ts'
import { contactNamed, idOf, messageOf, NOW_MS, ownMessage, PlayedChat } from './chat-cast.ts'

const DAY = 24 * 60
const talk = [
  messageOf('bob', 5 - DAY, 'gestern: Grüße'),
  messageOf('bob', 1, 'hello there'),
  ownMessage('bob', 2, 'was read', 'read'),
  ownMessage('bob', 3, 'was delivered', 'delivered'),
  ownMessage('bob', 4, 'on relays', 'on-relay'),
  ownMessage('bob', 5, 'here only', 'queued')
]

function online(chat: PlayedChat): PlayedChat {
  return chat.tell({ type: 'relays', readyCount: 2, count: 3 })
}

/** The style of the first span that is this text. */
function styleOf(chat: PlayedChat, text: string): Span['style'] {
  return chatFrame(chat.state)
    .flatMap((row) => row.flatMap(({ spans }) => spans))
    .find((span) => span.text.trim() === text)?.style
}

describe('the screen of a chat', () => {
  it('shows a conversation with its days, ticks and relays', () => {
    const chat = online(new PlayedChat({ columns: 60, rows: 13 }).load('bob', talk))
    chat.press('my draft')
    assert.deepEqual(chat.rows, [
      ' bob',
      '',
      '──────────────────────── Yesterday ─────────────────────────',
      '14:05    bob  gestern: Grüße',
      '────────────────────────── Today ───────────────────────────',
      '14:01    bob  hello there',
      '14:02 ✓✓ you  was read',
      '14:03 ✓✓ you  was delivered',
      '14:04 ✓  you  on relays',
      '14:05 ·  you  here only',
      '────────────────────────────────────────────────────────────',
      '› my draft',
      ' ● 2 of 3 relays  /help: keys  Ctrl-F: search  Ctrl-C: leave'
    ])
  })

  it('gives what was read another style, and without UTF-8 other letters', () => {
    const read = [ownMessage('bob', 4, 'a', 'read')]
    const delivered = [ownMessage('bob', 4, 'a', 'delivered')]
    const style = (messages: typeof read): Span['style'] =>
      styleOf(new PlayedChat().load('bob', messages), '✓✓')
    assert.deepEqual([style(read), style(delivered)], ['read', 'proven'])
    const plain = online(new PlayedChat({ columns: 60, rows: 13, isUtf8: false })).load('bob', talk)
    assert.deepEqual(plain.rows.slice(6), [
      '14:02 ## you  was read',
      '14:03 ++ you  was delivered',
      '14:04 +  you  on relays',
      '14:05 .  you  here only',
      '------------------------------------------------------------',
      '>',
      ' * 2 of 3 relays  /help: keys  Ctrl-F: search  Ctrl-C: leave'
    ])
  })

  it('shows the other conversations beside it where there is room', () => {
    const chat = new PlayedChat({ columns: 80, rows: 9 }, [
      newConversation(contactNamed('bob'), talk[5]),
      newConversation(
        contactNamed('carol', { name: '你好卡罗尔卡罗尔卡罗尔', unreadCount: 12 }),
        messageOf('carol', 4, 'a long text that has no room here')
      ),
      newConversation(contactNamed('alice', { name: '', profileName: 'Al' }), undefined)
    ])
    online(chat).load('bob', talk.slice(3))
    assert.deepEqual(chat.rows, [
      ' alice                  bob',
      '›bob            14:05 │',
      ' › here only          │ ──────────────────────── Today ─────────────────────────',
      ' 你好卡罗尔卡罗尔… 12 │ 14:03 ✓✓ you  was delivered',
      ' a long text that has…│ 14:04 ✓  you  on relays',
      ' Al                   │ 14:05 ·  you  here only',
      '                      │ ────────────────────────────────────────────────────────',
      '                      │ ›',
      ' ● 2 of 3 relays  /help: keys  Ctrl-F: search  Ctrl-C: leave'
    ])
  })

  it('wraps texts below their beginning, wide letters whole', () => {
    const text = 'The quick brown fox 敏捷的棕色狐狸跳过了懒狗。 And 👩‍👩‍👧 too\n  second line'
    const chat = new PlayedChat({ columns: 44, rows: 11 }).load('bob', [messageOf('bob', 5, text)])
    assert.deepEqual(chat.rows.slice(4), [
      '────────────────── Today ───────────────────',
      '14:05    bob  The quick brown fox 敏捷的棕色',
      '              狐狸跳过了懒狗。 And 👩‍👩‍👧 too',
      '                second line',
      '────────────────────────────────────────────',
      '›',
      ' ● 0 of 0 relays  /help: keys  Ctrl-F: sear…'
    ])
  })

  it('leaves time and names out where there is no room', () => {
    const narrow = new PlayedChat({ columns: 30, rows: 8 }).load('bob', talk.slice(1, 3))
    assert.deepEqual(narrow.rows.slice(2, 5), [
      '─────────── Today ────────────',
      '   bob hello there',
      '✓✓ you was read'
    ])
    const hardly = new PlayedChat({ columns: 12, rows: 4 }).load('bob', talk.slice(1, 3))
    assert.deepEqual(hardly.rows, ['   hello', '   there', '✓✓ was read', '›'])
    const none = new PlayedChat({ columns: 11, rows: 3 }).load('bob', talk)
    assert.deepEqual(none.rows, ['too small', '', ''])
  })

  it('divides what is unread, and counts what is below', () => {
    const messages = Array.from({ length: 9 }, (_, index) => messageOf('bob', index, `m${index}`))
    const unseen = messages.slice(2).map(({ key }) => key)
    const chat = new PlayedChat({ columns: 44, rows: 9 }).load('bob', messages, { unseen })
    assert.deepEqual(chat.rows.slice(1, 7), [
      '────────────── 7 new messages ──────────────',
      '14:02    bob  m2',
      '14:03    bob  m3',
      '14:04    bob  m4',
      '14:05    bob  m5',
      '── ↓ 3 new messages ────────────────────────'
    ])
  })

  it('says what changed about a conversation, and what cannot be read', () => {
    const notice = messageOf('bob', 4, '', { kind: 'notice', notice: 'device-added', device: 7 })
    const unreadable = messageOf('bob', 5, '', { kind: 'unreadable' })
    const chat = new PlayedChat({ columns: 70, rows: 12 }).load('bob', [notice, unreadable])
    assert.deepEqual(chat.rows.slice(5, 9), [
      '14:04         bob has a new device (number 7): it gets your messages',
      '              too from now on. If you doubt it, ask them.',
      '14:05    bob  (a message that could not be read; it is asked for',
      '              again)'
    ])
    assert.equal(styleOf(chat, '(a message that could not be read; it is asked for'), 'faint')
  })

  it('says who types, here and in the list', () => {
    const chat = new PlayedChat({ columns: 80, rows: 8 }).load('bob', talk)
    chat.tell({ type: 'typing', contactId: idOf('bob'), isTyping: true, atMs: NOW_MS })
    assert.match(chat.rows[5] ?? '', /│ ── bob is typing ──/)
    assert.match(chat.rows[2] ?? '', /^ typing +│/)
  })

  it('says what there is to know of a contact, and of others where they have no place', () => {
    const bob = newConversation(
      contactNamed('bob', { standing: 'requested', missingCount: 2 }),
      talk[5]
    )
    const carol = newConversation(contactNamed('carol', { unreadCount: 4 }), undefined)
    const chat = new PlayedChat({ columns: 70, rows: 8 }, [bob, carol])
    assert.equal(chat.rows[0], ' bob  has not answered yet, 2 messages are missing  (+4)')
    const daily = newConversation(contactNamed('bob', { timerSeconds: 86_400 }), undefined)
    const timed = new PlayedChat({ columns: 70, rows: 8 }, [daily])
    assert.equal(timed.rows[0], ' bob  messages go after 1d')
  })

  it('says that nothing can be reached', () => {
    const chat = new PlayedChat().tell({ type: 'relays', readyCount: 0, count: 3 })
    assert.equal(chat.rows.at(-1), ' ● 0 of 3 relays  no relay can be reached: what you write w…')
    assert.equal(styleOf(chat, '● 0 of 3 relays'), 'loud')
  })

  it('shows what was found, and marks it in the text', () => {
    const chat = online(new PlayedChat({ columns: 60, rows: 8 })).load('bob', talk)
    chat.press('\u0006RELAY')
    const hits = [talk[4], talk[1]].flatMap((hit) => (hit === undefined ? [] : [hit]))
    chat.tell({ type: 'found', searchId: chat.state.searchCount, hits, isDone: false })
    assert.deepEqual(chat.rows, [
      ' bob',
      '14:04  you: on relays',
      '14:01  bob: hello there',
      '',
      '',
      '── searching ───────────────────────────────────────────────',
      'search here: RELAY',
      ' ● 2 of 3 relays  Enter: go there  Tab: here or everywhere …'
    ])
    chat.tell({ type: 'found', searchId: chat.state.searchCount, hits: [], isDone: true })
    assert.match(chat.rows[5] ?? '', /── 2 found ──/)
    chat.press('\r')
    assert.equal(styleOf(chat, 'relay'), 'found')
  })

  it('shows an excerpt around what was found far into a text', () => {
    const text = `${'x'.repeat(200)} needle in the haystack`
    const chat = new PlayedChat({ columns: 40, rows: 8 }).load('bob', [])
    chat.press('\u0006needle')
    const hits = [messageOf('bob', 5, text)]
    chat.tell({ type: 'found', searchId: chat.state.searchCount, hits, isDone: true })
    assert.equal(chat.rows[1], '14:05  bob: …xxxxxxxxxxx needle in the h')
  })

  it('shows several lines that are written, with the cursor where it is', () => {
    const chat = new PlayedChat({ columns: 20, rows: 12 }).load('bob', [])
    chat.press('one\u001b\r你好你好你好你好你好\u001b[D')
    assert.deepEqual(chat.rows.slice(-5, -1), [
      '────────────────────',
      '› one',
      '  你好你好你好你好',
      '  你好'
    ])
    const cursors = chatFrame(chat.state).flatMap((row, index) =>
      row.flatMap(({ isAtCursor, spans }) =>
        isAtCursor === true ? [[index, spans.map(({ text }) => text).join('')]] : []
      )
    )
    assert.deepEqual(cursors, [[10, '好']])
  })

  it('helps with /help', () => {
    const chat = new PlayedChat({ columns: 70, rows: 24 }).press('/help\r')
    assert.equal(chat.rows[1], 'Keys')
    assert.equal(chat.rows[2], 'Enter                             sends what you wrote')
    assert.match(chat.press('x').rows.join('\n'), /^(?!.*Keys)/)
    assert.equal(chat.draft, '')
  })

  it('shows the help page by page where it does not fit, and leaves it at any time', () => {
    const chat = new PlayedChat({ columns: 40, rows: 10 }).press('/help\r')
    const seen: string[] = []
    while (chat.state.isHelpShown) {
      assert.ok(chat.rows.length <= 10)
      seen.push(...chat.rows)
      chat.press(' ')
    }
    for (const [keys, what] of sentences.chat.help) {
      assert.ok(seen.includes(keys.slice(0, 40)), keys)
      assert.ok(
        seen.some((row) => row.startsWith(`  ${what}`.slice(0, 38))),
        what
      )
    }
    assert.equal(chat.draft, '')
    chat.press('/help\r').press(' ').press('\u001b')
    assert.equal(chat.state.isHelpShown, false)
    assert.equal(chat.press('/help\r').rows[1], 'Keys')
  })

  it('draws no command of another’s, wherever their words stand', () => {
    const evil = '\u001b[2J\u001b]0;x\u0007\u202e\u2066\u200b\u009b1m\r\nA\u0301\u0301'
    const bob = contactNamed('bob', { name: evil, profileName: evil })
    const message = messageOf('bob', 5, evil)
    const chat = new PlayedChat({ columns: 80, rows: 12 }, [newConversation(bob, message)])
    chat.load('bob', [message])
    const drawn = (): string =>
      chatFrame(chat.state)
        .flatMap((row) => row.flatMap(({ spans }) => spans.map(({ text }) => text)))
        .join('')
    assert.doesNotMatch(drawn(), /[\p{Cc}\u202a-\u202e\u2066-\u2069\u200b]/u)
    chat.press('\u0006[2J')
    chat.tell({ type: 'found', searchId: chat.state.searchCount, hits: [message], isDone: true })
    assert.doesNotMatch(drawn(), /[\p{Cc}\u202a-\u202e\u2066-\u2069\u200b]/u)
    chat.press(`\r`)
    chat.tell({ type: 'notice', sentence: evil, isLasting: false, atMs: NOW_MS })
    chat.press(`\u001b[200~${evil}\u001b[201~`)
    assert.doesNotMatch(drawn(), /[\p{Cc}\u202a-\u202e\u2066-\u2069\u200b]/u)
  })
})
