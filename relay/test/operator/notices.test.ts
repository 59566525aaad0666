import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CALLS, ParamValues } from '@sealpost/operator'
import type { OperatorNotice } from '@sealpost/protocol'
import { callRelay } from '../../src/operator/call-relay.ts'
import { RawClient } from '../raw-client.ts'
import { readyProcess, runCommand } from '../relay-process.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

const TEXT = 'The relay restarts on Sunday at 9.'

async function toldTo(client: RawClient): Promise<readonly OperatorNotice[]> {
  const answer = await client.ask({ type: 'info' })
  assert.ok(answer.type === 'info')
  return answer.info.notices
}

describe('what an operator says to the people of a relay', () => {
  it('reaches who is connected at once, is there after a restart, and is taken back', async () => {
    await using directory = await temporaryDirectory()
    const where = ['--data', directory.path]
    const list = async (): Promise<readonly string[]> => {
      const none = ParamValues.parse(CALLS['notices list'].params, {})
      const { notices } = await callRelay(directory.path, 'notices list', none)
      return notices.map(({ id }) => id)
    }
    let id: string
    {
      const { process, address } = await readyProcess(directory.path)
      await using relay = process
      await using bob = await RawClient.connect(address)
      assert.deepEqual(await toldTo(bob), [])
      const added = await runCommand(['notices', 'add', TEXT, '--days', '2', '--json', ...where])
      const row = JSON.parse(added.stdout) as { readonly id: string; readonly endsAtMs: number }
      ;({ id } = row)
      await bob.until(() => bob.pushes.some(({ type }) => type === 'going-away'))
      assert.deepEqual(await toldTo(bob), [
        { id, language: '', text: TEXT, endsAtMs: row.endsAtMs }
      ])
      const wrong = await runCommand(['notices', 'add', 'two\nlines', ...where])
      assert.match(wrong.stderr, /one line of 1 to 400 bytes/)
      const audit = await readFile(join(directory.path, 'audit.log'), 'utf8')
      assert.ok(audit.includes(id) && !audit.includes('Sunday'))
      relay.kill('SIGKILL')
      await relay.ended()
    }
    const { process, address } = await readyProcess(directory.path)
    await using relay = process
    assert.deepEqual(await list(), [id])
    await using alice = await RawClient.connect(address)
    assert.deepEqual(
      (await toldTo(alice)).map(({ text }) => text),
      [TEXT]
    )
    const shown = await runCommand(['notices', 'list', ...where])
    assert.match(shown.stdout, new RegExp(`^${id}  .*: ${TEXT}\n$`))
    assert.match(
      (await runCommand(['notices', 'remove', id, ...where])).stdout,
      /not shown any more/
    )
    assert.deepEqual(await toldTo(alice), [])
    assert.deepEqual(await list(), [])
    relay.kill('SIGTERM')
    assert.equal((await relay.ended()).code, 0)
  })
}).timeout(20_000)
