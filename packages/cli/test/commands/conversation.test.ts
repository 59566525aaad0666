import assert from 'node:assert/strict'
import { MemoryScreen } from '../memory-screen.ts'
import { NOBODY } from '../relay-address.ts'
import { RelayProcess } from '../relay-process.ts'
import { jsonError, jsonLines, onlyJson, type Ran, runHere } from '../run-here.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

type Json = Record<string, unknown>

function keysOf(found: Json | undefined): readonly string[] {
  return Object.keys(found ?? {})
}

describe('a conversation of commands', function () {
  this.timeout(30_000)
  let relay: RelayProcess
  const alice = temporaryDirectory()
  const bob = temporaryDirectory()
  const run = (home: string, ...line: readonly string[]): Promise<Ran> => {
    return runHere(['--home', home, '--json', ...line])
  }

  before(async () => {
    relay = await RelayProcess.start()
    for (const [home, name] of [
      [alice, 'alice'],
      [bob, 'bob']
    ] as const) {
      await runHere([
        'init',
        '--home',
        home,
        '--name',
        name,
        '--relay',
        relay.address,
        '--no-passphrase'
      ])
    }
    const { link } = onlyJson(await run(alice, 'invite'))
    await run(bob, 'add', String(link))
    await run(alice, 'contacts')
    await run(bob, 'contacts')
  })

  after(async () => {
    await relay.stop()
  })

  it('begins with a link that works once', async () => {
    const invited = await run(alice, 'invite', '--expires', '1h')
    const invite = onlyJson(invited)
    assert.deepEqual(keysOf(invite), ['invitationId', 'link', 'expiresAtMs'])
    assert.match(String(invite['link']), /^sealpost:i\/[A-Za-z0-9_-]+$/)
    assert.deepEqual(invited.warned, [])
    const own = await run(alice, 'add', String(invite['link']))
    assert.equal(jsonError(own).code, 'SEALPOST_LINK_OWN')
    assert.equal(own.code, 1)
  })

  it('takes a carol who opens a link, and not another one after her', async () => {
    const [carol, mallory] = [temporaryDirectory(), temporaryDirectory()]
    for (const home of [carol, mallory]) {
      await run(home, 'init', '--name', 'carol', '--relay', relay.address, '--no-passphrase')
    }
    const { link } = onlyJson(await run(alice, 'invite'))
    const added = onlyJson(await run(carol, 'add', String(link), '--name', 'Alice of the cast'))
    assert.deepEqual(keysOf(added), ['contactId', 'name', 'standing'])
    assert.match(String(added['contactId']), /^[0-9a-f]{32}$/)
    assert.equal(added['name'], 'Alice of the cast')
    assert.equal(added['standing'], 'requested')
    const early = await run(carol, 'send', 'Alice of the cast', 'early', '--timeout', '0.2')
    assert.equal(onlyJson(early)['state'], 'queued')
    assert.match(jsonError(early).message, /has not answered your request yet/)
    const late = await run(mallory, 'add', String(link))
    assert.equal(late.code, 1)
    assert.equal(jsonError(late).code, 'SEALPOST_LINK_USED')
  })

  it('lists contacts, one a line', async () => {
    const [contact] = jsonLines(await run(bob, 'contacts'))
    assert.deepEqual(keysOf(contact), [
      'contactId',
      'name',
      'profileName',
      'standing',
      'createdAtMs',
      'unreadCount',
      'missingCount',
      'isVerified',
      'isIdentityChanged',
      'isPinned',
      'isMuted',
      'isArchived',
      'isMarkedUnread'
    ])
    assert.equal(contact?.['name'], 'alice')
    assert.equal(contact['standing'], 'accepted')
  })

  it('brings texts across, in order and once', async () => {
    const texts = ['one', 'zwei 🙂\nund mehr', '-- three']
    for (const text of texts) {
      const sent = await run(alice, 'send', 'bob', '--', text)
      assert.equal(sent.code, 0)
      assert.deepEqual(keysOf(onlyJson(sent)), ['messageId', 'state'])
      assert.equal(onlyJson(sent)['state'], 'on-relay')
    }
    const unread = jsonLines(await run(bob, 'inbox', '--unread'))
    assert.deepEqual(
      unread.map((message) => message['text']),
      texts
    )
    for (const message of unread) {
      assert.deepEqual(keysOf(message), [
        'messageId',
        'from',
        'text',
        'sentAtMs',
        'receivedAtMs',
        'place'
      ])
      assert.equal(message['from'], 'alice')
    }
    assert.deepEqual((await run(bob, 'inbox', '--unread')).printed, [])
    assert.deepEqual(jsonLines(await run(bob, 'inbox')), unread)
  })

  it('shows what came page by page, from any place', async () => {
    await pagesOf(bob, ['one', 'zwei 🙂\nund mehr', '-- three'])
    const unknown = await run(bob, 'inbox', '--after', '00'.repeat(16))
    assert.equal(jsonError(unknown).code, 'SEALPOST_UNKNOWN_MESSAGE')
    for (const line of [
      ['--after', 'yesterday'],
      ['--limit', '0']
    ]) {
      assert.equal((await run(bob, 'inbox', ...line)).code, 2)
    }
  })

  async function pagesOf(home: string, texts: readonly string[]): Promise<void> {
    const page = async (...line: readonly string[]): Promise<readonly Json[]> =>
      jsonLines(await run(home, 'inbox', ...line))
    const seen: unknown[] = []
    for (let after = '0'; ;) {
      const [message, ...more] = await page('--after', after, '--limit', '1')
      assert.deepEqual(more, [])
      if (message === undefined) {
        break
      }
      seen.push(message['text'])
      after = String(message['place'])
    }
    assert.deepEqual(seen, texts)
    const [newest] = await page('--limit', '1')
    assert.equal(newest?.['text'], texts.at(-1))
    const [first] = await page('--after', '1970-01-02', '--limit', '1')
    assert.equal(first?.['text'], texts[0])
    const behind = await page('--after', String(first?.['messageId']))
    assert.deepEqual(
      behind.map(({ text }) => text),
      texts.slice(1)
    )
  }

  it('tells what became of a message on both sides', async () => {
    const { messageId } = onlyJson(await run(bob, 'send', 'ALICE', 'how far?'))
    const before = onlyJson(await run(bob, 'message', String(messageId)))
    assert.deepEqual(keysOf(before), [
      'messageId',
      'kind',
      'contact',
      'text',
      'state',
      'sentAtMs',
      'queuedAtMs',
      'relays',
      'onRelayAtMs'
    ])
    assert.equal(before['state'], 'on-relay')
    assert.deepEqual(
      (before['relays'] as readonly Json[]).map((stored) => [keysOf(stored), stored['relay']]),
      [[['relay', 'storedAtMs'], relay.address]]
    )
    await run(alice, 'inbox')
    const after = onlyJson(await run(bob, 'message', String(messageId)))
    assert.equal(after['state'], 'read')
    assert.ok(Number(after['deliveredAtMs']) >= Number(after['queuedAtMs']))
    assert.ok(Number(after['readAtMs']) >= Number(after['deliveredAtMs']))
    const received = onlyJson(await run(alice, 'message', String(messageId)))
    assert.deepEqual(keysOf(received), [
      'messageId',
      'kind',
      'contact',
      'text',
      'sentAtMs',
      'receivedAtMs'
    ])
  })

  it('shows both the same number', async () => {
    const numbers = [
      onlyJson(await run(alice, 'verify', 'bob')),
      onlyJson(await run(bob, 'verify', 'alice'))
    ]
    assert.deepEqual(numbers[0], numbers[1])
    assert.deepEqual(keysOf(numbers[0]), ['safetyNumber', 'verified', 'isIdentityChanged'])
    assert.match(String(numbers[0]?.['safetyNumber']), /^\d{60}$/)
    assert.equal(numbers[0]?.['verified'], false)
  })

  it('says how the account, its relays and its surroundings are', async () => {
    const status = onlyJson(await run(bob, 'status'))
    assert.deepEqual(status, {
      name: 'bob',
      home: bob,
      device: 1,
      relayCount: 1,
      connectedRelayCount: 1,
      contactCount: 1,
      requestCount: 0,
      unreadCount: 0,
      queuedCount: 0,
      missingCount: 0,
      isOnline: false
    })
    const [known] = jsonLines(await run(bob, 'relays'))
    assert.deepEqual(keysOf(known), [
      'address',
      'isOwn',
      'isServed',
      'isUninvited',
      'phase',
      'capacity',
      'clockOffsetMs'
    ])
    assert.equal(known?.['address'], relay.address)
    assert.equal(known['phase'], 'ready')
    const doctor = await run(bob, 'doctor')
    assert.equal(doctor.code, 0)
    assert.deepEqual(
      jsonLines(doctor).map(({ check, result }) => [check, result]),
      [
        ['version', 'ok'],
        ['home', 'ok'],
        ['private', 'ok'],
        ['disk', 'ok'],
        ['store', 'ok'],
        ['prekeys', 'ok'],
        ['clock', 'ok'],
        ['relay', 'ok'],
        ['relays', 'warn']
      ]
    )
  })

  it('refuses what cannot be, with a code for each', async () => {
    const cases: readonly (readonly [readonly string[], number, string])[] = [
      [['send', 'nobody', 'x'], 1, 'SEALPOST_UNKNOWN_CONTACT'],
      [['send', 'bob', ''], 2, 'SEALPOST_USAGE'],
      [['send', 'bob', 'x'.repeat(40_000)], 1, 'SEALPOST_TEXT_TOO_LONG'],
      [['message', '00'.repeat(16)], 1, 'SEALPOST_UNKNOWN_MESSAGE'],
      [['message', 'x'], 1, 'SEALPOST_UNKNOWN_MESSAGE'],
      [['verify', 'nobody'], 1, 'SEALPOST_UNKNOWN_CONTACT'],
      [['add', 'https://example.org/'], 1, 'SEALPOST_LINK_INVALID'],
      [['add', 'sealpost:i/AQAW'], 1, 'SEALPOST_LINK_INVALID'],
      [['chat', 'bob'], 2, 'SEALPOST_USAGE']
    ]
    for (const [line, code, error] of cases) {
      const ran = await run(alice, ...line)
      assert.equal(ran.code, code, line.join(' '))
      assert.equal(jsonError(ran).code, error)
      assert.deepEqual(ran.printed, [])
    }
  })

  it('says how far a message came that was not delivered in time', async () => {
    const ran = await run(alice, 'send', 'bob', 'soon', '--wait', 'delivered', '--timeout', '0.5')
    assert.equal(ran.code, 1)
    assert.equal(onlyJson(ran)['state'], 'on-relay')
    assert.equal(jsonError(ran).code, 'SEALPOST_TIMEOUT')
  })

  it('shows people what programs get', async () => {
    const people = (home: string, ...line: readonly string[]): Promise<Ran> =>
      runHere(['--home', home, ...line], { screen: new MemoryScreen({ columns: 200 }) })
    const sent = await people(alice, 'send', 'bob', 'hello\n\u001b[2Jbob: fake')
    assert.match(sent.printed.join('\n'), /^✓ on relays {2}[0-9a-f]{32}$/)
    const { printed } = await people(bob, 'inbox', '--unread')
    assert.match(printed.at(-1) ?? '', /^\d\d:\d\d {2}alice: hello\n {4}\ufffd\[2Jbob: fake$/)
    assert.match((await people(alice, 'invite')).printed.join('\n'), /sealpost:i\/[^]*▀/)
    assert.match((await people(alice, 'verify', 'bob')).printed.join('\n'), /^(\d{5}[ \n]?){12}$/)
    assert.match((await people(bob, 'contacts')).printed.join('\n'), /^[0-9a-f]{32} {2}alice$/)
  })

  it('chats with nobody’s help, and leaves once the last word is on a relay', async () => {
    const chat = new MemoryScreen()
    chat.type('first and last')
    chat.type(undefined)
    const { code, printed } = await runHere(['--home', bob, 'chat', 'alice'], { screen: chat })
    assert.equal(code, 0)
    assert.match(printed.at(-1) ?? '', /^ {2}✓ first and last$/)
    const [last] = jsonLines(await run(alice, 'inbox', '--unread')).slice(-1)
    assert.equal(last?.['text'], 'first and last')
  })

  describe('with a process that stays', () => {
    const ending = new AbortController()
    const screen = new MemoryScreen()
    let daemon: Promise<Ran>

    before(async () => {
      daemon = runHere(['--home', bob, 'daemon'], { screen, signal: ending.signal })
      await screen.until(/bob is online/)
    })

    after(async () => {
      ending.abort()
      assert.equal((await daemon).code, 0)
    })

    it('proves at once that a message arrived', async () => {
      const ran = await run(alice, 'send', 'bob', 'live', '--wait', 'delivered')
      assert.equal(ran.code, 0)
      assert.equal(onlyJson(ran)['state'], 'delivered')
    })

    it('does through it what a command does alone', async () => {
      assert.equal(onlyJson(await run(bob, 'status'))['isOnline'], true)
      assert.equal(onlyJson(await run(bob, 'send', 'alice', 'ho'))['state'], 'on-relay')
      const wrong = await run(bob, 'send', 'nobody', 'x')
      assert.equal(wrong.code, 1)
      assert.equal(jsonError(wrong).code, 'SEALPOST_UNKNOWN_CONTACT')
      assert.deepEqual((await run(bob, 'inbox', '--unread')).warned, [])
    })

    it('refuses a second one that stays', async () => {
      const ran = await run(bob, 'daemon')
      assert.equal(ran.code, 1)
      assert.equal(jsonError(ran).code, 'SEALPOST_HOME_IN_USE')
    })

    it('says that there is an account where another is to be made', async () => {
      const line = ['init', '--name', 'bob', '--relay', NOBODY, '--no-passphrase']
      const ran = await run(bob, ...line)
      assert.equal(ran.code, 1)
      assert.equal(jsonError(ran).code, 'SEALPOST_HOME_EXISTS')
    })

    it('pages through what came', async () => {
      const texts = jsonLines(await run(bob, 'inbox')).map(({ text }) => String(text))
      await pagesOf(bob, texts)
    })

    it('follows the inbox until it is ended', async () => {
      const stop = new AbortController()
      const inbox = new MemoryScreen()
      const followed = runHere(['--home', bob, 'inbox', '--unread', '--follow'], {
        screen: inbox,
        signal: stop.signal
      })
      await inbox.until(/Waiting for messages/)
      await run(alice, 'send', 'bob', 'as it comes')
      await inbox.until(/alice: as it comes/)
      stop.abort()
      assert.equal((await followed).code, 0)
    })

    it('chats, with ticks', async () => {
      const chat = new MemoryScreen()
      const chatted = runHere(['--home', bob, 'chat', 'alice'], { screen: chat })
      await chat.until(/\/quit ends/)
      chat.type('Grüße an 你 🙂')
      await chat.until(/^ {2}✓ Grüße an 你 🙂$/)
      await run(alice, 'inbox')
      await chat.until(/^ {2}✓✓ Grüße an 你 🙂$/)
      await run(alice, 'send', 'bob', 'and back')
      await chat.until(/alice: and back$/)
      chat.type('/quti')
      await chat.until(/There is no \/quti/)
      chat.type('/quit')
      assert.equal((await chatted).code, 0)
    })
  })

  it('says things about messages: answers, edits, reacts, passes on, deletes', async () => {
    const asked = String(onlyJson(await run(alice, 'send', 'bob', 'where are you?'))['messageId'])
    await run(bob, 'inbox')
    const answered = onlyJson(await run(bob, 'reply', asked, 'heer'))
    assert.deepEqual(keysOf(answered), ['messageId', 'state'])
    const answer = String(answered['messageId'])
    const edited = onlyJson(await run(bob, 'edit', answer, 'here'))
    assert.deepEqual(keysOf(edited), ['messageId', 'text', 'editedAtMs'])
    assert.deepEqual(onlyJson(await run(bob, 'react', asked, '\u{1f44d}')), {
      messageId: asked,
      emoji: '\u{1f44d}'
    })
    const reply = { messageId: asked, isOwn: true, excerpt: 'where are you?' }
    const received = jsonLines(await run(alice, 'inbox')).find(
      ({ messageId }) => messageId === answer
    )
    assert.deepEqual([received?.['text'], received?.['reply']], ['here', reply])
    assert.equal(typeof received?.['editedAtMs'], 'number')
    const [reaction] = onlyJson(await run(alice, 'message', asked))['reactions'] as Json[]
    assert.deepEqual([reaction?.['emoji'], reaction?.['isOwn']], ['\u{1f44d}', false])
    const [before] = onlyJson(await run(alice, 'message', answer))['earlier'] as Json[]
    assert.equal(before?.['text'], 'heer')
    const shown = (await runHere(['--home', alice, 'message', answer])).printed.join('\n')
    assert.match(shown, /before .*heer/)
    assert.deepEqual(onlyJson(await run(bob, 'react', asked, '--none')), { messageId: asked })
    for (const line of [
      ['react', asked],
      ['react', asked, 'x', '--none'],
      ['react', asked, 'two words']
    ]) {
      assert.equal(jsonError(await run(bob, ...line)).code, 'SEALPOST_USAGE')
    }
    const passedOn = await run(alice, 'forward', answer, 'bob')
    assert.deepEqual(keysOf(onlyJson(passedOn)), ['messageId', 'state'])
    const got = jsonLines(await run(bob, 'inbox')).at(-1)
    assert.deepEqual([got?.['text'], got?.['isForwarded']], ['here', true])
    const id = String(got?.['messageId'])
    assert.deepEqual(onlyJson(await run(bob, 'delete', id)), { messageId: id })
    assert.equal(jsonError(await run(bob, 'message', id)).code, 'SEALPOST_UNKNOWN_MESSAGE')
    assert.equal(onlyJson(await run(alice, 'message', id))['kind'], 'sent')
    const exported = jsonLines(await run(alice, 'export', '--contact', 'bob'))
    const line = exported.find(({ messageId }) => messageId === answer)
    assert.deepEqual([line?.['text'], line?.['reply']], ['here', reply])
  })

  it('chooses where a conversation is kept', async () => {
    const kept = onlyJson(await run(alice, 'keep', 'bob', '--pin', '--mute', 'always', '--unread'))
    assert.deepEqual(keysOf(kept), [
      'contactId',
      'name',
      'isPinned',
      'mutedUntilMs',
      'isArchived',
      'isMarkedUnread'
    ])
    assert.deepEqual(
      [kept['isPinned'], kept['mutedUntilMs'], kept['isArchived'], kept['isMarkedUnread']],
      [true, 'always', false, true]
    )
    const eight = onlyJson(await run(alice, 'keep', 'bob', '--mute', '8h', '--archive', '--unpin'))
    assert.equal(typeof eight['mutedUntilMs'], 'number')
    assert.equal(onlyJson(await run(alice, 'keep', 'bob'))['isArchived'], true)
    const shown = (await runHere(['--home', alice, 'keep', 'bob', '--unmute', '--read'])).printed
    assert.match(shown.join(' '), /bob: archived/)
    await run(alice, 'keep', 'bob', '--unarchive')
    for (const flags of [
      ['--pin', '--unpin'],
      ['--mute', 'off'],
      ['--mute', '1x']
    ]) {
      assert.equal(jsonError(await run(alice, 'keep', 'bob', ...flags)).code, 'SEALPOST_USAGE')
    }
    assert.equal(jsonError(await run(alice, 'keep', 'nobody')).code, 'SEALPOST_UNKNOWN_CONTACT')
  })

  it('empties a conversation once it is asked, for oneself alone', async () => {
    const screen = new MemoryScreen()
    screen.type('no')
    const refused = await runHere(['--home', alice, '--json', 'clear', 'bob'], { screen })
    assert.equal(jsonError(refused).code, 'SEALPOST_USAGE')
    const said = async (home: string, who: string): Promise<number> => {
      const lines = jsonLines(await run(home, 'export', '--contact', who))
      return lines.filter(({ type }) => type !== 'conversation').length
    }
    const before = await said(alice, 'bob')
    const cleared = onlyJson(await run(alice, 'clear', 'bob', '--yes'))
    assert.deepEqual(keysOf(cleared), ['contactId', 'name', 'deletedCount'])
    assert.equal(cleared['deletedCount'], before)
    assert.equal(await said(alice, 'bob'), 0)
    assert.notEqual(await said(bob, 'alice'), 0)
    assert.equal(onlyJson(await run(alice, 'clear', 'bob', '--yes'))['deletedCount'], 0)
    assert.equal(jsonError(await run(alice, 'forget', 'bob')).code, 'SEALPOST_USAGE')
  })

  it('forgets somebody whose link led nowhere', async () => {
    const carol = temporaryDirectory()
    const profile = ['--name', 'carol', '--relay', relay.address, '--no-passphrase']
    await runHere(['init', '--home', carol, ...profile])
    const { link, invitationId } = onlyJson(await run(alice, 'invite'))
    await run(alice, 'links', 'revoke', String(invitationId))
    const added = await run(carol, 'add', String(link))
    assert.equal(jsonError(added).code, 'SEALPOST_LINK_USED')
    const [contact] = jsonLines(await run(carol, 'contacts'))
    assert.equal(contact?.['standing'], 'failed')
    const { contactId, name } = contact
    assert.deepEqual(onlyJson(await run(carol, 'forget', String(contactId))), { contactId, name })
    assert.deepEqual(jsonLines(await run(carol, 'contacts')), [])
  })

  it('chooses how long messages stay, and says who did', async () => {
    const chosen = onlyJson(await run(alice, 'timer', 'bob', '1h'))
    assert.deepEqual(keysOf(chosen), ['contactId', 'name', 'timerSeconds'])
    assert.equal(chosen['timerSeconds'], 3_600)
    await run(bob, 'inbox')
    assert.equal(onlyJson(await run(bob, 'timer', 'alice'))['timerSeconds'], 3_600)
    await run(alice, 'send', 'bob', 'for an hour')
    const exported = jsonLines(await run(alice, 'export', '--contact', 'bob'))
    const [notice, message] = exported.slice(-2)
    assert.deepEqual([notice?.['notice'], notice?.['timerSeconds']], ['timer-by-us', 3_600])
    assert.equal(typeof message?.['fadesAtMs'], 'number')
    const shown = (await runHere(['--home', bob, 'export', '--contact', 'alice'])).printed.join(' ')
    assert.match(shown, /alice chose that messages go .* 1h after/)
    assert.equal(onlyJson(await run(bob, 'timer', 'alice', 'off'))['timerSeconds'], 0)
    assert.equal(jsonError(await run(bob, 'timer', 'alice', '1x')).code, 'SEALPOST_USAGE')
  })
})
