import assert from 'node:assert/strict'
import { type ContactId, DELETIONS_MAX, type MessageId } from '@sealpost/protocol'
import type { ClientEvent, Message } from '../src/index.ts'
import { excerptOf } from '../src/excerpt.ts'
import { eventually, linkDevice } from './linked-device.ts'
import { type TestHome, World } from './world.ts'

interface Pair {
  readonly world: World
  readonly alice: TestHome
  readonly bob: TestHome
  readonly toBob: ContactId
  readonly toAlice: ContactId
}

async function pair(): Promise<Pair> {
  const world = new World()
  await world.addRelays(2)
  const [alice, bob] = [await world.addHome('alice'), await world.addHome('bob')]
  await alice.open()
  await bob.open()
  await world.meet(alice, bob)
  const { contactId: toBob } = await world.run(alice.client.findContact('bob'))
  const { contactId: toAlice } = await world.run(bob.client.findContact('alice'))
  return { world, alice, bob, toBob, toAlice }
}

function idOf({ messageId }: Message): MessageId {
  assert.ok(messageId)
  return messageId
}

/** The newest message that a home shows, once it is like that. */
async function shows(
  world: World,
  home: TestHome,
  contactId: ContactId,
  isSo: (message: Message) => boolean
): Promise<Message> {
  let last: Message | undefined
  await eventually(world, async () => {
    last = (await home.client.messages(contactId)).filter(({ kind }) => kind !== 'notice').at(-1)
    return last !== undefined && isSo(last)
  })
  assert.ok(last)
  return last
}

