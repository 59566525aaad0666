import assert from 'node:assert/strict'
import { CALLS, ParamValues } from '@sealpost/operator'
import { callRelay } from '../../src/operator/call-relay.ts'
import { RawClient, testMailbox } from '../raw-client.ts'
import { readyProcess, runCommand } from '../relay-process.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

describe('a relay that its operator gives up', () => {
  it('tells its people, makes no new mailbox over a restart, and goes on where that is taken back', async () => {
    await using directory = await temporaryDirectory()
    const where = ['--data', directory.path]
    const status = (): ReturnType<typeof callRelay<'status'>> =>
      callRelay(directory.path, 'status', ParamValues.parse(CALLS.status.params, {}))
    const decommission = (params: object): ReturnType<typeof callRelay<'decommission'>> =>
      callRelay(
        directory.path,
        'decommission',
        ParamValues.parse(CALLS.decommission.params, params)
      )
    const bobs = testMailbox()
    {
      const { process, address } = await readyProcess(directory.path)
      await using relay = process
      await using bob = await RawClient.connect(address)
      await bob.register([bobs])
      await assert.rejects(decommission({ undo: true, days: 3 }), { code: 'SEALPOST_USAGE' })
      const given = await runCommand(['decommission', '--days', '3', ...where])
      assert.match(given.stdout, /closes on .* makes no new mailboxes.*decommission --undo\n$/)
      await bob.until(() => bob.pushes.some(({ type }) => type === 'going-away'))
      relay.kill('SIGKILL')
      await relay.ended()
    }
    const { process, address } = await readyProcess(directory.path)
    await using relay = process
    await using alice = await RawClient.connect(address)
    const answer = await alice.register([bobs, testMailbox()])
    assert.deepEqual(answer, { type: 'registered', outcomes: ['done', 'busy'] })
    assert.equal((await alice.deposit(bobs)).type, 'deposited')
    const { capacity, closing } = await status()
    assert.equal(capacity, 'no-new-mailboxes')
    assert.equal((closing?.closesAtMs ?? 0) - (closing?.beganAtMs ?? 0), 3 * 86_400_000)
    assert.match((await runCommand(['status', ...where])).stdout, /closing +closes on/)
    assert.equal((await decommission({ undo: true })).closing, undefined)
    assert.equal((await status()).closing, undefined)
    assert.deepEqual(await alice.register([testMailbox()]), {
      type: 'registered',
      outcomes: ['done']
    })
    relay.kill('SIGTERM')
    assert.equal((await relay.ended()).code, 0)
  })
}).timeout(20_000)
