import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { NOBODY, NOBODY_ELSE } from '../relay-address.ts'
import { jsonError, onlyJson, runHere } from '../run-here.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

describe('init', () => {
  it('makes a home that is its maker’s alone', async () => {
    const home = join(temporaryDirectory(), 'deep', 'home')
    const ran = await runHere([
      'init',
      '--home',
      home,
      '--name',
      'alice',
      '--relay',
      NOBODY,
      '--no-passphrase',
      '--json'
    ])
    assert.equal(ran.code, 0)
    assert.deepEqual(onlyJson(ran), { name: 'alice', home, relays: [NOBODY], isDirect: true })
    assert.equal(statSync(home).mode & 0o777, 0o700)
    assert.deepEqual(readdirSync(home), ['store'])
  })

  it('chooses relays only where that is said, and refuses both', async () => {
    const line = ['init', '--name', 'alice', '--relay', NOBODY, '--no-passphrase', '--json']
    const home = temporaryDirectory()
    const ran = await runHere([...line, '--home', home, '--relays-only'])
    assert.equal(onlyJson(ran)['isDirect'], false)
    const chosen = await runHere(['settings', 'direct', '--home', home, '--json'])
    assert.deepEqual(onlyJson(chosen), { name: 'direct', value: 'off' })
    const both = [...line, '--home', temporaryDirectory(), '--relays-only', '--direct']
    assert.equal((await runHere(both)).code, 2)
  })

  it('says what it means to be connected to directly', async () => {
    const line = ['init', '--name', 'alice', '--relay', NOBODY, '--no-passphrase']
    const { warned } = await runHere([...line, '--home', temporaryDirectory()])
    assert.match(warned.join('\n'), /shows each side the network address of the other/)
  })

  it('says what it means to have no passphrase', async () => {
    const home = temporaryDirectory()
    const { warned } = await runHere([
      'init',
      '--home',
      home,
      '--name',
      'alice',
      '--relay',
      NOBODY,
      '--no-passphrase'
    ])
    assert.match(warned.join('\n'), /can read every message/)
  })

  it('keeps what lies on the disk from who has no passphrase', async () => {
    const home = temporaryDirectory()
    const name = 'a name that nobody else has'
    const environment = { SEALPOST_PASSPHRASE: 'secret' }
    const line = ['init', '--home', home, '--name', name, '--relay', NOBODY]
    assert.equal((await runHere(line, { environment })).code, 0)
    const files = readdirSync(join(home, 'store')).map((file) =>
      readFileSync(join(home, 'store', file))
    )
    assert.ok(files.length > 0)
    for (const file of files) {
      assert.equal(file.includes(name), false)
      assert.equal(file.includes('127.0.0.1'), false)
    }
  })

  it('leaves an account that is there as it is', async () => {
    const home = temporaryDirectory()
    const line = ['init', '--home', home, '--name', 'alice', '--relay', NOBODY, '--no-passphrase']
    await runHere(line)
    const again = await runHere([...line, '--json'])
    assert.equal(again.code, 1)
    assert.equal(jsonError(again).code, 'SEALPOST_HOME_EXISTS')
  })

  const refused: readonly (readonly [string, readonly string[], number, string])[] = [
    ['no relay', ['--name', 'alice'], 1, 'SEALPOST_NO_RELAYS'],
    [
      'a relay that is none',
      ['--name', 'alice', '--relay', 'relay.example'],
      2,
      'SEALPOST_ADDRESS_INVALID'
    ],
    [
      'a relay twice',
      ['--name', 'a', '--relay', NOBODY, '--relay', NOBODY],
      2,
      'SEALPOST_ADDRESS_INVALID'
    ],
    ['a name of 65 bytes', ['--name', 'a'.repeat(65), '--relay', NOBODY], 2, 'SEALPOST_USAGE'],
    [
      'a name with a control character',
      ['--name', 'a\u0007', '--relay', NOBODY],
      2,
      'SEALPOST_USAGE'
    ]
  ]
  for (const [title, words, code, error] of refused) {
    it(`refuses ${title}, and makes nothing`, async () => {
      const home = join(temporaryDirectory(), 'home')
      const ran = await runHere(['init', '--home', home, ...words, '--no-passphrase', '--json'])
      assert.equal(ran.code, code)
      assert.equal(jsonError(ran).code, error)
      assert.equal(existsSync(home), false)
    })
  }

  it('takes a name of 64 bytes, and several relays', async () => {
    const ran = await runHere([
      'init',
      '--home',
      temporaryDirectory(),
      '--name',
      'ä'.repeat(32),
      '--no-passphrase',
      '--json',
      '--relay',
      NOBODY,
      '--relay',
      NOBODY_ELSE
    ])
    assert.equal(ran.code, 0)
  })

  it('asks for a passphrase where none is given, and says how where nobody can be asked', async () => {
    const ran = await runHere(
      ['init', '--home', temporaryDirectory(), '--name', 'alice', '--relay', NOBODY, '--json'],
      { environment: { SEALPOST_PASSPHRASE: '' } }
    )
    assert.equal(ran.code, 1)
    assert.equal(jsonError(ran).code, 'SEALPOST_PASSPHRASE_REQUIRED')
  })
})

describe('a home', () => {
  it('is named by --home, else SEALPOST_HOME, else XDG_DATA_HOME', async () => {
    const [flag, own, data] = [temporaryDirectory(), temporaryDirectory(), temporaryDirectory()]
    const cases: readonly (readonly [readonly string[], NodeJS.ProcessEnv, string])[] = [
      [['--home', flag], { SEALPOST_HOME: own, XDG_DATA_HOME: data }, flag],
      [[], { SEALPOST_HOME: own, XDG_DATA_HOME: data }, own],
      [[], { SEALPOST_HOME: '', XDG_DATA_HOME: data }, join(data, 'sealpost')]
    ]
    for (const [words, environment, home] of cases) {
      const ran = await runHere(['contacts', '--json', ...words], { environment })
      assert.equal(ran.code, 1)
      const { code, message } = jsonError(ran)
      assert.equal(code, 'SEALPOST_HOME_MISSING')
      assert.match(message, /sealpost init/)
      assert.ok(message.includes(home))
    }
  })

  it('that is missing is not made by looking for it', async () => {
    const home = join(temporaryDirectory(), 'home')
    await runHere(['inbox', '--home', home])
    assert.equal(existsSync(home), false)
  })

  it('that is locked opens with its passphrase alone', async () => {
    const home = temporaryDirectory()
    await runHere(['init', '--home', home, '--name', 'alice', '--relay', NOBODY], {
      environment: { SEALPOST_PASSPHRASE: 'secret' }
    })
    const line = ['verify', 'bob', '--home', home, '--json']
    const codes: string[] = []
    for (const environment of [
      {},
      { SEALPOST_PASSPHRASE: 'Secret' },
      { SEALPOST_PASSPHRASE: 'secret' }
    ]) {
      const ran = await runHere(line, { environment })
      assert.equal(ran.code, 1)
      codes.push(jsonError(ran).code)
    }
    assert.deepEqual(codes, [
      'SEALPOST_PASSPHRASE_REQUIRED',
      'SEALPOST_PASSPHRASE_WRONG',
      'SEALPOST_UNKNOWN_CONTACT'
    ])
  })
})
