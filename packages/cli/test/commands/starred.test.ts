import assert from 'node:assert/strict'
import { MemoryScreen } from '../memory-screen.ts'
import { RelayProcess } from '../relay-process.ts'
import { jsonError, jsonLines, onlyJson, type Ran, runHere } from '../run-here.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

describe('messages with a star', function () {
  this.timeout(30_000)
  let relay: RelayProcess
  let ids: readonly string[]
  const alice = temporaryDirectory()
  const bob = temporaryDirectory()
  const run = (home: string, ...line: readonly string[]): Promise<Ran> => {
    return runHere(['--home', home, ...line])
  }
  const starred = async (...line: readonly string[]): Promise<readonly unknown[]> =>
    jsonLines(await run(alice, '--json', 'starred', ...line)).map((message) => [
      message['isOwn'],
      message['from'],
      message['text'],
      message['isStarred']
    ])
  const OWN = [true, 'bob', 'meet me at the old mill', true]
  const THEIRS = [false, 'bob', 'at six', true]

  before(async () => {
    relay = await RelayProcess.start()
    for (const [home, name] of [
      [alice, 'alice'],
      [bob, 'bob']
    ] as const) {
      await run(home, 'init', '--name', name, '--relay', relay.address, '--no-passphrase')
    }
    const { link } = onlyJson(await run(alice, '--json', 'invite'))
    await run(bob, 'add', String(link))
    await run(alice, 'contacts')
    await run(bob, 'contacts')
    const sent = onlyJson(await run(alice, '--json', 'send', 'bob', 'meet me at the old mill'))
    await run(bob, 'send', 'alice', 'at six')
    const [got] = jsonLines(await run(alice, '--json', 'inbox'))
    ids = [String(sent['messageId']), String(got?.['messageId'])]
  })

  after(async () => {
    await relay.stop()
  })

  it('are none at first, which is said to people alone', async () => {
    const none = await run(alice, 'starred')
    assert.deepEqual([none.code, none.printed], [0, []])
    assert.match(none.warned.join('\n'), /No message has a star/)
    assert.deepEqual(await starred(), [])
  })

  it('are listed with the newest last, of all conversations or of one, and page by page', async () => {
    const [own = '', theirs = ''] = ids
    for (const messageId of [theirs, own, own]) {
      const given = onlyJson(await run(alice, '--json', 'star', messageId))
      assert.deepEqual(given, { messageId, isStarred: true })
    }
    assert.deepEqual(await starred(), [OWN, THEIRS])
    assert.deepEqual(await starred('--contact', 'bob', '--limit', '1'), [THEIRS])
    assert.deepEqual(await starred('--before', theirs), [OWN])
    const shown = await run(alice, 'starred', '--limit', '1')
    assert.match(shown.printed.join('\n'), new RegExp(`bob: at six\\n +${theirs}$`))
    assert.match(shown.warned.join('\n'), new RegExp(`older ones.*--before ${theirs}`))
    const all = await run(alice, 'starred')
    assert.match(all.printed.join('\n'), /you to bob: meet me at the old mill\n/)
    assert.deepEqual(all.warned, [])
    assert.match((await run(alice, 'inbox')).printed.join('\n'), /at six \(starred\)$/)
    assert.deepEqual(jsonLines(await run(bob, '--json', 'starred')), [])
  })

  it('are starred and listed by the process that stays, and are so no more once it is taken away', async () => {
    const [own = ''] = ids
    const ending = new AbortController()
    const screen = new MemoryScreen()
    const daemon = runHere(['--home', alice, 'daemon'], { screen, signal: ending.signal })
    await screen.until(/alice is online/)
    const given = await run(alice, 'unstar', own)
    assert.deepEqual([given.code, given.printed], [0, ['It has no star.']])
    assert.deepEqual(await starred(), [THEIRS])
    assert.match((await run(alice, 'star', own)).printed.join('\n'), /on all your devices/)
    ending.abort()
    assert.equal((await daemon).code, 0)
    assert.deepEqual(await starred(), [OWN, THEIRS])
  })

  it('go with their messages, and cannot be given to what is gone', async () => {
    const [own = '', theirs = ''] = ids
    await run(alice, 'recall', own)
    await run(alice, 'delete', theirs)
    assert.deepEqual(await starred(), [])
    const code = async (...line: readonly string[]): Promise<unknown> =>
      jsonError(await run(alice, '--json', ...line)).code
    assert.equal(await code('star', own), 'SEALPOST_TOO_LATE')
    assert.equal(await code('star', theirs), 'SEALPOST_UNKNOWN_MESSAGE')
    assert.equal(await code('unstar', '00'.repeat(16)), 'SEALPOST_UNKNOWN_MESSAGE')
    assert.equal(await code('starred', '--contact', 'mallory'), 'SEALPOST_UNKNOWN_CONTACT')
    assert.equal(await code('starred', '--limit', '0'), 'SEALPOST_USAGE')
  })
})
