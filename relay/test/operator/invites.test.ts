import assert from 'node:assert/strict'
import { CALLS, ParamValues } from '@sealpost/operator'
import { parseRelayAddress } from '@sealpost/protocol'
import { callRelay } from '../../src/operator/call-relay.ts'
import { RawClient, testMailbox } from '../raw-client.ts'
import { readyProcess, runCommand } from '../relay-process.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

describe('a relay that takes people by invitation', () => {
  it('lets in whom its operator gave an invite, over a restart, and says nothing of it in its log', async () => {
    await using directory = await temporaryDirectory()
    const options = { registration: 'invite', 'log-level': 'debug' }
    const where = ['--data', directory.path]
    const list = async (): Promise<readonly unknown[]> => {
      const none = ParamValues.parse(CALLS['invites list'].params, {})
      const { invites } = await callRelay(directory.path, 'invites list', none)
      return invites.map(({ usesMax, usedCount }) => [usesMax, usedCount])
    }
    const claimant = new Uint8Array(16).fill(1)
    const registrations = [testMailbox().registration]
    let invite: Uint8Array | undefined
    {
      const { process, address } = await readyProcess(directory.path, options)
      await using relay = process
      await using mallory = await RawClient.connect(address)
      const without = await mallory.ask({ type: 'register', registrations, work: undefined })
      assert.deepEqual(without, { type: 'refused', reason: 'needs-invite' })
      const added = await runCommand(['invites', 'add', '--uses', '2', ...where])
      const [, line = ''] = /address +(\S+)/.exec(added.stdout) ?? []
      invite = parseRelayAddress(line).invite
      assert.ok(invite !== undefined)
      const shown = { token: invite, claimant }
      await using bob = await RawClient.connect(address)
      const answer = await bob.ask({
        type: 'register',
        registrations,
        work: undefined,
        invite: shown
      })
      assert.deepEqual(answer, { type: 'registered', outcomes: ['done'] })
      assert.deepEqual(await list(), [[2, 1]])
      relay.kill('SIGTERM')
      const { stdout, stderr } = await relay.ended()
      const secret = line.split('/').at(-1) ?? ''
      assert.ok(secret.length === 22 && !stdout.includes(secret) && !stderr.includes(secret))
      assert.ok(!stderr.includes(Buffer.from(invite).toString('hex')))
    }
    const { process, address } = await readyProcess(directory.path, options)
    await using relay = process
    assert.deepEqual(await list(), [[2, 1]])
    await using carol = await RawClient.connect(address)
    const shown = { token: invite, claimant: new Uint8Array(16).fill(2) }
    const more = [testMailbox().registration]
    const answer = await carol.ask({
      type: 'register',
      registrations: more,
      work: undefined,
      invite: shown
    })
    assert.deepEqual(answer, { type: 'registered', outcomes: ['done'] })
    assert.deepEqual(await list(), [[2, 2]])
    relay.kill('SIGTERM')
    await relay.ended()
  })
}).timeout(20_000)
