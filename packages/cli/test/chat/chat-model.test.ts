import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { MessageId } from '@sealpost/protocol'
import { nextTickMs } from '../../src/chat/chat-model.ts'
import { conversationOf, newConversation, openConversation } from '../../src/chat/chat-state.ts'
import { cellCount } from '../../src/screen/text-cells.ts'
import { contactNamed, idOf, messageOf, NOW_MS, ownMessage, PlayedChat } from './chat-cast.ts'

const ENTER = '\r'
const ESCAPE = '\u001b'
const UP = '\u001b[A'
const PAGE_UP = '\u001b[5~'
const CTRL_C = '\u0003'
const CTRL_D = '\u0004'
const CTRL_F = '\u0006'
const CTRL_N = '\u000e'
const CTRL_P = '\u0010'
const FOCUS_IN = '\u001b[I'
const FOCUS_OUT = '\u001b[O'
const LEAVE = { type: 'leave' } as const

/** Alice with bob and carol; bob wrote last. */
function three(): PlayedChat {
  return new PlayedChat({}, [
    newConversation(contactNamed('carol'), messageOf('carol', 1, 'from carol')),
    newConversation(contactNamed('bob'), messageOf('bob', 2, 'from bob'))
  ])
}

function history(count: number): readonly ReturnType<typeof messageOf>[] {
  return Array.from({ length: count }, (_, index) => messageOf('bob', index + 1, `m${index + 1}`))
}

function shownTexts(chat: PlayedChat): readonly string[] {
  return chat.effects.flatMap((effect) =>
    effect.type === 'mark-shown' ? effect.messages.map(({ text }) => text) : []
  )
}