describe('what two people say about messages', () => {
  it('a reply quotes what it answers, and says whose it was', async () => {
    const { world, alice, bob, toBob, toAlice } = await pair()
    const question = await world.run(alice.client.send(toBob, '  where\n are you? '))
    const got = await shows(world, bob, toAlice, ({ text }) => text.includes('where'))
    const reply = await world.run(
      bob.client.send(toAlice, 'here', { replyTo: idOf(got), isForwarded: true })
    )
    const quoted = { messageId: idOf(question), excerpt: 'where are you?' }
    assert.deepEqual(reply.reply, { ...quoted, isOwn: false })
    const answer = await shows(world, alice, toBob, ({ text }) => text === 'here')
    assert.deepEqual([answer.reply, answer.isForwarded], [{ ...quoted, isOwn: true }, true])
    assert.equal((await world.run(bob.client.message(idOf(reply)))).reply?.isOwn, false)
    await assert.rejects(
      world.run(bob.client.send(toAlice, 'no', { replyTo: '00'.repeat(16) as MessageId })),
      { code: 'SEALPOST_UNKNOWN_MESSAGE' }
    )
  })

  it('an edit shows on both sides with what was before, once, and only for an own message', async () => {
    const { world, alice, bob, toBob, toAlice } = await pair()
    const events: ClientEvent[] = []
    const sent = await world.run(alice.client.send(toBob, 'frist'))
    const id = idOf(sent)
    await shows(world, bob, toAlice, ({ text }) => text === 'frist')
    bob.client.listen((event) => events.push(event))
    const edited = await world.run(alice.client.edit(id, 'first'))
    assert.deepEqual(
      [edited.text, edited.earlier.map(({ text }) => text), edited.editedAtMs !== undefined],
      ['first', ['frist'], true]
    )
    await Promise.all([1, 2].map(() => world.run(alice.client.edit(id, 'first'))))
    assert.equal((await world.run(alice.client.message(id))).earlier.length, 1)
    await shows(world, bob, toAlice, ({ text }) => text === 'first')
    const timeline = await world.run(bob.client.message(id))
    assert.deepEqual(
      timeline.earlier.map(({ text }) => text),
      ['frist']
    )
    const changed = events.filter(({ type }) => type === 'message-changed')
    assert.equal(changed.length, 1)
    await assert.rejects(world.run(bob.client.edit(id, 'mine')), {
      code: 'SEALPOST_UNKNOWN_MESSAGE',
      detail: 'not-own-message'
    })
    await assert.rejects(world.run(alice.client.edit(id, '')), { code: 'SEALPOST_USAGE' })
    await assert.rejects(world.run(alice.client.edit(id, 'a'.repeat(30_001))), {
      code: 'SEALPOST_TEXT_TOO_LONG'
    })
    const { unreadCount, missingCount } = await world.run(bob.client.contact(toAlice))
    assert.deepEqual([unreadCount, missingCount], [1, 0])
  })

  it('a reaction shows on both sides, is replaced, and taken back', async () => {
    const { world, alice, bob, toBob, toAlice } = await pair()
    const id = idOf(await world.run(alice.client.send(toBob, 'hello')))
    await shows(world, bob, toAlice, ({ text }) => text === 'hello')
    await world.run(bob.client.react(id, '\u{1f44d}'))
    const emojiOf = ({ reactions }: Message): string =>
      reactions.map(({ emoji, isOwn }) => `${emoji}${isOwn ? '!' : ''}`).join()
    await shows(world, alice, toBob, (message) => emojiOf(message) === '\u{1f44d}')
    await world.run(alice.client.react(id, '\u2764\ufe0f'))
    await shows(world, bob, toAlice, ({ reactions }) => reactions.length === 2)
    await world.run(bob.client.react(id, '\u{1f389}'))
    await world.run(bob.client.react(id, '\u{1f389}'))
    const both = '\u2764\ufe0f!,\u{1f389}'
    await shows(world, alice, toBob, (message) => emojiOf(message) === both)
    await world.run(bob.client.react(id, undefined))
    await world.run(bob.client.react(id, undefined))
    await shows(world, alice, toBob, (message) => emojiOf(message) === '\u2764\ufe0f!')
    for (const other of ['', 'ab', 'a b', '\u{1f44d}\u{1f44d}', 'x'.repeat(33)]) {
      await assert.rejects(world.run(bob.client.react(id, other)), {
        code: 'SEALPOST_USAGE',
        detail: 'emoji'
      })
    }
  })

  it('nothing is said any more about what was taken back, and nothing of it is left', async () => {
    const { world, alice, bob, toBob, toAlice } = await pair()
    const id = idOf(await world.run(alice.client.send(toBob, 'first')))
    await shows(world, bob, toAlice, ({ text }) => text === 'first')
    await world.run(alice.client.edit(id, 'second'))
    await world.run(bob.client.react(id, '\u{1f44d}'))
    await shows(world, alice, toBob, ({ reactions }) => reactions.length === 1)
    await world.run(alice.client.recall(id))
    await shows(world, bob, toAlice, ({ withdrawnAtMs }) => withdrawnAtMs !== undefined)
    for (const home of [alice, bob]) {
      const { text, earlier, reactions, editedAtMs } = await world.run(home.client.message(id))
      assert.deepEqual([text, earlier, reactions, editedAtMs], ['', [], [], undefined])
      await assert.rejects(world.run(home.client.react(id, '\u{1f44d}')), {
        code: 'SEALPOST_TOO_LATE'
      })
    }
    await assert.rejects(world.run(alice.client.edit(id, 'third')), { code: 'SEALPOST_TOO_LATE' })
  })

  it('shows on the other devices of both, also what one of them edits that another wrote', async () => {
    const { world, alice, bob, toBob, toAlice } = await pair()
    const phone = await linkDevice(world, alice, 'phone')
    const id = idOf(await world.run(alice.client.send(toBob, 'first')))
    const { contactId: phoneToBob } = await world.run(phone.client.findContact('bob'))
    await shows(world, phone, phoneToBob, ({ text }) => text === 'first')
    await world.run(phone.client.edit(id, 'second'))
    await world.run(phone.client.react(id, '\u{1f44d}'))
    for (const [home, who] of [
      [alice, toBob],
      [bob, toAlice]
    ] as const) {
      const isSo = ({ text, reactions }: Message): boolean =>
        text === 'second' && reactions.length === 1
      const { reactions } = await shows(world, home, who, isSo)
      assert.equal(reactions[0]?.isOwn, home === alice)
    }
  })
})

describe('deleting a message for oneself', () => {
  it('takes it from the own devices and from nobody else, however often it is asked', async () => {
    const { world, alice, bob, toBob, toAlice } = await pair()
    const phone = await linkDevice(world, alice, 'phone')
    const { contactId: phoneToBob } = await world.run(phone.client.findContact('bob'))
    const mine = idOf(await world.run(alice.client.send(toBob, 'mine')))
    const got = await shows(world, bob, toAlice, ({ text }) => text === 'mine')
    await world.run(bob.client.send(toAlice, 'theirs', { replyTo: idOf(got) }))
    const theirs = idOf(await shows(world, alice, toBob, ({ text }) => text === 'theirs'))
    await shows(world, phone, phoneToBob, ({ text }) => text === 'theirs')
    const events: ClientEvent[] = []
    alice.client.listen((event) => events.push(event))
    await world.run(alice.client.deleteForMe(mine))
    await world.run(alice.client.deleteForMe(mine))
    await world.run(phone.client.deleteForMe(theirs))
    for (const [home, who] of [
      [alice, toBob],
      [phone, phoneToBob]
    ] as const) {
      await eventually(world, async () => {
        const left = await home.client.messages(who)
        return left.every(({ kind }) => kind === 'notice')
      })
      assert.equal((await world.run(home.client.contact(who))).unreadCount, 0)
      await assert.rejects(world.run(home.client.message(mine)), {
        code: 'SEALPOST_UNKNOWN_MESSAGE'
      })
    }
    assert.equal(events.filter(({ type }) => type === 'message-deleted').length, 2)
    const left = await world.run(bob.client.messages(toAlice))
    assert.deepEqual(
      left.filter(({ kind }) => kind !== 'notice').map(({ text }) => text),
      ['mine', 'theirs']
    )
    await assert.rejects(world.run(alice.client.deleteForMe('00'.repeat(16))), {
      code: 'SEALPOST_UNKNOWN_MESSAGE'
    })
  })
})

