import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { redactLine } from '../../src/reports/log-lines.ts'
import { MemoryScreen } from '../memory-screen.ts'
import { NOBODY } from '../relay-address.ts'
import { RelayProcess } from '../relay-process.ts'
import { jsonError, jsonLines, onlyJson, type Ran, runHere } from '../run-here.ts'
import { SealpostProcess } from '../sealpost-process.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

type Json = Record<string, unknown>

async function newHome(name: string, relay: string): Promise<string> {
  const home = temporaryDirectory()
  const line = ['init', '--name', name, '--relay', relay, '--no-passphrase', '--relays-only']
  assert.equal((await runHere(['--home', home, ...line])).code, 0)
  return home
}

function run(home: string, ...line: readonly string[]): Promise<Ran> {
  return runHere(['--home', home, '--json', ...line])
}

describe('a report to the operator of a relay', function () {
  this.timeout(60_000)
  let relay: RelayProcess
  let alice: string
  let rita: string
  let desk: SealpostProcess
  let link: string

  before(async () => {
    relay = await RelayProcess.start()
    alice = await newHome('alice', relay.address)
    rita = await newHome('rita', relay.address)
    desk = new SealpostProcess(['--home', rita, '--json', 'desk', '--within', '48'])
    await desk.until(/"isReady":true.*\n/)
    link = String((JSON.parse(desk.stdout.split('\n')[0] ?? '') as Json)['link'])
  })

  after(async () => {
    desk.kill('SIGTERM')
    await desk.end()
    await relay.stop()
  })

  it('is refused with a sentence where nobody takes reports, and for what is no category', async () => {
    const nobody = await run(alice, 'report', 'problem', 'slow')
    assert.equal(nobody.code, 2)
    assert.match(jsonError(nobody).message, /takes reports.*--desk ADDRESS/)
    const wrong = await run(alice, 'report', 'rant', 'slow', '--desk', link)
    assert.match(jsonError(wrong).message, /CATEGORY.*problem/)
    assert.deepEqual((await run(alice, 'reports')).printed, [])
  })

  it('is written, answered, solved and counted, and the desk learns no name', async () => {
    const line = ['report', 'problem', 'It is slow.', '--desk', link, '--line', 'at 10.0.0.7']
    const written = onlyJson(await run(alice, ...line))
    const number = String(written['number'])
    assert.match(number, /^[0-9A-Z]{4}-[0-9A-Z]{4}$/)
    await desk.until(new RegExp(`"event":"ticket","number":"${number}"`))

    const shown = onlyJson(await run(rita, 'desk', 'show', number))
    const [opened] = shown['words'] as readonly Json[]
    assert.deepEqual([opened?.['text'], opened?.['lines']], ['It is slow.', ['at <address>']])
    const asked = await run(rita, 'requests')
    assert.doesNotMatch(asked.printed.join() + JSON.stringify(shown), /alice/)

    await run(rita, 'desk', 'canned', 'when', '--text', 'Since when?')
    assert.equal((await run(rita, 'desk', 'answer', number, '--canned', 'when')).code, 0)
    const [received] = jsonLines(await run(alice, 'reports'))
    assert.deepEqual([received?.['state'], received?.['withinHours']], ['received', 48])
    assert.equal(received?.['isUnread'], true)
    assert.equal((await run(alice, 'reports', 'answer', number, 'Since today.')).code, 0)
    await run(rita, 'desk', 'tag', number, '--cause', 'disk', '--cause', 'slow')
    await run(rita, 'desk', 'state', number, 'solved', '--in', '1.2.3')
    const after = onlyJson(await run(alice, 'reports', 'show', number.toLowerCase()))
    assert.deepEqual([after['state'], after['version'], after['isOver']], ['solved', '1.2.3', true])
    const texts = (after['words'] as readonly Json[]).map(({ text }) => text)
    assert.deepEqual(texts, ['It is slow.', '', 'Since when?', 'Since today.', ''])
    const [month] = jsonLines(await run(rita, 'desk', 'counts'))
    assert.deepEqual(month?.['byCause'], [
      { cause: 'disk', count: 1 },
      { cause: 'slow', count: 1 }
    ])
    assert.deepEqual((await run(rita, 'desk', 'list', '--open')).printed, [])
    assert.equal((await run(rita, 'desk', 'list', '--overdue')).code, 0)
  })

  it('tells what becomes of it within 5 s while a command stays', async () => {
    const daemon = new SealpostProcess(['--home', alice, 'daemon'])
    await daemon.until(/online/i)
    const { number } = onlyJson(await run(alice, 'report', 'wish', 'dark mode', '--desk', link))
    const beganMs = performance.now()
    await daemon.until(new RegExp(`${String(number)} was received`))
    await run(rita, 'desk', 'state', String(number), 'looking', '--text', 'Soon.')
    await daemon.until(new RegExp(`${String(number)} is being looked at`))
    assert.ok(performance.now() - beganMs < 10_000)
    assert.equal((await run(alice, 'reports', 'withdraw', String(number))).code, 0)
    daemon.kill('SIGTERM')
    assert.equal(await daemon.end(), 0)
  })

  it('says what cannot be done', async () => {
    const unknown = await run(alice, 'reports', 'show', '2222-2222')
    assert.deepEqual([unknown.code, jsonError(unknown).code], [1, 'SEALPOST_UNKNOWN_MESSAGE'])
    assert.match(jsonError(await run(rita, 'desk', 'show', 'x')).message, /desk list/)
    const [ticket] = jsonLines(await run(rita, 'desk', 'list'))
    const number = String(ticket?.['number'])
    const version = await run(rita, 'desk', 'state', number, 'closed', '--in', '1')
    assert.match(jsonError(version).message, /--in/)
    assert.match(jsonError(await run(rita, 'desk', 'answer', number)).message, /--canned/)
    const none = await run(rita, 'desk', 'answer', number, '--canned', 'constructor')
    assert.match(jsonError(none).message, /No answer is kept/)
  })

  it('waits in the home without a network, and says so', async () => {
    const bob = await newHome('bob', NOBODY)
    const queued = onlyJson(await run(bob, 'report', 'abuse', 'spam', '--desk', link))
    assert.equal(queued['state'], 'queued')
    const { printed } = await runHere(['--home', bob, 'reports'])
    assert.match(printed.join(), /abuse {2}waits here, and goes out whenever sealpost runs/)
  })

  it('takes those lines of a log that the person says yes to, without what tells who and where', async () => {
    const carol = await newHome('carol', relay.address)
    const log = join(temporaryDirectory(), 'a.log')
    writeFileSync(log, 'first line\nsecond at /ip4/192.0.2.1/tcp/1/ws\nthird line\n')
    const screen = new MemoryScreen()
    for (const answer of ['y', 'yes', '']) {
      screen.type(answer)
    }
    const line = ['report', 'problem', 'slow', '--desk', link, '--log', log]
    const { code, warned } = await runHere(['--home', carol, ...line], { screen })
    assert.equal(code, 0)
    assert.match(warned.join('\n'), /Not your account, name, contacts or network address/)
    const [report] = jsonLines(await run(carol, 'reports'))
    const shown = onlyJson(await run(rita, 'desk', 'show', String(report?.['number'])))
    const [word] = shown['words'] as readonly Json[]
    assert.deepEqual(word?.['lines'], ['first line', 'second at <address>'])
    const asked = await run(carol, 'report', 'problem', 'slow', '--desk', link, '--log', log)
    assert.match(jsonError(asked).message, /--line/)
  })
})

