import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { exportLines } from '../../src/commands/export.ts'
import { MemoryScreen } from '../memory-screen.ts'
import { RelayProcess } from '../relay-process.ts'
import { jsonError, onlyJson, type Ran, runHere } from '../run-here.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

const SECRET = { SEALPOST_BACKUP_PASSPHRASE: 'battery staple' }

describe('backup, restore and export', function () {
  this.timeout(60_000)
  let relay: RelayProcess
  const alice = temporaryDirectory()
  const bob = temporaryDirectory()
  const files = temporaryDirectory()
  const file = join(files, 'alice.backup')
  const run = (home: string, line: readonly string[], environment = {}): Promise<Ran> =>
    runHere(['--home', home, '--json', ...line], { environment })

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
    const { link } = onlyJson(await run(alice, ['invite']))
    await run(bob, ['add', String(link)])
    await run(alice, ['inbox'])
    await run(bob, ['send', 'alice', 'evil \u001b[2J text'])
    await run(alice, ['send', 'bob', 'hello'])
    await run(alice, ['inbox'])
  })

  after(async () => {
    await relay.stop()
  })

  it('says in status that there is no backup yet', async () => {
    assert.equal('lastBackup' in onlyJson(await run(alice, ['status'])), false)
    const { printed } = await runHere(['--home', alice, 'status'])
    assert.match(printed.join('\n'), /backup +none was made here yet/)
  })

  it('makes a proven file under a passphrase, for its owner alone, and says so in status', async () => {
    const found = onlyJson(await run(alice, ['backup', file, '--passphrase'], SECRET))
    assert.equal(found['file'], file)
    assert.equal(found['messageCount'], 2)
    assert.equal(found['byteCount'], statSync(file).size)
    assert.equal(statSync(file).mode & 0o777, 0o600)
    assert.deepEqual(readdirSync(files), ['alice.backup'])
    const { lastBackup } = onlyJson(await run(alice, ['status'])) as {
      lastBackup: { fileName: string; provenAtMs: number }
    }
    assert.equal(lastBackup.fileName, 'alice.backup')
    const { printed } = await runHere(['--home', alice, 'status'])
    assert.match(printed.join('\n'), /last proven restorable: \d{4}-.*\(alice\.backup\)/)
  })

  it('makes a recovery phrase, has it typed back, and keeps it for the next time', async () => {
    const path = join(files, 'phrase.backup')
    const screen = new MemoryScreen()
    const running = runHere(['--home', alice, 'backup', path], { screen })
    const shown = await screen.until(/[0-9A-Z]{5}-[0-9A-Z]{5}-/)
    const [phrase = ''] = /(?:[0-9A-Z]{5}-){5}[0-9A-Z]{5}/.exec(shown) ?? []
    screen.type('AAAAA-AAAAA')
    await screen.until(/That is not it/)
    screen.type(phrase.toLowerCase().replaceAll('-', ' '))
    assert.equal((await running).code, 0)
    const again = await run(alice, ['backup', path])
    assert.equal(again.code, 0)
    assert.equal('recoveryPhrase' in onlyJson(again), false)
    const restored = temporaryDirectory()
    const line = ['restore', path, '--old-device-lost', '--no-passphrase']
    const found = onlyJson(
      await run(restored, line, { SEALPOST_BACKUP_PASSPHRASE: phrase.toLowerCase() })
    )
    assert.equal(found['messageCount'], 2)
  })

  it('does all that through the process that keeps the home online', async () => {
    const path = join(files, 'daemon.backup')
    const ending = new AbortController()
    const screen = new MemoryScreen()
    const staying = runHere(['--home', alice, 'daemon'], { screen, signal: ending.signal })
    await screen.until(/is online/)
    const made = await run(alice, ['backup', path, '--passphrase'], SECRET)
    const exported = await run(alice, ['export', '--output', join(files, 'daemon.json')])
    ending.abort()
    await staying
    assert.deepEqual([made.code, exported.code], [0, 0])
    const line = ['restore', path, '--keep-old', '--no-passphrase']
    const found = onlyJson(await run(temporaryDirectory(), line, SECRET))
    assert.equal(found['messageCount'], 2)
    assert.equal(readFileSync(join(files, 'daemon.json'), 'utf8').split('\n').length, 4)
  })

  it('makes no backup where the phrase is not typed back, or nobody can read it', async () => {
    const path = join(files, 'none.backup')
    const screen = new MemoryScreen()
    screen.type(undefined)
    const line = ['--home', bob, 'backup', path]
    assert.equal((await runHere(line, { screen })).code, 2)
    assert.equal(jsonError(await run(bob, ['backup', path])).code, 'SEALPOST_USAGE')
    assert.equal(existsSync(path), false)
    const found = onlyJson(await run(bob, ['backup', path, '--yes']))
    assert.match(String(found['recoveryPhrase']), /^(?:[0-9A-Z]{5}-){5}[0-9A-Z]{5}$/)
  })

  it('leaves the last file as it is where a new one cannot be written', async () => {
    const before = readFileSync(file)
    mkdirSync(`${file}.part`)
    const failed = await run(alice, ['backup', file, '--passphrase'], SECRET)
    assert.equal(jsonError(failed).code, 'SEALPOST_STORE_FAILED')
    assert.deepEqual(readFileSync(file), before)
  })

  it('restores into an empty home, as a new device that can write to its contacts', async () => {
    const home = join(temporaryDirectory(), 'new')
    const line = ['restore', file, '--old-device-lost', '--no-passphrase']
    const found = onlyJson(await run(home, line, SECRET))
    assert.deepEqual([found['name'], found['oldDevice'], found['messageCount']], ['alice', 1, 2])
    assert.notEqual(found['device'], 1)
    const again = await run(home, line, SECRET)
    assert.equal(jsonError(again).code, 'SEALPOST_HOME_EXISTS')
    const sent = await run(home, ['send', 'bob', 'from the new one'])
    assert.equal(sent.code, 0)
    const inbox = await run(bob, ['inbox'])
    assert.ok(inbox.printed.some((text) => text.includes('from the new one')))
  })

  const refused: readonly (readonly [string, () => Buffer, string, object])[] = [
    [
      'a wrong passphrase',
      () => readFileSync(file),
      'SEALPOST_PASSPHRASE_WRONG',
      { SEALPOST_BACKUP_PASSPHRASE: 'x' }
    ],
    [
      'a file cut short',
      () => readFileSync(file).subarray(0, -1),
      'SEALPOST_BACKUP_DAMAGED',
      SECRET
    ],
    ['what is no backup', () => Buffer.from('hello'), 'SEALPOST_BACKUP_UNKNOWN', SECRET]
  ]
  for (const [what, bytes, code, environment] of refused) {
    it(`refuses ${what}, and leaves the home free for another`, async () => {
      const path = join(temporaryDirectory(), 'file')
      writeFileSync(path, bytes())
      const home = temporaryDirectory()
      const line = ['restore', path, '--keep-old', '--no-passphrase']
      assert.equal(jsonError(await run(home, line, environment)).code, code)
      assert.equal(
        (await run(home, ['restore', file, '--keep-old', '--no-passphrase'], SECRET)).code,
        0
      )
    })
  }

  it('does not guess whether the old device is lost', async () => {
    const home = temporaryDirectory()
    const ran = await run(home, ['restore', file, '--no-passphrase'], SECRET)
    assert.equal(ran.code, 2)
    assert.match(jsonError(ran).message, /--old-device-lost/)
  })

  it('looks for the file before anybody is asked for its passphrase', async () => {
    const home = temporaryDirectory()
    const none = jsonError(await run(home, ['restore', join(files, 'none'), '--keep-old']))
    assert.equal(none.code, 'SEALPOST_STORE_FAILED')
    assert.match(none.message, /^There is no .*\/none, or it is not reachable now; /)
    const folder = jsonError(await run(home, ['restore', files, '--keep-old']))
    assert.equal(folder.code, 'SEALPOST_STORE_FAILED')
    assert.ok(folder.message.startsWith(`${files} is a folder where a file is needed`))
    const unasked = jsonError(await run(home, ['restore', file, '--keep-old']))
    assert.equal(unasked.code, 'SEALPOST_PASSPHRASE_REQUIRED')
  })

  it('names the folder that is not there', async () => {
    const path = join(files, 'no-folder', 'alice.backup')
    const { message } = jsonError(await run(alice, ['backup', path, '--passphrase'], SECRET))
    assert.match(message, /^There is no .*\/no-folder, or it is not reachable now; /)
  })

  it('exports JSON as it was written, and text without what a terminal would obey', async () => {
    const path = join(files, 'out.json')
    assert.equal((await run(alice, ['export', '--output', path])).code, 0)
    const objects = readFileSync(path, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string; text?: string; name?: string })
    assert.deepEqual(
      objects.map(({ type }) => type),
      ['conversation', 'message', 'message']
    )
    assert.ok(objects.some(({ text }) => text === 'evil \u001b[2J text'))
    const { printed } = await runHere(['--home', alice, 'export', '--contact', 'bob'])
    const text = printed.join('\n')
    assert.match(text, /== with bob/)
    assert.match(text, /you: hello/)
    assert.match(text, /bob: evil \ufffd\[2J text/)
    assert.equal(text.includes('\u001b'), false)
  })

  it('writes what is taken, what is missing and lines that pose as others so that none is mistaken', async () => {
    const message = {
      messageId: undefined,
      device: 1 as never,
      text: 'a\n2026-01-01 00:00:00  you: I owe you',
      notice: undefined,
      sentAtMs: 1,
      storedAtMs: 1,
      onRelayAtMs: undefined,
      deliveredAtMs: undefined,
      readAtMs: undefined,
      withdrawnAtMs: undefined,
      reply: undefined,
      isForwarded: false,
      editedAtMs: undefined,
      reactions: [],
      isUnread: false
    }
    async function* messages(): AsyncGenerator<never> {
      for (const kind of ['received', 'unreadable', 'missing', 'notice']) {
        yield { ...message, kind, notice: kind === 'notice' ? 'device-added' : undefined } as never
      }
      yield { ...message, kind: 'sent', text: '', withdrawnAtMs: 2 } as never
    }
    async function* conversations(): AsyncGenerator<never> {
      yield { contactId: '', name: 'mallory\u202e', messages: messages() } as never
    }
    const lines: string[] = []
    for await (const line of exportLines(conversations(), false)) {
      lines.push(line)
    }
    assert.equal(lines.length, 7)
    assert.match(lines[5] ?? '', /you: \(a message that was taken back\)$/)
    assert.match(lines[1] ?? '', /: a\n {4}2026-01-01/)
    assert.match(lines[4] ?? '', /has a new device/)
    assert.equal(lines.join('').includes('\u202e'), false)
  })
})