describe('the chat', () => {
  describe('at its beginning', () => {
    it('opens and loads the conversation with the latest word', () => {
      const chat = three()
      assert.equal(chat.state.openId, idOf('bob'))
      assert.deepEqual(chat.effects, [{ type: 'load', contactId: idOf('bob') }])
    })

    it('waits for somebody where there is nobody', () => {
      const chat = new PlayedChat({}, [])
      assert.equal(chat.state.openId, undefined)
      chat.press(`hello${ENTER}`)
      assert.deepEqual(chat.effects, [])
      chat.tell({ type: 'contact', contact: contactNamed('bob'), last: undefined })
      assert.deepEqual(chat.effects, [{ type: 'load', contactId: idOf('bob') }])
    })
  })

  describe('for what is written', () => {
    it('sends it with Enter, and is empty then', () => {
      const chat = new PlayedChat().press(`hello${ENTER}`)
      assert.deepEqual(
        chat.effects.filter(({ type }) => type === 'send'),
        [{ type: 'send', contactId: idOf('bob'), text: 'hello' }]
      )
      assert.equal(chat.draft, '')
    })

    const lines: readonly (readonly [string, string, string | undefined, string])[] = [
      ['sends nothing of nothing', `  ${ENTER}`, undefined, '  '],
      ['goes on in a new line with Alt-Enter', `a\u001b\rb${ENTER}`, 'a\nb', ''],
      ['goes on in a new line behind a backslash', `a\\${ENTER}b${ENTER}`, 'a\nb', ''],
      ['sends a paste of several lines as one', `\u001b[200~a\rb\r\u001b[201~${ENTER}`, 'a\nb', ''],
      ['sends one of two slashes', `//quit${ENTER}`, '/quit', ''],
      ['sends no word that it does not know', `/quti${ENTER}`, undefined, '/quti'],
      ['leaves spaces at the beginning alone', `  a  ${ENTER}`, '  a', '']
    ]
    for (const [title, keys, text, draft] of lines) {
      it(title, () => {
        const chat = new PlayedChat().press(keys)
        const sent = chat.effects.flatMap((effect) => (effect.type === 'send' ? [effect.text] : []))
        assert.deepEqual(sent, text === undefined ? [] : [text])
        assert.equal(chat.draft, draft)
      })
    }

    it('says so where it does not know a word', () => {
      const chat = new PlayedChat().press(`/quti${ENTER}`)
      assert.match(chat.state.notice?.sentence ?? '', /There is no \/quti;/)
      chat.tell({ type: 'tick', atMs: NOW_MS + 60_000 })
      assert.equal(chat.state.notice, undefined)
    })

    it('gives a text back that could not be sent, before what was written since', () => {
      const chat = new PlayedChat().press('since')
      const failed = { contactId: idOf('bob'), text: 'before', sentence: 'Too long.', atMs: NOW_MS }
      chat.tell({ type: 'send-failed', ...failed })
      assert.equal(chat.draft, 'before\nsince')
      assert.equal(chat.state.notice?.sentence, 'Too long.')
    })

    it('keeps it for each conversation', () => {
      const chat = three().press(`to bob${CTRL_N}to carol`)
      assert.equal(chat.state.openId, idOf('carol'))
      assert.equal(chat.draft, 'to carol')
      assert.equal(chat.press(CTRL_P).draft, 'to bob')
    })

    it('tells them that we type, again after a while, and when it is over', () => {
      const chat = new PlayedChat()
      const typing = (isTyping: boolean): object => {
        return { type: 'set-typing', contactId: idOf('bob'), isTyping }
      }
      assert.deepEqual(chat.press('h').effects, [typing(true)])
      assert.deepEqual(chat.press('e', NOW_MS + 4_999).effects, [])
      assert.deepEqual(chat.press('y', NOW_MS + 5_000).effects, [typing(true)])
      assert.equal(nextTickMs(chat.state), NOW_MS + 13_000)
      assert.deepEqual(chat.tell({ type: 'tick', atMs: NOW_MS + 12_999 }).effects, [])
      assert.deepEqual(chat.tell({ type: 'tick', atMs: NOW_MS + 13_000 }).effects, [typing(false)])
      chat.press('!', NOW_MS + 20_000)
      assert.deepEqual(
        chat.press(ENTER, NOW_MS + 20_001).effects.map(({ type }) => type),
        ['set-typing', 'send']
      )
      assert.deepEqual(chat.press('/help').effects, [])
    })
  })

  describe('for leaving', () => {
    for (const [title, keys] of [
      ['Ctrl-C', `a${CTRL_C}`],
      ['Ctrl-D', CTRL_D],
      ['/quit', `/quit${ENTER}`]
    ] as const) {
      it(`takes ${title}`, () => {
        assert.deepEqual(new PlayedChat().press(keys).effects.at(-1), LEAVE)
      })
    }

    it('does not take Ctrl-D in a text, where it erases', () => {
      const chat = new PlayedChat().press(`ab\u0001${CTRL_D}`)
      assert.equal(chat.draft, 'b')
      assert.ok(!chat.effects.includes(LEAVE))
    })
  })

  describe('for what is unread', () => {
    it('tells as shown what is on the screen, once', () => {
      const messages = history(3)
      const chat = new PlayedChat().load('bob', messages, {
        unseen: messages.map(({ key }) => key)
      })
      assert.deepEqual(shownTexts(chat), ['m1', 'm2', 'm3'])
      assert.equal(openConversation(chat.state)?.unreadCount, 0)
      assert.deepEqual(
        chat.press('x').effects.map(({ type }) => type),
        ['set-typing']
      )
    })

    it('begins at the first unread one, and tells the others as they come into view', () => {
      const messages = history(20)
      const unseen = messages.slice(4).map(({ key }) => key)
      const chat = new PlayedChat({ rows: 12 }).load('bob', messages, { unseen })
      // Of eight rows one is the line above the first of them.
      assert.deepEqual(shownTexts(chat), ['m5', 'm6', 'm7', 'm8', 'm9', 'm10', 'm11'])
      assert.equal(openConversation(chat.state)?.unreadCount, 9)
      assert.deepEqual(shownTexts(chat.press('\u001b[B')), ['m12'])
      assert.deepEqual(shownTexts(chat.press(ESCAPE)), [
        'm13',
        'm14',
        'm15',
        'm16',
        'm17',
        'm18',
        'm19',
        'm20'
      ])
    })

    it('tells what comes while somebody looks', () => {
      const chat = new PlayedChat().load('bob', [])
      const message = messageOf('bob', 5, 'fresh')
      assert.deepEqual(shownTexts(chat.tell({ type: 'message', message, atMs: NOW_MS })), ['fresh'])
      assert.equal(openConversation(chat.state)?.dividerKey, undefined)
    })

    it('waits while the window is not looked at', () => {
      const chat = new PlayedChat().load('bob', []).press(FOCUS_OUT)
      const message = messageOf('bob', 5, 'fresh')
      assert.deepEqual(shownTexts(chat.tell({ type: 'message', message, atMs: NOW_MS })), [])
      assert.equal(openConversation(chat.state)?.dividerKey, message.key)
      assert.deepEqual(shownTexts(chat.press(FOCUS_IN)), ['fresh'])
    })

    it('waits while something else is over the conversation', () => {
      for (const [open, close] of [
        [CTRL_F, ESCAPE],
        [`/help${ENTER}`, ESCAPE]
      ] as const) {
        const chat = new PlayedChat().load('bob', []).press(open)
        const message = messageOf('bob', 5, 'fresh')
        assert.deepEqual(shownTexts(chat.tell({ type: 'message', message, atMs: NOW_MS })), [])
        assert.deepEqual(shownTexts(chat.press(close)), ['fresh'])
      }
    })

    it('counts no notice, and nothing of our own from elsewhere', () => {
      const chat = three().load('bob', [])
      const others = [
        messageOf('carol', 4, '', { kind: 'notice', notice: 'device-added' }),
        ownMessage('carol', 5, 'from my other device')
      ]
      chat.tell(...others.map((message) => ({ type: 'message', message, atMs: NOW_MS }) as const))
      const carol = conversationOf(chat.state, idOf('carol'))
      assert.deepEqual([carol?.unreadCount, carol?.dividerKey], [0, undefined])
    })

    it('counts it in other conversations, which come first then, and goes there with Tab', () => {
      const chat = three().load('bob', [])
      const message = messageOf('carol', 5, 'fresh')
      chat.tell({ type: 'message', message, atMs: NOW_MS })
      assert.deepEqual(shownTexts(chat), [])
      const [first] = chat.state.conversations
      assert.equal(first?.contact.name, 'carol')
      assert.equal(first.unreadCount, 1)
      chat.press('\t')
      assert.equal(chat.state.openId, idOf('carol'))
      assert.deepEqual(chat.effects, [{ type: 'load', contactId: idOf('carol') }])
      assert.deepEqual(shownTexts(chat.load('carol', [message], { unseen: [message.key] })), [
        'fresh'
      ])
    })

    it('does not tell again what it told, though an older answer says that it is unread', () => {
      const chat = new PlayedChat()
      const message = messageOf('bob', 5, 'fresh')
      chat.load('bob', [message], { unseen: [message.key] })
      assert.deepEqual(shownTexts(chat.load('bob', [message], { unseen: [message.key] })), [])
    })
  })

  describe('for history', () => {
    it('loads what is above before anybody gets there, and once', () => {
      const messages = history(60).slice(30)
      const chat = new PlayedChat().load('bob', messages, { isComplete: false })
      assert.deepEqual(chat.effects, [])
      chat.press(PAGE_UP.repeat(2))
      assert.deepEqual(chat.effects, [
        { type: 'load', contactId: idOf('bob'), before: messages[0]?.key }
      ])
      assert.deepEqual(chat.press(UP).effects, [])
      chat.tell({
        type: 'page',
        contactId: idOf('bob'),
        messages: history(30),
        isComplete: true
      })
      assert.equal(openConversation(chat.state)?.messages.length, 60)
      assert.deepEqual(chat.effects, [])
    })

    it('stays where one reads while older and newer messages come', () => {
      const messages = history(60)
      const chat = new PlayedChat().load('bob', messages.slice(30, 59), { isComplete: false })
      chat.press(PAGE_UP)
      const before = chat.rows.slice(1, 9)
      chat.tell(
        { type: 'page', contactId: idOf('bob'), messages: history(30), isComplete: true },
        { type: 'message', message: messageOf('bob', 60, 'new'), atMs: NOW_MS }
      )
      assert.deepEqual(chat.rows.slice(1, 9), before)
      assert.deepEqual(shownTexts(chat), [])
      assert.deepEqual(shownTexts(chat.press(ESCAPE)), ['new'])
    })

    it('ends at both ends', () => {
      const chat = new PlayedChat().load('bob', history(30))
      chat.press(PAGE_UP.repeat(50))
      assert.match(chat.rows[2] ?? '', / m1$/)
      chat.press('\u001b[6~'.repeat(50))
      assert.equal(openConversation(chat.state)?.anchor, undefined)
      assert.match(chat.rows[8] ?? '', / m30$/)
    })

    it('moves the cursor through a text of several lines before it moves the history', () => {
      const chat = new PlayedChat().load('bob', history(30)).press(`a\u001b\rb${UP}`)
      assert.equal(openConversation(chat.state)?.draft.cursor, 1)
      assert.equal(openConversation(chat.state)?.anchor, undefined)
      chat.press(UP)
      assert.notEqual(openConversation(chat.state)?.anchor, undefined)
    })

    it('tells where it could not be read, and does not try for ever', () => {
      const chat = new PlayedChat().load('bob', history(3), { isComplete: false })
      assert.equal(chat.effects.length, 1)
      chat.tell({ type: 'load-failed', contactId: idOf('bob'), sentence: 'No.', atMs: NOW_MS })
      assert.equal(chat.state.notice?.sentence, 'No.')
      assert.deepEqual(chat.effects, [])
    })
  })

  describe('for ticks', () => {
    it('shows what was proven, and never less than before', () => {
      const sent = ownMessage('bob', 5, 'hi')
      const chat = new PlayedChat().load('bob', [])
      const { messageId } = sent
      assert.ok(messageId !== undefined)
      const tell = (state: 'on-relay' | 'delivered' | 'read'): unknown => {
        chat.tell({ type: 'message-state', contactId: idOf('bob'), messageId, state })
        return openConversation(chat.state)?.messages[0]?.state
      }
      // Proven before it was told that it is queued.
      assert.equal(tell('on-relay'), undefined)
      assert.deepEqual(chat.effects, [{ type: 'fetch', messageId }])
      chat.tell({ type: 'message', message: { ...sent, state: 'on-relay' }, atMs: NOW_MS })
      chat.tell({ type: 'message', message: sent, atMs: NOW_MS })
      assert.equal(openConversation(chat.state)?.messages[0]?.state, 'on-relay')
      assert.equal(tell('read'), 'read')
      assert.equal(tell('delivered'), 'read')
      assert.deepEqual(chat.effects, [])
    })

    it('leaves messages alone that lie in history that is not loaded', () => {
      const messages = history(60)
      const chat = new PlayedChat().load('bob', messages.slice(30), { isComplete: false })
      chat.tell({ type: 'message', message: ownMessage('bob', 1, 'old', 'read'), atMs: NOW_MS })
      assert.equal(openConversation(chat.state)?.messages.length, 30)
    })
  })

  describe('for taking back', () => {
    it('takes back the last of one’s own, or what was found', () => {
      const messages = [
        ownMessage('bob', 1, 'found'),
        ownMessage('bob', 2, 'last'),
        messageOf('bob', 3, 'from bob'),
        { ...ownMessage('bob', 4, ''), withdrawnAtMs: NOW_MS }
      ]
      const chat = new PlayedChat().load('bob', messages)
      const recalled = (): unknown => chat.effects.find(({ type }) => type === 'recall')
      chat.press(`/recall${ENTER}`)
      assert.deepEqual(recalled(), { type: 'recall', messageId: messages[1]?.messageId })
      chat.press(`${CTRL_F}found`)
      const hits = messages.slice(0, 1)
      chat.tell({ type: 'found', searchId: chat.state.searchCount, hits, isDone: true })
      chat.press(`${ENTER}/recall${ENTER}`)
      assert.deepEqual(recalled(), { type: 'recall', messageId: messages[0]?.messageId })
    })

    it('says so where there is nothing', () => {
      const chat = new PlayedChat().load('bob', [messageOf('bob', 3, 'x')]).press(`/recall${ENTER}`)
      assert.deepEqual(chat.effects, [])
      assert.match(chat.state.notice?.sentence ?? '', /nothing of yours/)
    })

    it('shows that a message was taken back, and takes in none that is not loaded', () => {
      const message = messageOf('bob', 3, 'secret')
      const chat = new PlayedChat().load('bob', [message])
      const withdrawn = { ...message, text: '', withdrawnAtMs: NOW_MS }
      const elsewhere = { ...messageOf('bob', 1, ''), withdrawnAtMs: NOW_MS }
      chat.tell(
        { type: 'message-changed', message: withdrawn },
        { type: 'message-changed', message: elsewhere }
      )
      assert.deepEqual(openConversation(chat.state)?.messages, [withdrawn])
      assert.match(chat.rows.join('\n'), /bob {2}\(a message that was taken back\)/)
      assert.doesNotMatch(chat.rows.join('\n'), /secret/)
    })
  })

  describe('for what is said about messages', () => {
    it('shows what a message answers above it, and behind it that it was edited and reactions', () => {
      const reply = {
        messageId: '0a'.repeat(16) as MessageId,
        isOwn: true,
        excerpt: 'where\u001b[2J are you?'
      }
      const message = messageOf('bob', 3, 'here', { reply, isForwarded: true })
      const chat = new PlayedChat().load('bob', [message])
      const reactions = [{ isOwn: true, emoji: '\u{1f44d}', sentAtMs: NOW_MS }]
      const changed = { ...message, text: 'there', editedAtMs: NOW_MS, reactions }
      chat.tell({ type: 'message-changed', message: changed })
      const rows = chat.rows.join('\n')
      assert.match(rows, /bob {2}> where\ufffd\[2J are you\?/)
      assert.match(rows, /\(forwarded\) there \(edited\) {2}\u{1f44d}/u)
    })

    it('shows no message any more that was deleted', () => {
      const [one, two] = [messageOf('bob', 3, 'one'), messageOf('bob', 4, 'two')]
      const chat = new PlayedChat().load('bob', [one, two])
      chat.tell({ type: 'message-deleted', contactId: idOf('bob'), messageKey: one.key })
      assert.deepEqual(openConversation(chat.state)?.messages, [two])
    })
  })

  describe('for typing', () => {
    it('forgets it after a while, when it is over, and when the message is there', () => {
      const typing = { type: 'typing', contactId: idOf('bob'), atMs: NOW_MS } as const
      const isTyping = (chat: PlayedChat): boolean =>
        openConversation(chat.state)?.typingUntilMs !== undefined
      const chat = new PlayedChat().load('bob', []).tell({ ...typing, isTyping: true })
      assert.equal(isTyping(chat), true)
      assert.equal(nextTickMs(chat.state), NOW_MS + 15_000)
      assert.equal(isTyping(chat.tell({ type: 'tick', atMs: NOW_MS + 14_999 })), true)
      assert.equal(isTyping(chat.tell({ type: 'tick', atMs: NOW_MS + 15_000 })), false)
      chat.tell({ ...typing, isTyping: true }, { ...typing, isTyping: false })
      assert.equal(isTyping(chat), false)
      chat.tell({ ...typing, isTyping: true })
      const message = messageOf('bob', 5, 'done')
      assert.equal(isTyping(chat.tell({ type: 'message', message, atMs: NOW_MS })), false)
    })
  })

  describe('for search', () => {
    it('looks for what is written, and only the last search counts', () => {
      const chat = new PlayedChat().load('bob', history(3)).press(`${CTRL_F}m`)
      const contactId = idOf('bob')
      assert.deepEqual(chat.effects.at(-1), { type: 'search', searchId: 2, query: 'm', contactId })
      chat.press('2')
      const [hit] = history(3).slice(1)
      assert.ok(hit !== undefined)
      chat.tell({ type: 'found', searchId: 2, hits: history(3), isDone: true })
      assert.deepEqual(chat.state.search?.hits, [])
      chat.tell({ type: 'found', searchId: 3, hits: [hit], isDone: true })
      assert.deepEqual(chat.state.search?.hits, [hit])
      chat.press(ENTER)
      assert.equal(chat.state.search, undefined)
      assert.equal(openConversation(chat.state)?.foundKey, hit.key)
      assert.deepEqual(chat.effects, [{ type: 'end-search' }])
    })

    it('looks everywhere with Tab, and goes to another conversation, loading back to there', () => {
      const chat = three().load('bob', []).press(`${CTRL_F}x\t`)
      assert.deepEqual(chat.effects.slice(-1), [
        { type: 'search', searchId: 3, query: 'x', contactId: undefined }
      ])
      const hits = [messageOf('bob', 4, 'x1'), messageOf('carol', 1, 'x2')]
      chat.tell({ type: 'found', searchId: 3, hits, isDone: true })
      chat.press(`\u001b[B${ENTER}`)
      assert.equal(chat.state.openId, idOf('carol'))
      assert.deepEqual(chat.effects.at(-1), {
        type: 'load',
        contactId: idOf('carol'),
        backTo: hits[1]?.key
      })
    })

    it('brings what it found into view', () => {
      const messages = history(60)
      const chat = new PlayedChat().load('bob', messages.slice(30), { isComplete: false })
      chat.press(`/search m7${ENTER}`)
      const [hit] = messages.slice(6)
      assert.ok(hit !== undefined)
      chat.tell({ type: 'found', searchId: chat.state.searchCount, hits: [hit], isDone: true })
      chat.press(ENTER)
      assert.deepEqual(chat.effects.at(-1), {
        type: 'load',
        contactId: idOf('bob'),
        before: messages[30]?.key,
        backTo: hit.key
      })
      const page = { contactId: idOf('bob'), messages: messages.slice(0, 30), isComplete: true }
      chat.tell({ type: 'page', ...page })
      assert.ok(
        chat.rows.some((row) => row.endsWith(' m7')),
        chat.rows.join('\n')
      )
    })

    it('is closed with Escape, and begins with the same words again', () => {
      const chat = new PlayedChat().press(`draft${CTRL_F}words`)
      assert.deepEqual(chat.press(ESCAPE).effects, [{ type: 'end-search' }])
      assert.equal(chat.draft, 'draft')
      assert.equal(chat.press(CTRL_F).state.search?.editor.text, 'words')
      chat.press('\u0015')
      assert.deepEqual(chat.effects, [{ type: 'end-search' }])
    })
  })

  describe('for several conversations', () => {
    it('goes around them', () => {
      const chat = three()
      assert.equal(chat.press(CTRL_N).state.openId, idOf('carol'))
      assert.equal(chat.press('\u001b[1;3B').state.openId, idOf('bob'))
      assert.equal(chat.press('\u001b[1;3A').state.openId, idOf('carol'))
    })

    it('goes to one by a part of its name', () => {
      const chat = three().press(`/to CAR${ENTER}`)
      assert.equal(chat.state.openId, idOf('carol'))
      chat.press(`/to mallory${ENTER}`)
      assert.equal(chat.state.openId, idOf('carol'))
      assert.match(chat.state.notice?.sentence ?? '', /Nobody here is called mallory/)
    })

    it('takes in one that is new, and what is new of one', () => {
      const chat = new PlayedChat().load('bob', [])
      chat.tell({ type: 'contact', contact: contactNamed('carol'), last: undefined })
      assert.equal(chat.state.conversations.length, 2)
      assert.equal(chat.state.openId, idOf('bob'))
      const contact = contactNamed('carol', { name: 'Caroline', unreadCount: 3 })
      chat.tell({ type: 'contact', contact, last: undefined })
      const carol = conversationOf(chat.state, idOf('carol'))
      assert.deepEqual([carol?.contact.name, carol?.unreadCount], ['Caroline', 3])
    })
  })

  it('stands whatever happens, at any size, with every row within the screen', () => {
    const press = fc
      .constantFrom(
        'a',
        '你',
        ENTER,
        ESCAPE,
        UP,
        PAGE_UP,
        CTRL_F,
        CTRL_N,
        '\t',
        '/',
        '\u001b\r',
        '\u007f',
        'm'
      )
      .map((text) => (chat: PlayedChat) => chat.press(text))
    const size = fc.tuple(fc.integer({ min: 1, max: 120 }), fc.integer({ min: 1, max: 40 })).map(
      ([columns, rows]) =>
        (chat: PlayedChat) =>
          chat.tell({ type: 'resized', columns, rows })
    )
    const come = fc
      .tuple(
        fc.constantFrom('bob', 'carol'),
        fc.integer({ min: 1, max: 200 }),
        fc.string({ unit: 'binary' })
      )
      .map(([name, place, text]) => (chat: PlayedChat) => {
        const message = messageOf(name, place, text)
        return chat.tell({ type: 'message', message, atMs: NOW_MS })
      })
    const load = fc
      .tuple(fc.constantFrom('bob', 'carol'), fc.boolean())
      .map(([name, isComplete]) => (chat: PlayedChat) => {
        const messages = history(30).map((message, index) => messageOf(name, index, message.text))
        return chat.load(name, messages, { isComplete })
      })
    fc.assert(
      fc.property(
        fc.array(fc.oneof(press, press, size, come, load), { maxLength: 40 }),
        (steps) => {
          const chat = three()
          for (const step of steps) {
            step(chat)
            const { columns, rows } = chat.state.terminal
            assert.equal(chat.rows.length, rows)
            for (const row of chat.rows) {
              assert.ok(cellCount(row) <= columns, row)
            }
          }
        }
      ),
      { numRuns: 40 }
    )
  }).timeout(60_000)
})