describe('clearing a conversation', function () {
  this.timeout(30_000)

  it('takes what is there from the own devices, and nothing of what comes later', async () => {
    const { world, alice, bob, toBob, toAlice } = await pair()
    const phone = await linkDevice(world, alice, 'phone')
    const { contactId: phoneToBob } = await world.run(phone.client.findContact('bob'))
    // More than one word can say.
    const texts = Array.from({ length: DELETIONS_MAX + 3 }, (_, at) => `message ${String(at)}`)
    for (const text of texts) {
      await world.run(alice.client.send(toBob, text))
    }
    await world.run(alice.client.setTimer(toBob, 3_600))
    await shows(world, bob, toAlice, ({ text }) => text === texts.at(-1))
    await world.run(bob.client.send(toAlice, 'seen'))
    await shows(world, alice, toBob, ({ text }) => text === 'seen')
    await shows(world, phone, phoneToBob, ({ text }) => text === 'seen')
    const before = await world.run(alice.client.messages(toBob, { limit: 1_000 }))
    const clearing = alice.client.clearConversation(toBob)
    assert.equal(await world.run(clearing), before.length)
    assert.deepEqual(await alice.client.messages(toBob), [])
    await eventually(world, async () => {
      return (await phone.client.messages(phoneToBob)).every(({ kind }) => kind === 'notice')
    })
    assert.equal((await world.run(alice.client.contact(toBob))).unreadCount, 0)
    assert.equal(await world.run(alice.client.clearConversation(toBob)), 0)
    await world.run(bob.client.send(toAlice, 'and on'))
    for (const [home, who] of [
      [alice, toBob],
      [phone, phoneToBob]
    ] as const) {
      await shows(world, home, who, ({ text }) => text === 'and on')
    }
    const kept = await world.run(bob.client.messages(toAlice, { limit: 1_000 }))
    assert.equal(kept.filter(({ kind }) => kind === 'received').length, texts.length)
  }).timeout(30_000)

  it('knows nobody who is no contact', async () => {
    const { world, alice } = await pair()
    const nobody = '00'.repeat(16) as ContactId
    await assert.rejects(world.run(alice.client.clearConversation(nobody)), {
      code: 'SEALPOST_UNKNOWN_CONTACT'
    })
  })
})

describe('what a reply quotes', () => {
  it('is the beginning in whole characters, on one line, of at most 256 bytes', () => {
    assert.equal(excerptOf(' a\n\n b ', 'yes'), 'a b')
    const flags = '\u{1f1e8}\u{1f1ed}'.repeat(40)
    const cut = excerptOf(flags, 'yes')
    assert.equal(cut, `${'\u{1f1e8}\u{1f1ed}'.repeat(31)}\u2026`)
    assert.equal(excerptOf('a'.repeat(256), 'yes'), 'a'.repeat(256))
    assert.equal(excerptOf('a'.repeat(257), 'yes'), `${'a'.repeat(253)}\u2026`)
  })

  it('leaves room for the reply', () => {
    assert.equal(excerptOf('hello', 'b'.repeat(29_999)), '')
    assert.equal(excerptOf('hello', 'b'.repeat(29_996)), 'h\u2026')
    assert.equal(excerptOf('hello', 'b'.repeat(30_000)), '')
  })
})

function isText({ notice }: Message): boolean {
  return notice === undefined
}

