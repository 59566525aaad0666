import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync, statSync } from 'node:fs'
import { homeAt } from '../src/home/home.ts'
import { NOBODY } from './relay-address.ts'
import { onlyJson, runHere } from './run-here.ts'
import { runProcess, SealpostProcess } from './sealpost-process.ts'
import { temporaryDirectory } from './temporary-directory.ts'

async function newHome(environment: NodeJS.ProcessEnv = {}): Promise<string> {
  const home = temporaryDirectory()
  const locked = environment['SEALPOST_PASSPHRASE'] === undefined ? ['--no-passphrase'] : []
  const line = ['init', '--home', home, '--name', 'alice', '--relay', NOBODY, ...locked]
  assert.equal((await runHere(line, { environment })).code, 0)
  return home
}

describe('the command in a process of its own', function () {
  this.timeout(30_000)

  it('ends with 0, 1 or 2, and says why on the standard error', async () => {
    const home = await newHome()
    const [help, failed, wrong] = await Promise.all([
      runProcess(['--help']),
      runProcess(['send', 'bob', 'x', '--home', home, '--json']),
      runProcess(['sned', 'bob', 'x'])
    ])
    assert.deepEqual([help.code, help.stderr], [0, ''])
    assert.match(help.stdout, /Commands:/)
    const error = JSON.parse(failed.stderr.trimEnd().split('\n').at(-1) ?? '') as {
      error: { code: string }
    }
    assert.deepEqual([failed.code, failed.stdout], [1, ''])
    assert.equal(error.error.code, 'SEALPOST_UNKNOWN_CONTACT')
    assert.deepEqual([wrong.code, wrong.stdout], [2, ''])
    assert.match(wrong.stderr, /^There is no command "sned"\. Did you mean send\?\n$/)
  })

  it('waits for another one that has the same home open', async () => {
    const home = await newHome()
    const runs = await Promise.all(
      [1, 2].map(() => runProcess(['contacts', '--home', home, '--json']))
    )
    for (const { code, stdout } of runs) {
      assert.equal(code, 0)
      assert.equal(stdout, '')
    }
    assert.equal(existsSync(homeAt(home).holderPath), false)
  })

  it('serves a socket while it stays, and others go through it without the passphrase', async () => {
    const environment = { SEALPOST_PASSPHRASE: 'secret' }
    const home = await newHome(environment)
    const daemon = new SealpostProcess(['--home', home, 'daemon', '--json'], environment)
    await daemon.until(/"isReady":true/)
    assert.equal(statSync(homeAt(home).socketPath).mode & 0o777, 0o600)
    const status = await runHere(['--home', home, 'status', '--json'])
    assert.equal(onlyJson(status)['isOnline'], true)
    daemon.kill('SIGTERM')
    assert.equal(await daemon.end(), 0)
    assert.equal(existsSync(homeAt(home).socketPath), false)
  })

  it('leaves nothing in the way of the next when it is killed', async () => {
    const home = await newHome()
    const first = new SealpostProcess(['--home', home, 'inbox', '--follow'])
    await first.until(/Waiting/)
    first.kill('SIGKILL')
    assert.equal(await first.end(), 'SIGKILL')
    assert.ok(existsSync(homeAt(home).socketPath))
    const second = new SealpostProcess(['--home', home, 'inbox', '--follow'])
    await second.until(/Waiting/)
    assert.equal((await runHere(['--home', home, 'status', '--json'])).code, 0)
    second.kill('SIGINT')
    assert.equal(await second.end(), 0)
  })

  it('tells who followed through it that it stops', async () => {
    const home = await newHome()
    const daemon = new SealpostProcess(['--home', home, 'daemon'])
    await daemon.until(/online/)
    const follower = new SealpostProcess(['--home', home, 'inbox', '--follow'])
    await follower.until(/Waiting/)
    daemon.kill('SIGINT')
    assert.equal(await daemon.end(), 0)
    assert.equal(await follower.end(), 1)
    assert.match(follower.stderr, /stopped before it answered/)
  })

  it('ends with 130 where it is interrupted at its work', async () => {
    const home = await newHome()
    const invite = new SealpostProcess(['--home', home, 'invite'], { SEALPOST_LOG: 'debug' })
    // No relay is there: it waits for one.
    await invite.until(/client\.dial\.failed/)
    invite.kill('SIGINT')
    assert.equal(await invite.end(), 130)
    assert.equal(invite.stdout, '')
  })

  it('ends quietly where nobody reads its output', async () => {
    const run = new SealpostProcess(['--help'])
    run.child.stdout.destroy()
    await once(run.child, 'exit')
    assert.equal(run.stderr, '')
  })
})
