import assert from 'node:assert/strict'
import { formatRelayAddress } from '@sealpost/protocol'
import { readyProcess, runCommand } from '../relay-process.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

describe('the commands that ask a relay', function () {
  this.timeout(60_000)

  it('show how it is, and stop it', async () => {
    await using directory = await temporaryDirectory()
    const { process, address } = await readyProcess(directory.path)
    await using relay = process
    const where = ['--data', directory.path]
    const shown = await runCommand(['status', ...where])
    assert.equal(shown.code, 0, shown.stderr)
    assert.ok(shown.stdout.startsWith(`address   ${formatRelayAddress(address)}\n`))
    assert.match(shown.stdout, /^state {5}serves people$/m)
    const told = await runCommand(['status', '--json', ...where])
    const status = JSON.parse(told.stdout) as Record<string, unknown>
    assert.equal(status.state, 'serving')
    assert.equal(status.processId, relay.pid)
    assert.equal((await runCommand(['drain', ...where])).code, 0)
    assert.equal((await relay.ended()).code, 0)
  })

  it('say where no relay runs, and how to start one', async () => {
    await using directory = await temporaryDirectory()
    const { code, stdout, stderr } = await runCommand(['status', '--data', directory.path])
    assert.equal(code, 1)
    assert.equal(stdout, '')
    assert.ok(stderr.includes(`Start it: sealpost-relay run --data ${directory.path}`), stderr)
    assert.match(stderr, /\(SEALPOST_NOT_RUNNING\)\n$/)
  })
})
