import assert from 'node:assert/strict'
import { NOBODY } from '../relay-address.ts'
import { RelayProcess } from '../relay-process.ts'
import { jsonError, jsonLines, onlyJson, type Ran, runHere } from '../run-here.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

describe('the relays of an account', function () {
  this.timeout(30_000)
  let rita: RelayProcess
  let second: RelayProcess
  const alice = temporaryDirectory()
  const run = (...line: readonly string[]): Promise<Ran> =>
    runHere(['--home', alice, '--json', ...line])
  const own = async (): Promise<readonly unknown[]> => {
    const lines = jsonLines(await run('relays'))
    return lines.filter(({ isOwn }) => isOwn === true).map(({ address }) => address)
  }

  before(async () => {
    ;[rita, second] = await Promise.all([RelayProcess.start(), RelayProcess.start()])
    await run('init', '--name', 'alice', '--relay', rita.address, '--no-passphrase')
  })

  after(async () => {
    await Promise.all([rita.stop(), second.stop()])
  })

  it('say what their operators have to say, once beside other things', async () => {
    const text = 'The relay restarts on Sunday at 9.'
    await rita.ask('notices', 'add', text)
    const [first] = jsonLines(await run('relays'))
    const [{ text: told } = {}] = first?.['notices'] as { readonly text: string }[]
    assert.equal(told, text)
    const plain = (...line: readonly string[]): Promise<Ran> => runHere(['--home', alice, ...line])
    const says = `The operator of 127.0.0.1 says: ${text}`
    assert.deepEqual((await run('contacts')).warned, [])
    const { warned } = await plain('contacts')
    assert.ok(warned.includes(says))
    assert.ok(!(await plain('contacts')).warned.includes(says))
    const { printed, warned: beside } = await plain('relays')
    assert.match(printed.join('\n'), /connected {2}open\n {2}The relay restarts on Sunday at 9\.$/)
    assert.deepEqual(beside, [])
  })

  it('are tested before they are added', async () => {
    const tested = onlyJson(await run('relays', 'test', second.address))
    assert.equal(tested['address'], second.address)
    assert.equal(tested['isUsable'], true)
    assert.equal(tested['capacity'], 'open')
    assert.ok(Math.abs(Number(tested['clockOffsetMs'])) < 10_000)
    assert.deepEqual(await own(), [rita.address])
    const { printed } = await runHere(['--home', alice, 'relays', 'test', second.address])
    assert.match(printed.join('\n'), /works: a test message went in and came out/)
    const silent = await run('relays', 'add', NOBODY)
    assert.equal(silent.code, 1)
    assert.equal(jsonError(silent).code, 'SEALPOST_DIAL_FAILED')
    assert.match(jsonError(silent).message, /check your network/)
  })

  it('are added once, and left by their address or its end', async () => {
    const added = onlyJson(await run('relays', 'add', second.address))
    assert.deepEqual(added, { address: second.address })
    assert.deepEqual(await own(), [rita.address, second.address])
    const again = await run('relays', 'add', second.address)
    assert.equal(jsonError(again).code, 'SEALPOST_KNOWN_RELAY')
    const end = second.address.split('/').at(-1) ?? ''
    assert.deepEqual(onlyJson(await run('relays', 'remove', end)), { address: second.address })
    assert.deepEqual(await own(), [rita.address])
  })

  it('tell what they hold, and are left with all of it at once', async () => {
    await run('relays', 'add', second.address)
    const [{ invitationId } = {}] = jsonLines(await run('invite'))
    const held = jsonLines(await run('relays', 'data', second.address))
    const boxes = held.filter(({ kind }) => kind === 'request')
    assert.deepEqual(
      boxes.map(({ isQuiet, envelopes }) => ({ isQuiet, envelopes })),
      [{ isQuiet: true, envelopes: [] }]
    )
    const { printed } = await runHere(['--home', alice, 'relays', 'data', second.address])
    assert.match(printed.join('\n'), /^[0-9a-f]{64} {2}request: envelopes: 0/m)
    const early = await run('relays', 'remove', second.address, '--now')
    assert.equal(jsonError(early).code, 'SEALPOST_USAGE')
    assert.match(jsonError(early).message, /revoke/)
    await run('links', 'revoke', String(invitationId))
    const left = onlyJson(await run('relays', 'remove', second.address, '--now'))
    assert.deepEqual(left, { address: second.address, erasedCount: held.length })
    assert.deepEqual(await own(), [rita.address])
  })

  it('are never none, and only one’s own are left', async () => {
    const cases: readonly (readonly [string, string])[] = [
      [rita.address, 'SEALPOST_LAST_RELAY'],
      [NOBODY, 'SEALPOST_UNKNOWN_RELAY'],
      ['', 'SEALPOST_UNKNOWN_RELAY']
    ]
    for (const [address, code] of cases) {
      const ran = await run('relays', 'remove', address)
      assert.equal(ran.code, 1)
      assert.equal(jsonError(ran).code, code)
    }
    const wrong = await run('relays', 'test', 'relay.example')
    assert.equal(wrong.code, 2)
    assert.equal(jsonError(wrong).code, 'SEALPOST_ADDRESS_INVALID')
  })
})
