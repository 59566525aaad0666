import assert from 'node:assert/strict'
import { RelayProcess } from '../relay-process.ts'
import { jsonError, jsonLines, onlyJson, type Ran, runHere } from '../run-here.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

describe('a search for what was said', function () {
  this.timeout(30_000)
  let relay: RelayProcess
  const alice = temporaryDirectory()
  const bob = temporaryDirectory()
  const run = (home: string, ...line: readonly string[]): Promise<Ran> => {
    return runHere(['--home', home, ...line])
  }
  const find = async (...line: readonly string[]): Promise<readonly unknown[]> =>
    jsonLines(await run(alice, '--json', 'search', ...line)).map(({ isOwn, from, text }) => [
      isOwn,
      from,
      text
    ])

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
    await run(alice, 'send', 'bob', 'meet me at the old mill')
    await run(alice, 'send', 'bob', '前言你好')
    await run(bob, 'inbox')
    await run(bob, 'send', 'alice', 'which Mill?')
    await run(alice, 'inbox')
  })

  after(async () => {
    await relay.stop()
  })

  it('finds own and received texts in any script, the newest last', async () => {
    const [own, theirs] = [
      [true, 'bob', 'meet me at the old mill'],
      [false, 'bob', 'which Mill?']
    ]
    assert.deepEqual(await find('mill'), [own, theirs])
    assert.deepEqual(await find('MILL old'), [own])
    assert.deepEqual(await find('言你', '--contact', 'bob'), [[true, 'bob', '前言你好']])
  })

  it('says to people who said it to whom, and how many more there are', async () => {
    const found = await run(alice, 'search', 'mill', '--limit', '1')
    assert.match(found.printed.join('\n'), /bob: which Mill\?$/)
    assert.match(found.warned.join('\n'), /newest 1 of 2/)
    const own = await run(alice, 'search', 'old')
    assert.match(own.printed.join('\n'), /you to bob: meet me at the old mill$/)
    const none = await run(alice, 'search', 'castle')
    assert.deepEqual([none.code, none.printed], [0, []])
    assert.match(none.warned.join('\n'), /No message has that/)
  })

  it('refuses contacts that are none, limits that are none, and texts that are too long', async () => {
    const code = async (...line: readonly string[]): Promise<unknown> =>
      jsonError(await run(alice, '--json', 'search', ...line)).code
    assert.equal(await code('mill', '--contact', 'mallory'), 'SEALPOST_UNKNOWN_CONTACT')
    assert.equal(await code('mill', '--limit', '0'), 'SEALPOST_USAGE')
    assert.equal(await code('x'.repeat(1_025)), 'SEALPOST_USAGE')
  })
})
