import assert from 'node:assert/strict'
import { NOBODY } from '../relay-address.ts'
import { jsonError, jsonLines, onlyJson, type Ran, runHere } from '../run-here.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

describe('settings', () => {
  const home = temporaryDirectory()
  const run = (...line: readonly string[]): Promise<Ran> =>
    runHere(['--home', home, '--json', ...line])

  before(async () => {
    await run('init', '--name', 'alice', '--relay', NOBODY, '--no-passphrase')
  })

  it('tell nobody that one writes or is there, unless that was chosen', async () => {
    assert.deepEqual(jsonLines(await run('settings')), [
      { name: 'lifetime', value: '14' },
      { name: 'typing', value: 'off' },
      { name: 'presence', value: 'off' },
      { name: 'read-receipts', value: 'on' },
      { name: 'direct', value: 'on' },
      { name: 'timer', value: 'off' }
    ])
  })

  for (const [name, value, before] of [
    ['lifetime', '30', '14'],
    ['typing', 'on', 'off'],
    ['presence', 'on', 'off'],
    ['read-receipts', 'off', 'on'],
    ['direct', 'off', 'on'],
    ['timer', '1w', 'off']
  ] as const) {
    it(`keep ${name}, and change it back`, async () => {
      assert.deepEqual(onlyJson(await run('settings', name, value)), { name, value })
      assert.deepEqual(onlyJson(await run('settings', name)), { name, value })
      assert.equal(onlyJson(await run('settings', name, before))['value'], before)
    })
  }

  it('refuse what there is not, with what there is', async () => {
    for (const [line, sentence] of [
      [['tpying'], /"tpying"\. Did you mean typing\?/],
      [['xyzzy', 'on'], /There are lifetime, typing/],
      [['lifetime', '15'], /lifetime is one of 14, 30/],
      [['typing', 'yes'], /typing is one of on, off/]
    ] as const) {
      const ran = await run('settings', ...line)
      assert.equal(ran.code, 2)
      assert.match(jsonError(ran).message, sentence)
    }
  })

  it('say what a direct path means to who allows it', async () => {
    const { printed, warned } = await runHere(['--home', home, 'settings', 'direct', 'on'])
    assert.match(printed.join('\n'), /^direct +on$/)
    assert.match(warned.join('\n'), /sees the network address/)
  })
})
