import assert from 'node:assert/strict'
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { MemoryScreen } from '../memory-screen.ts'
import { RelayProcess } from '../relay-process.ts'
import { jsonError, jsonLines, onlyJson, type Ran, runHere } from '../run-here.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

describe('the devices of an account', function () {
  this.timeout(60_000)
  let relay: RelayProcess
  const [alice, bob] = [temporaryDirectory(), temporaryDirectory()]
  const phone = join(temporaryDirectory(), 'phone')
  const run = (home: string, ...line: readonly string[]): Promise<Ran> =>
    runHere(['--home', home, '--json', ...line])
  const texts = async (home: string): Promise<readonly unknown[]> =>
    jsonLines(await run(home, 'inbox')).map(({ text }) => text)

  before(async () => {
    relay = await RelayProcess.start()
    for (const [home, name] of [
      [alice, 'alice'],
      [bob, 'bob']
    ] as const) {
      await run(home, 'init', '--name', name, '--relay', relay.address, '--no-passphrase')
    }
    const { link } = onlyJson(await run(alice, 'invite'))
    await run(bob, 'add', String(link))
    await run(alice, 'contacts')
    await run(bob, 'send', 'alice', 'before there were two')
    assert.deepEqual(await texts(alice), ['before there were two'])
  })

  after(async () => {
    await relay.stop()
  })

  /** Shows a code, joins with it, and answers what is asked. */
  async function link(answer: string): Promise<{ readonly linked: Ran; readonly joined: Ran }> {
    const screen = new MemoryScreen()
    const linking = runHere(['--home', alice, 'devices', 'link'], { screen })
    const code = await screen.until(/^sealpost:d\//)
    const other = new MemoryScreen()
    const joining = runHere(
      ['init', '--home', phone, '--link', code, '--name', 'phone', '--no-passphrase', '--json'],
      { screen: other }
    )
    const { digits } = JSON.parse(await other.until(/"digits"/)) as { readonly digits: string }
    const question = await screen.until(/phone wants to join/)
    assert.ok(question.includes(`${digits.slice(0, 3)} ${digits.slice(3)}`), question)
    screen.type(answer)
    return { linked: await linking, joined: await joining }
  }

  it('are one at first', async () => {
    const device = onlyJson(await run(alice, 'devices'))
    assert.deepEqual(Object.keys(device), [
      'device',
      'name',
      'addedAtMs',
      'isThis',
      'isReachable',
      'isNowhere'
    ])
    assert.deepEqual([device['device'], device['isThis']], [1, true])
  })

  it('let nobody in without an outspoken yes', async () => {
    const { linked, joined } = await link('')
    assert.equal(linked.code, 1)
    assert.equal(joined.code, 1)
    assert.equal(jsonError(joined).code, 'SEALPOST_DENIED')
    assert.equal(jsonLines(await run(alice, 'devices')).length, 1)
    const wrong = await run(phone, 'init', '--link', 'sealpost:d/AQJm', '--no-passphrase')
    assert.equal(jsonError(wrong).code, 'SEALPOST_LINK_INVALID')
    const both = ['init', '--link', 'x', '--relay', relay.address, '--no-passphrase']
    assert.equal((await run(phone, ...both)).code, 2)
  })

  it('become two by a code and the same six digits, and the history follows', async () => {
    const { linked, joined } = await link('yes')
    assert.equal(linked.code, 0, linked.warned.join('\n'))
    assert.equal(joined.code, 0, joined.warned.join('\n'))
    const made = JSON.parse(joined.printed.at(-1) ?? '') as Record<string, unknown>
    assert.deepEqual([made['name'], made['home']], ['alice', phone])
    assert.deepEqual(await texts(phone), ['before there were two'])
    const [first, second] = jsonLines(await run(phone, 'devices'))
    assert.deepEqual([first?.['isThis'], second?.['isThis']], [false, true])
    assert.equal(second?.['name'], 'phone')
  })

  it('become three by a code that the new one shows, and the digits that it shows too', async () => {
    const tablet = join(temporaryDirectory(), 'tablet')
    const shown = new MemoryScreen()
    const line = ['--relay', relay.address, '--show-code', '--name', 'tablet', '--no-passphrase']
    const joining = runHere(['init', '--home', tablet, '--json', ...line], { screen: shown })
    const { code } = JSON.parse(await shown.until(/"code"/)) as { readonly code: string }
    const { digits } = JSON.parse(await shown.until(/"digits"/)) as { readonly digits: string }
    const screen = new MemoryScreen()
    screen.type(digits === '000000' ? '111111' : '000000')
    const letting = runHere(['--home', alice, 'devices', 'link', code], { screen })
    assert.match(await screen.until(/tablet wants into your account/), /in your own hands/)
    await screen.until(/not its digits.* 2 times more/)
    screen.type(`${digits.slice(0, 3)} ${digits.slice(3)}`)
    assert.match(await shown.until(/The account of alice lets this device in/), /\[y\/N\]/)
    shown.type('yes')
    const [linked, joined] = await Promise.all([letting, joining])
    assert.equal(linked.code, 0, linked.warned.join('\n'))
    assert.equal(joined.code, 0, joined.warned.join('\n'))
    const made = JSON.parse(joined.printed.at(-1) ?? '') as Record<string, unknown>
    assert.deepEqual([made['name'], made['home']], ['alice', tablet])
    assert.deepEqual(await texts(tablet), ['before there were two'])
    assert.equal((await run(alice, 'devices', 'remove', String(made['device']))).code, 0)
  })

  it('join no account that the person at the terminal does not want', async () => {
    const tablet = join(temporaryDirectory(), 'tablet')
    const lets = new MemoryScreen()
    const stopping = new AbortController()
    const letting = runHere(['--home', alice, 'devices', 'link', '--yes'], {
      screen: lets,
      signal: stopping.signal
    })
    const code = await lets.until(/^sealpost:d\//)
    const screen = new MemoryScreen({
      terminal: { columns: 80, rows: 24, isUtf8: true, hasColor: false }
    })
    const line = ['--link', code, '--name', 'tablet', '--no-passphrase']
    const joining = runHere(['init', '--home', tablet, ...line], { screen })
    await screen.until(/into the account of alice.*\[y\/N\]/)
    screen.type('no')
    const joined = await joining
    assert.equal(joined.code, 1)
    assert.match(joined.warned.join('\n'), /you said no. Nothing was made/)
    assert.equal((await run(tablet, 'status')).code, 1)
    // It was let in all the same, and waits for a device that does not come.
    stopping.abort()
    await letting
    const left = jsonLines(await run(alice, 'devices')).find(({ name }) => name === 'tablet')
    assert.equal((await run(alice, 'devices', 'remove', String(left?.['device']))).code, 0)
  })

  it('let in nobody who does not show the digits, and nobody who only says so', async () => {
    const tablet = join(temporaryDirectory(), 'tablet')
    const shown = new MemoryScreen()
    const line = ['--relay', relay.address, '--show-code', '--no-passphrase', '--json']
    const joining = runHere(['init', '--home', tablet, ...line], { screen: shown })
    const { code } = JSON.parse(await shown.until(/"code"/)) as { readonly code: string }
    const yes = await run(alice, 'devices', 'link', code, '--yes')
    assert.deepEqual([yes.code, jsonError(yes).code], [2, 'SEALPOST_USAGE'])
    const misread = await run(tablet, 'init', '--link', code, '--no-passphrase')
    assert.match(jsonError(misread).message, /sealpost devices link CODE/)
    const screen = new MemoryScreen()
    screen.type('')
    const letting = await runHere(['--home', alice, 'devices', 'link', code], { screen })
    assert.equal(letting.code, 1)
    assert.equal(jsonError(await joining).code, 'SEALPOST_DENIED')
    const both = ['--link', 'x', '--show-code', '--no-passphrase']
    assert.equal(jsonError(await run(tablet, 'init', ...both)).code, 'SEALPOST_USAGE')
    const nowhere = await run(tablet, 'init', '--show-code', '--no-passphrase')
    assert.equal(jsonError(nowhere).code, 'SEALPOST_NO_RELAYS')
  })

  it('are equal: both write and both are written to', async () => {
    assert.equal((await run(phone, 'send', 'bob', 'from the phone')).code, 0)
    assert.deepEqual(await texts(bob), ['from the phone'])
    assert.equal((await run(bob, 'send', 'alice', 'to both')).code, 0)
    for (const home of [alice, phone]) {
      assert.deepEqual(await texts(home), ['before there were two', 'to both'])
    }
  })

  it('have names, which all of them see', async () => {
    const [, { device = 0 } = {}] = jsonLines(await run(alice, 'devices'))
    const line = ['--home', alice, 'devices', 'rename', String(device), '']
    assert.deepEqual((await runHere(line)).printed, [`Device ${String(device)} has no name now.`])
    const renamed = onlyJson(await run(alice, 'devices', 'rename', String(device), 'pocket'))
    assert.deepEqual(renamed, { device, name: 'pocket' })
    const [, seen] = jsonLines(await run(phone, 'devices'))
    assert.equal(seen?.['name'], 'pocket')
    const unknown = await run(alice, 'devices', 'rename', '99', 'x')
    assert.equal(jsonError(unknown).code, 'SEALPOST_UNKNOWN_DEVICE')
    assert.equal((await run(alice, 'devices', 'rename', 'x', 'x')).code, 2)
  })

  it('are removed, and then send nothing', async () => {
    const [, { device = 0 } = {}] = jsonLines(await run(alice, 'devices'))
    assert.deepEqual(onlyJson(await run(alice, 'devices', 'remove', String(device))), { device })
    assert.equal((await run(alice, 'devices', 'remove', '1')).code, 2)
    await run(phone, 'inbox')
    const late = await run(phone, 'send', 'bob', 'too late')
    assert.equal(late.code, 1)
    assert.equal(jsonError(late).code, 'SEALPOST_DEVICE_REMOVED')
    const status = await run(phone, 'status')
    assert.equal(onlyJson(status)['stopped'], 'removed')
    assert.deepEqual(status.warned, [])
    const { printed } = await runHere(['--home', phone, 'status'])
    assert.match(printed.join('\n'), /^device +number \d+: This device was removed/m)
    assert.equal(onlyJson(await run(alice, 'status'))['stopped'], undefined)
  })

  it('may not be copies of each other: one that is seen stops, and can become a device of its own', async () => {
    const copy = temporaryDirectory()
    cpSync(join(alice, 'store'), join(copy, 'store'), { recursive: true })
    const unasked = await run(alice, 'devices', 'renew', '--yes')
    assert.equal(unasked.code, 2)
    const unneeded = await run(alice, 'devices', 'renew')
    assert.deepEqual([unneeded.code, unneeded.warned.length], [2, 1], 'nobody is asked in vain')
    assert.match(jsonError(unneeded).message, /there is nothing to renew/)
    const stop = new AbortController()
    const screen = new MemoryScreen()
    const daemon = runHere(['--home', alice, 'daemon'], { screen, signal: stop.signal })
    await screen.until(/is online/)
    await run(copy, 'inbox')
    await screen.until(/Another copy of this home is online.*sealpost devices renew/)
    assert.equal(jsonError(await run(alice, 'send', 'bob', 'x')).code, 'SEALPOST_SUPERSEDED')
    const held = await run(alice, 'devices', 'renew', '--yes')
    assert.equal(jsonError(held).code, 'SEALPOST_HOME_IN_USE')
    stop.abort()
    assert.equal((await daemon).code, 0)
    const { printed, warned } = await runHere(['--home', alice, 'status'])
    assert.match(printed.join('\n'), /^device +number 1: Another copy of this home is online/m)
    assert.deepEqual(warned, [], 'relays are not blamed for it')
    const read = await runHere(['--home', alice, 'inbox'])
    assert.match(read.warned.join('\n'), /^Another copy of this home is online/)
    const checked = jsonLines(await run(alice, 'doctor'))
    assert.deepEqual(
      checked.filter(({ result }) => result === 'fail').map(({ check }) => check),
      ['device']
    )
    const no = new MemoryScreen()
    no.type('no')
    const kept = await runHere(['--home', alice, 'devices', 'renew'], { screen: no })
    assert.equal(kept.code, 2)
    const noJson = new MemoryScreen()
    noJson.type('no')
    const line = ['--home', alice, '--json', 'devices', 'renew']
    const asked = (await runHere(line, { screen: noJson })).warned.map(
      (said) => JSON.parse(said) as object
    )
    assert.deepEqual(
      asked.map((said) => Object.keys(said)),
      [['warning'], ['error']]
    )
    const renewed = onlyJson(await run(alice, 'devices', 'renew', '--yes'))
    assert.ok(Number(renewed['device']) > 1)
    assert.equal((await run(alice, 'send', 'bob', 'a device of its own')).code, 0)
    assert.ok((await texts(bob)).includes('a device of its own'))
  })
})
