import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CALLS, ParamValues } from '@sealpost/operator'
import { callRelay } from '../../src/operator/call-relay.ts'
import { readyProcess, runCommand } from '../relay-process.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

describe('what an operator changes', () => {
  it('holds at once, is written down, and can be held to that without the relay', async () => {
    await using directory = await temporaryDirectory()
    const { process } = await readyProcess(directory.path, { 'log-level': 'debug' })
    await using relay = process
    const where = ['--data', directory.path]
    const words = ['block', 'range', '192.0.2.7/24', '--reason', 'floods us', '--days', '3']
    const blocked = await runCommand([...words, ...where])
    assert.equal(blocked.code, 0, blocked.stderr)
    const [, id = ''] = /unblock ([0-9a-f]{12})\n$/.exec(blocked.stdout) ?? []
    const params = ParamValues.parse(CALLS['token add'].params, { name: 'carol', role: 'security' })
    const { token } = await callRelay(directory.path, 'token add', params)
    const none = ParamValues.parse([], {})
    const { blocks } = await callRelay(directory.path, 'blocks', none)
    assert.deepEqual(
      blocks.map((block) => [block.id, block.range, block.reason, block.by]),
      [[id, '192.0.2.0/24', 'floods us', 'socket']]
    )
    const listed = await runCommand(['audit', 'list', ...where])
    const [first = '', second = ''] = listed.stdout.split('\n')
    assert.ok(
      first.endsWith(` socket: block kind="range" reason="floods us" days=3: done (${id})`),
      first
    )
    assert.ok(second.endsWith(' socket: token add name="carol" role="security": done'), second)
    relay.kill('SIGKILL')
    const { stderr: log } = await relay.ended()
    const head = /"head":"(2:[0-9a-f]{16})"/.exec(log)?.[1] ?? ''
    const verify = ['audit', 'verify', ...where]
    assert.equal((await runCommand([...verify, '--head', head])).code, 0)
    const path = join(directory.path, 'audit.log')
    const audit = await readFile(path, 'utf8')
    for (const text of [log, audit]) {
      assert.ok(!text.includes('192.0.2') && !text.includes(token))
    }
    await writeFile(path, audit.replace('carol', 'bobby'))
    const verified = await runCommand(verify)
    assert.equal(verified.code, 1)
    assert.match(verified.stdout, /entry 2 was changed \(audit\.log, line 2\)/)
  }).timeout(120_000)
})