describe('a desk that its relay names', function () {
  this.timeout(60_000)

  it('is reported to without its address, in two parts where it is long; its relay gets numbers', async () => {
    const relay = await RelayProcess.start()
    const rita = await newHome('rita', relay.address)
    const link = String(onlyJson(await run(rita, 'invite', '--reusable'))['link'])
    const named = await RelayProcess.start('--desk', link)
    const alice = await newHome('alice', named.address)
    const text = 'ä'.repeat(2_000)
    const written = onlyJson(await run(alice, 'report', 'complaint', text))
    assert.equal(written['category'], 'complaint')
    const line = ['--home', rita, '--json', 'desk', '--relay-data', named.data]
    const desk = new SealpostProcess(line)
    await desk.until(/"event":"ticket".*\n/)
    const figures = async (): Promise<string> => named.ask('tickets')
    while (!/"complaint":1/.test(await figures())) {
      await desk.until(/"event":"ticket"/)
    }
    assert.doesNotMatch(await figures(), /alice|ä/)
    await named.stop()
    desk.kill('SIGTERM')
    await desk.end()
    await relay.stop()
  })
})

describe('a line of a log that goes with a report', () => {
  it('has no link, address, key or folder of the person in it', () => {
    for (const [line, redacted] of [
      ['opened sealpost:i/AQEPxyz now', 'opened <link> now'],
      ['dial /dns4/relay.example/tcp/443/tls/ws/p2p/12D3KooW failed', 'dial <address> failed'],
      ['from 203.0.113.7:4001 and fe80::1ff:fe23:4567:890a', 'from <address> and <address>'],
      ['id 73e935d5f88edd6600f1bd5ea50dd511', 'id <key>'],
      ['mail alice@example.org', 'mail <address>'],
      [join(homedir(), 'x'), '~/x'],
      [
        'WARN relay-unreached code=SEALPOST_DIAL_FAILED',
        'WARN relay-unreached code=SEALPOST_DIAL_FAILED'
      ]
    ] as const) {
      assert.equal(redactLine(line), redacted)
    }
    assert.equal(Buffer.byteLength(redactLine('ä '.repeat(200))), 300)
  })
})
