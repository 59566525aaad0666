import assert from 'node:assert/strict'
import { ManualClock } from '@sealpost/host/testing'
import { type Caller, ParamValues, ROLES } from '@sealpost/operator'
import { Sessions } from '../../src/dashboard/sessions.ts'
import { dashboardCalls } from '../../src/operator/dashboard-calls.ts'
import { SYSTEM_RANDOM } from '../../src/world/system-random.ts'

const NOTHING = ParamValues.parse([], {})

describe('a link to the dashboard', () => {
  const sessions = new Sessions(new ManualClock(), SYSTEM_RANDOM)

  async function lookerOf(caller: Caller): Promise<Caller | undefined> {
    const { dashboard } = dashboardCalls({ sessions, link: () => 'http://127.0.0.1:7701/' })
    const { url } = await dashboard(NOTHING, caller)
    const [, ticket = ''] = /^http:\/\/127\.0\.0\.1:7701\/#ticket=([\w-]{43})$/.exec(url) ?? []
    return sessions.callerOf(sessions.begin(ticket) ?? '')
  }

  it('lets a browser do what whoever asked may, and never all that the socket may', async () => {
    const helper: Caller = { roles: ['support'], name: 'helper' }
    assert.deepEqual(await lookerOf(helper), helper)
    const owner: Caller = { roles: [], isOwner: true, name: 'socket' }
    assert.deepEqual(await lookerOf(owner), { roles: ROLES, name: 'dashboard' })
  })

  it('is refused where there is nothing to look at', () => {
    const { dashboard } = dashboardCalls({ sessions, link: () => undefined })
    assert.throws(() => dashboard(NOTHING, { roles: ROLES, name: 'a' }), { code: 'SEALPOST_USAGE' })
  })
})
