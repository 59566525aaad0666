import assert from 'node:assert/strict'
import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { type ConfigShowAnswer, ParamValues } from '@sealpost/operator'
import { callRelay } from '../../src/operator/call-relay.ts'
import { RelayProcess, runCommand } from '../relay-process.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

const NOTHING = ParamValues.parse([], {})

function valueOf({ options }: ConfigShowAnswer, name: string): string | undefined {
  return options.find((option) => option.name === name)?.value
}

describe('the commands for a configuration', function () {
  this.timeout(60_000)

  it('make what a relay needs, and write over nothing', async () => {
    await using directory = await temporaryDirectory()
    const data = join(directory.path, 'new', 'relay')
    const tls = ['--tls-certificate', 'here.pem', '--tls-key', '/there.pem']
    const others = ['--listen', '127.0.0.1:0', '--operator', 'rita: yes', '--web', 'none']
    const words = ['--data', data, ...others, ...tls]
    const first = await runCommand(['init', ...words])
    assert.equal(first.code, 0, first.stderr)
    assert.ok(first.stdout.includes(`start it: sealpost-relay run --data ${data}\n`), first.stdout)
    assert.deepEqual((await readdir(data)).sort(), ['node.key', 'relay.yaml'])
    for (const name of ['node.key', 'relay.yaml']) {
      assert.equal((await stat(join(data, name))).mode & 0o777, 0o600)
    }
    assert.equal((await stat(data)).mode & 0o777, 0o700)
    const path = join(data, 'relay.yaml')
    const text = await readFile(path, 'utf8')
    assert.match(text, /^listen: \[ 127\.0\.0\.1:0 \]$/m)
    assert.match(text, /^operator: "rita: yes"$/m)
    assert.ok(text.includes(`\ntls-certificate: ${resolve('here.pem')}\n`))
    assert.match(text, /^web: none$/m)
    assert.match(text, /^#work-bits: 16$/m)
    assert.match(text, /^#data: auto$/m)

    const key = await readFile(join(data, 'node.key'))
    await writeFile(path, 'work-bits: 3\n')
    const again = await runCommand(['init', '--json', '--data', data, '--work-bits', '9'])
    assert.deepEqual(JSON.parse(again.stdout), {
      data,
      config: path,
      isKeyFresh: false,
      isConfigFresh: false
    })
    assert.deepEqual(await readFile(join(data, 'node.key')), key)
    assert.equal(await readFile(path, 'utf8'), 'work-bits: 3\n')
  })

  it('make a file elsewhere, which says where the data is', async () => {
    await using directory = await temporaryDirectory()
    const data = join(directory.path, 'data')
    const config = join(directory.path, 'relay.yaml')
    const made = await runCommand(['init', '--data', data, '--config', config])
    assert.equal(made.code, 0, made.stderr)
    assert.deepEqual(await readdir(data), ['node.key'])
    const shown = await runCommand(['config', 'show', '--config', config])
    assert.match(shown.stdout, /^# No relay runs here\. What a start would go by\.\n/)
    assert.ok(shown.stdout.includes(`data: ${data} `))
  })

  it('name everything that is wrong, and make nothing', async () => {
    await using directory = await temporaryDirectory()
    const data = join(directory.path, 'data')
    const init = await runCommand(['init', '--data', data, '--work-bits', '99'])
    assert.equal(init.code, 2)
    assert.match(init.stderr, /--work-bits must be/)

    const config = join(directory.path, 'relay.yaml')
    const where = ['--data', data, '--config', config]
    await writeFile(config, 'web: none\n')
    const good = await runCommand(['config', 'check', '--json', ...where])
    assert.equal(good.code, 0)
    assert.deepEqual(JSON.parse(good.stdout), { isValid: true, problems: [] })

    await writeFile(config, 'lisen: a:1\nwork-bits: 99\n')
    const bad = await runCommand(['config', 'check', ...where])
    assert.deepEqual([bad.code, bad.stdout], [2, ''])
    const [first = '', second = '', end] = bad.stderr.split('\n')
    assert.match(first, /lisen .*Did you mean listen\? \(SEALPOST_CONFIG_UNKNOWN_KEY\)$/)
    assert.match(second, /work-bits .*\(SEALPOST_CONFIG_INVALID\)$/)
    assert.equal(end, '')

    await writeFile(config, `web: ${directory.path}\n`)
    const noWeb = await runCommand(['config', 'check', '--json', ...where])
    assert.equal(noWeb.code, 2)
    const { isValid, problems } = JSON.parse(noWeb.stdout) as {
      readonly isValid: boolean
      readonly problems: readonly { readonly code: string }[]
    }
    assert.equal(isValid, false)
    assert.deepEqual(
      problems.map(({ code }) => code),
      ['SEALPOST_CONFIG_INVALID']
    )
    assert.deepEqual(await readdir(directory.path), ['relay.yaml'])
  })

  it('ask the relay that runs, whatever is wrong with the file by now, and change it', async () => {
    await using directory = await temporaryDirectory()
    const where = ['--data', directory.path]
    const path = join(directory.path, 'relay.yaml')
    const written = 'listen: 127.0.0.1:0\noperator-listen: none\nweb: none\nlog-format: json\n'
    await writeFile(path, `${written}policy: first\n`)
    await using relay = new RelayProcess(['run', ...where])
    await relay.untilWritten(/Ctrl-C stops it/)
    const show = async (isNext: boolean): Promise<ConfigShowAnswer> => {
      const rows = [{ name: 'next', kind: { type: 'switch' }, sentence: 'x' }] as const
      const params = ParamValues.parse(rows, isNext ? { next: true } : {})
      return callRelay(directory.path, 'config show', params)
    }
    await writeFile(path, `${written}policy: second\n`)
    const running = await show(false)
    assert.deepEqual([running.of, valueOf(running, 'policy')], ['running', 'first'])
    const next = await show(true)
    assert.deepEqual([next.of, valueOf(next, 'policy')], ['next', 'second'])

    await writeFile(path, `${written}policy: second\npolcy: x\n`)
    const text = await runCommand(['config', 'show', ...where])
    assert.match(text.stdout, /^# What the relay that runs here goes by\.\n/)
    assert.match(text.stdout, /^policy: first +# file /m)
    const refused = await runCommand(['reload', ...where])
    assert.equal(refused.code, 2)
    assert.match(refused.stderr, /polcy .*Did you mean policy\? \(SEALPOST_CONFIG_UNKNOWN_KEY\)/)

    await writeFile(path, `${written}policy: third\n`.replace('web: none', 'web: auto'))
    const taken = await runCommand(['reload', ...where])
    assert.equal(taken.stdout, 'Changed: policy.\nOnly a restart changes: web.\n')
    assert.equal(valueOf(await show(false), 'policy'), 'third')

    const level = await runCommand(['log-level', 'debug', '--for', '10m', ...where])
    assert.match(level.stdout, /logs debug .* for (10|9) minutes, then info again\.\n$/)
    await writeFile(path, `${written}log-level: warn\n`)
    relay.kill('SIGHUP')
    await relay.untilWritten(/"relay\.config\.reloaded","changedCount":2\}/)
    assert.deepEqual((await callRelay(directory.path, 'log-level', NOTHING)).configured, 'warn')
    await writeFile(path, `${written}log-level: loud\n`)
    relay.kill('SIGHUP')
    await relay.untilWritten(/"relay\.config\.refused"/)
    const outcomes = async (): Promise<readonly string[]> => {
      const { entries } = await callRelay(directory.path, 'audit list', NOTHING)
      return entries.filter(({ by }) => by === 'signal').map(({ outcome }) => outcome)
    }
    while ((await outcomes()).length < 2) {
      // It is written down while this asks.
    }
    assert.deepEqual(await outcomes(), ['done', 'SEALPOST_CONFIG_INVALID'])
  })
})