describe('messages that stay for a while', function () {
  this.timeout(30_000)

  it('go from both sides: once sent, and once read; each side sees who chose that', async () => {
    const { world, alice, bob, toBob, toAlice } = await pair()
    assert.equal((await world.run(alice.client.setTimer(toBob, 3_600))).timerSeconds, 3_600)
    await world.run(alice.client.setTimer(toBob, 3_600))
    const sent = await world.run(alice.client.send(toBob, 'for an hour'))
    assert.equal(sent.fadesAtMs, sent.storedAtMs + 3_600_000)
    const got = await shows(world, bob, toAlice, ({ text }) => text === 'for an hour')
    assert.equal(got.fadesAtMs, undefined)
    const noticesOf = async (home: TestHome, who: ContactId): Promise<readonly unknown[]> =>
      (await world.run(home.client.messages(who)))
        .filter(({ notice }) => notice !== undefined)
        .map(({ notice, timerSeconds }) => [notice, timerSeconds])
    assert.deepEqual(await noticesOf(alice, toBob), [['timer-by-us', 3_600]])
    assert.deepEqual(await noticesOf(bob, toAlice), [['timer-by-them', 3_600]])
    assert.equal((await world.run(bob.client.contact(toAlice))).timerSeconds, 3_600)
    await world.pass(30 * 60_000)
    await world.run(bob.client.markShown([got]))
    await shows(world, bob, toAlice, ({ fadesAtMs }) => fadesAtMs !== undefined)
    await world.pass(31 * 60_000)
    const texts = async (home: TestHome, who: ContactId): Promise<readonly string[]> =>
      (await world.run(home.client.messages(who)))
        .filter(({ notice }) => notice === undefined)
        .map(({ text }) => text)
    assert.deepEqual(await texts(alice, toBob), [])
    assert.deepEqual(await texts(bob, toAlice), ['for an hour'])
    await world.pass(30 * 60_000)
    assert.deepEqual(await texts(bob, toAlice), [])
    for (const seconds of [-1, 0.5, 31_622_401]) {
      await assert.rejects(world.run(alice.client.setTimer(toBob, seconds)), {
        code: 'SEALPOST_USAGE',
        detail: 'timer'
      })
    }
  })

  it('are gone at the next start, before anything is shown, however many there are', async () => {
    const { world, alice, bob, toBob } = await pair()
    await bob.close()
    await world.run(alice.client.setTimer(toBob, 60))
    for (let count = 1; count <= 70; count++) {
      await world.run(alice.client.send(toBob, `for a minute ${String(count)}`))
    }
    await world.run(alice.client.setTimer(toBob, 0))
    await world.run(alice.client.send(toBob, 'for ever'))
    const said = async (): Promise<readonly string[]> =>
      (await alice.client.messages(toBob)).filter(isText).map(({ text }) => text)
    assert.equal((await world.run(said())).length, 71)
    await alice.close()
    await world.pass(61_000)
    await world.run(alice.open())
    assert.deepEqual(await world.run(said()), ['for ever'])
    assert.equal((await world.run(alice.client.search('for'))).count, 1)
  })

  it('are found by nobody once they are gone', async () => {
    const { world, alice, toBob } = await pair()
    await world.run(alice.client.prepareSearch())
    await world.run(alice.client.setTimer(toBob, 60))
    const { messageId } = await world.run(alice.client.send(toBob, 'for a minute'))
    assert.ok(messageId)
    assert.equal((await world.run(alice.client.search('minute'))).count, 1)
    await world.pass(61_000)
    assert.equal((await world.run(alice.client.search('minute'))).count, 0)
    await assert.rejects(world.run(alice.client.edit(messageId, 'later')), {
      code: 'SEALPOST_UNKNOWN_MESSAGE'
    })
  })

  it('are quoted by nothing that stays longer', async () => {
    const { world, alice, bob, toBob, toAlice } = await pair()
    await world.run(alice.client.setTimer(toBob, 3_600))
    await world.run(alice.client.send(toBob, 'for an hour'))
    const got = await shows(world, bob, toAlice, ({ text }) => text === 'for an hour')
    for (const [timerSeconds, staysMs] of [
      [0, 3_600_000],
      [60, 60_000],
      [86_400, 3_600_000]
    ] as const) {
      await world.run(bob.client.setTimer(toAlice, timerSeconds))
      const reply = await world.run(bob.client.send(toAlice, 'yes', { replyTo: idOf(got) }))
      assert.equal(reply.fadesAtMs, reply.storedAtMs + staysMs)
    }
  })

  it('do so in conversations that begin, where the person chose that for them', async () => {
    const { world, alice, bob, toBob, toAlice } = await pair()
    await world.run(alice.client.changeSettings({ timerSeconds: 60 }))
    await world.run(alice.client.send(toBob, 'for a minute'))
    await shows(world, bob, toAlice, ({ text }) => text === 'for a minute')
    assert.equal((await world.run(bob.client.contact(toAlice))).timerSeconds, 60)
    await world.run(bob.client.setTimer(toAlice, 0))
    await world.run(bob.client.send(toAlice, 'for ever'))
    const got = await shows(world, alice, toBob, ({ text }) => text === 'for ever')
    await world.run(alice.client.markShown([got]))
    await world.pass(120_000)
    await shows(world, alice, toBob, ({ text }) => text === 'for ever')
  })
})
