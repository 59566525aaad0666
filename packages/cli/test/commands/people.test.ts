import assert from 'node:assert/strict'
import { MemoryScreen } from '../memory-screen.ts'
import { RelayProcess } from '../relay-process.ts'
import { jsonError, jsonLines, onlyJson, type Ran, runHere } from '../run-here.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

type Json = Record<string, unknown>

describe('people who ask, and what a person decides about them', function () {
  this.timeout(60_000)
  let relay: RelayProcess
  let link: string
  const homes = new Map<string, string>()
  const run = (who: string, ...line: readonly string[]): Promise<Ran> =>
    runHere(['--home', homes.get(who) ?? '', '--json', ...line])
  const contact = async (who: string, name: string): Promise<Json | undefined> =>
    jsonLines(await run(who, 'contacts')).find((one) => one['name'] === name)

  const settle = async (name: string): Promise<void> => {
    homes.set(name, temporaryDirectory())
    const { code } = await run(
      name,
      ...['init', '--name', name.split(' ')[0] ?? '', '--relay', relay.address, '--no-passphrase']
    )
    assert.equal(code, 0)
  }

  before(async () => {
    relay = await RelayProcess.start()
    for (const name of ['alice', 'bob', 'carol', 'mallory']) {
      await settle(name)
    }
    link = String(onlyJson(await run('alice', 'invite', '--reusable'))['link'])
  })

  after(async () => {
    await relay.stop()
  })

  it('use a public address that does not expire, and say who they are', async () => {
    const [made] = jsonLines(await run('alice', 'links'))
    assert.deepEqual(Object.keys(made ?? {}), [
      'invitationId',
      'link',
      'kind',
      'state',
      'createdAtMs',
      'relays'
    ])
    assert.deepEqual(
      [made?.['kind'], made?.['state'], made?.['link']],
      ['public', 'published', link]
    )
    const long = await run('bob', 'add', link, '--text', 'x'.repeat(1_001))
    assert.equal(jsonError(long).code, 'SEALPOST_TEXT_TOO_LONG')
    const asked = onlyJson(await run('bob', 'add', link, '--text', 'bob, from the train'))
    assert.equal(asked['standing'], 'requested')
    await run('carol', 'add', link)
    const [first, second] = jsonLines(await run('alice', 'requests'))
    assert.deepEqual(Object.keys(first ?? {}), [
      'contactId',
      'name',
      'profileName',
      'text',
      'receivedAtMs',
      'invitationId'
    ])
    assert.deepEqual([first?.['name'], first?.['text']], ['bob', 'bob, from the train'])
    assert.deepEqual([second?.['name'], second?.['text']], ['carol', ''])
    assert.equal(first?.['invitationId'], made?.['invitationId'])
    assert.deepEqual((await run('alice', 'contacts')).printed, [])
  })

  it('are told to the person beside what they asked for, with what to do', async () => {
    const { printed, warned } = await runHere(['--home', homes.get('alice') ?? '', 'inbox'])
    assert.deepEqual(printed, [])
    assert.match(warned.join('\n'), /2 people ask to talk to you: sealpost requests/)
    const shown = await runHere(['--home', homes.get('alice') ?? '', 'requests'])
    assert.match(shown.printed.join('\n'), /bob .*\n {4}bob, from the train\n.* carol /)
    assert.match(shown.warned.join('\n'), /sealpost accept bob/)
    assert.equal(onlyJson(await run('alice', 'status'))['requestCount'], 2)
  })

  it('wait, and cannot be written to, until they are accepted', async () => {
    const early = await run('alice', 'send', 'bob', 'hello')
    assert.equal(early.code, 1)
    assert.equal(jsonError(early).code, 'SEALPOST_NOT_ACCEPTED')
    assert.match(jsonError(early).message, /sealpost accept WHO or decline WHO/)
    const accepted = onlyJson(await run('alice', 'accept', 'BOB', '--name', 'Bob of the train'))
    assert.deepEqual(Object.keys(accepted), ['contactId', 'name', 'standing'])
    assert.deepEqual([accepted['name'], accepted['standing']], ['Bob of the train', 'accepted'])
    assert.equal((await contact('bob', 'alice'))?.['standing'], 'accepted')
    assert.equal((await run('bob', 'send', 'alice', 'thank you')).code, 0)
    const [, last] = jsonLines(await run('alice', 'inbox', '--unread'))
    assert.equal(last?.['text'], 'thank you')
  })

  it('are forgotten when they are declined, and told nothing', async () => {
    const declined = onlyJson(await run('alice', 'decline', 'carol'))
    assert.deepEqual(Object.keys(declined), ['contactId', 'name'])
    assert.deepEqual((await run('alice', 'requests')).printed, [])
    const again = await run('alice', 'decline', 'carol')
    assert.equal(jsonError(again).code, 'SEALPOST_UNKNOWN_CONTACT')
    assert.match(jsonError(again).message, /sealpost requests lists/)
    assert.equal((await contact('carol', 'alice'))?.['standing'], 'requested')
  })

  it('reach nobody who blocked them, and reach them again when that is taken back', async () => {
    const who = 'Bob of the train'
    const blocked = onlyJson(await run('alice', 'block', who))
    assert.equal(blocked['standing'], 'blocked')
    assert.equal(jsonError(await run('alice', 'send', who, 'x')).code, 'SEALPOST_BLOCKED')
    const kept = await run('bob', 'send', 'alice', 'into the void', '--timeout', '2')
    assert.equal(onlyJson(kept)['state'], 'queued')
    assert.equal(onlyJson(await run('bob', 'status'))['queuedCount'], 1)
    assert.deepEqual((await run('alice', 'inbox', '--unread')).printed, [])
    assert.equal(onlyJson(await run('alice', 'unblock', who))['standing'], 'accepted')
    assert.equal((await run('bob', 'contacts')).code, 0)
    assert.equal((await run('bob', 'send', 'alice', 'again')).code, 0)
    const texts = jsonLines(await run('alice', 'inbox', '--unread')).map(({ text }) => text)
    assert.deepEqual(texts, ['into the void', 'again'])
    const { printed } = await runHere(['--home', homes.get('alice') ?? '', 'unblock', who])
    assert.match(printed.join('\n'), /was not blocked/)
  })

  it('are verified once their numbers were compared', async () => {
    const who = 'Bob of the train'
    const confirmed = onlyJson(await run('alice', 'verify', who, '--confirm'))
    assert.equal(confirmed['verified'], true)
    assert.equal((await contact('alice', who))?.['isVerified'], true)
    const taken = onlyJson(await run('alice', 'verify', who, '--unconfirm'))
    assert.equal(taken['verified'], false)
    const both = await run('alice', 'verify', who, '--confirm', '--seen')
    assert.equal(both.code, 2)
    await run('alice', 'verify', who, '--confirm')
  })

  it('go on under another identity, and who was verified gets nothing before that was looked at', async () => {
    const who = 'Bob of the train'
    await settle('bob anew')
    await run('bob anew', 'add', link, '--text', 'I lost my telephone')
    const accepted = await run('alice', 'accept', 'bob', '--replaces', who)
    assert.equal(onlyJson(accepted)['name'], who)
    assert.equal((await contact('alice', who))?.['isIdentityChanged'], true)
    const held = await run('alice', 'send', who, 'is it you?')
    assert.equal(held.code, 1)
    assert.equal(jsonError(held).code, 'SEALPOST_IDENTITY_CHANGED')
    assert.match(jsonError(held).message, /verify/)
    const people = await runHere(['--home', homes.get('alice') ?? '', 'verify', who])
    assert.match(people.warned.join('\n'), /another identity than before/)
    assert.equal(onlyJson(await run('alice', 'verify', who, '--seen'))['verified'], false)
    assert.equal((await run('alice', 'send', who, 'is it you?')).code, 0)
    const [message] = jsonLines(await run('bob anew', 'inbox'))
    assert.equal(message?.['text'], 'is it you?')
    const said = jsonLines(await run('alice', 'inbox')).map(
      ({ from, text }) => `${String(from)}: ${String(text)}`
    )
    assert.ok(said.includes(`${who}: I lost my telephone`))
    assert.ok(said.includes(`${who}: again`))
  })

  it('are connected to directly as far as was chosen', async () => {
    const who = 'Bob of the train'
    const before = onlyJson(await run('alice', 'direct', who))
    assert.deepEqual(Object.keys(before), ['contactId', 'name', 'direct', 'isAllowed', 'hasPath'])
    assert.deepEqual([before['direct'], before['isAllowed']], ['default', true])
    const off = onlyJson(await run('alice', 'direct', who, 'off'))
    assert.deepEqual([off['direct'], off['isAllowed']], ['off', false])
    await run('alice', 'settings', 'direct', 'off')
    const on = onlyJson(await run('alice', 'direct', who, 'on'))
    assert.deepEqual([on['direct'], on['isAllowed']], ['on', true])
    const back = onlyJson(await run('alice', 'direct', who, 'default'))
    assert.deepEqual([back['direct'], back['isAllowed']], ['default', false])
    assert.equal((await run('alice', 'direct', who, 'of')).code, 2)
  })

  it('find nobody behind a link that was revoked', async () => {
    const [made] = jsonLines(await run('alice', 'links'))
    const id = String(made?.['invitationId'])
    for (const wrong of ['', 'x', `${id}0`]) {
      assert.equal(
        jsonError(await run('alice', 'links', 'revoke', wrong)).code,
        'SEALPOST_UNKNOWN_LINK'
      )
    }
    const revoked = onlyJson(await run('alice', 'links', 'revoke', id.slice(0, 8).toUpperCase()))
    assert.deepEqual(revoked, { invitationId: id, state: 'revoked' })
    const late = await run('mallory', 'add', link)
    assert.equal(late.code, 1)
    assert.equal(jsonError(late).code, 'SEALPOST_LINK_USED')
  })

  it('get a link that no relay took in time later: it is kept, and said where', async () => {
    const late = await run('alice', 'invite', '--timeout', '0.001')
    assert.equal(late.code, 1)
    const { code, message } = jsonError(late)
    assert.deepEqual([code, /sealpost links shows it\.$/.test(message)], ['SEALPOST_TIMEOUT', true])
    const [newest] = jsonLines(await run('alice', 'links'))
    assert.equal(newest?.['kind'], 'one-time')
  })

  it('are told of as they come to who follows the inbox', async () => {
    const again = String(onlyJson(await run('alice', 'invite', '--reusable'))['link'])
    const stop = new AbortController()
    const inbox = new MemoryScreen()
    const followed = runHere(['--home', homes.get('alice') ?? '', 'inbox', '--follow'], {
      screen: inbox,
      signal: stop.signal
    })
    await inbox.until(/Waiting for messages/)
    await run('mallory', 'add', again)
    await inbox.until(/mallory asks to talk to you: sealpost accept mallory/)
    // Through the socket of the process that stays.
    assert.equal(onlyJson(await run('alice', 'block', 'mallory'))['standing'], 'blocked')
    assert.deepEqual((await run('alice', 'requests')).printed, [])
    stop.abort()
    assert.equal((await followed).code, 0)
  })
})
