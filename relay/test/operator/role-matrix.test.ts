import assert from 'node:assert/strict'
import { type CallName, CALLS, type Caller, type Role, ROLES } from '@sealpost/operator'
import { type CallHandlers, OperatorServer } from '../../src/operator/operator-server.ts'

const EVERYBODY: readonly Role[] = ROLES
const RUNNING: readonly Role[] = ['operator', 'security']

/** Who may ask for what, written once more: a call that is let in by mistake has to be so in two places. */
const MATRIX: Readonly<Record<CallName, readonly Role[]>> = {
  status: EVERYBODY,
  dashboard: EVERYBODY,
  'backup progress': EVERYBODY,
  activity: EVERYBODY,
  history: EVERYBODY,
  drain: ['operator'],
  decommission: ['operator'],
  reload: ['operator'],
  compact: ['operator'],
  'backup begin': ['operator'],
  'watch apply': ['operator'],
  'watch undo': ['operator'],
  'config show': RUNNING,
  limits: RUNNING,
  'log-level': RUNNING,
  block: RUNNING,
  unblock: RUNNING,
  blocks: RUNNING,
  alarms: RUNNING,
  'alarms test': RUNNING,
  'alarms answer': RUNNING,
  watch: RUNNING,
  report: RUNNING,
  'token list': ['security'],
  'token remove': ['security'],
  'audit list': ['security'],
  'audit verify': ['security'],
  'invites add': ['operator', 'support'],
  'invites list': ['operator', 'support'],
  'invites remove': ['operator', 'support'],
  'notices add': ['operator', 'support'],
  'notices list': EVERYBODY,
  'notices remove': ['operator', 'support'],
  tickets: ['operator', 'support'],
  'tickets report': ['operator', 'support'],
  'token add': []
}
const NAMES = Object.keys(CALLS) as CallName[]

const CALLERS: ReadonlyMap<string, Caller> = new Map<string, Caller>([
  ...ROLES.map((role) => [role, { roles: [role], name: role }] as const),
  ['nobody', { roles: [], name: 'nobody' }],
  ['owner', { roles: [], isOwner: true, name: 'socket' }]
])

describe('who may ask what of a relay', () => {
  const done: string[] = []
  const handlers = Object.fromEntries(
    NAMES.map((name) => [
      name,
      () => {
        done.push(name)
        return {}
      }
    ])
  ) as unknown as CallHandlers
  const server = new OperatorServer({
    handlers,
    callerOf: (token) => CALLERS.get(token),
    onWrongToken: () => Promise.resolve(true),
    beginSession: () => undefined,
    onChange: () => Promise.resolve(),
    onFailure: () => assert.fail('nothing fails here'),
    onPage: () => false
  })
  let port = 0

  before(async () => {
    port = (await server.listenOnPort('127.0.0.1', 0)).port
  })

  after(async () => {
    await server.close()
  })

  /** Whether a call was done, or refused for what was said with it; and not for who asks. */
  async function isLetIn(name: CallName, token: string): Promise<boolean> {
    const response = await fetch(
      `http://127.0.0.1:${String(port)}/api/${encodeURIComponent(name)}`,
      {
        method: 'POST',
        headers: { authorization: `Bearer ${token}` }
      }
    )
    const text = await response.text()
    assert.equal(response.status === 403, text.includes('SEALPOST_ROLE_MISSING'), text)
    return response.status !== 403
  }

  for (const name of NAMES) {
    it(`${name}: ${MATRIX[name].join(', ') || 'who has the socket alone'}`, async () => {
      for (const role of ROLES) {
        done.length = 0
        const isLet = await isLetIn(name, role)
        assert.equal(isLet, MATRIX[name].includes(role), role)
        assert.ok(isLet || done.length === 0, `${role}: refused, and done all the same`)
      }
      assert.equal(await isLetIn(name, 'nobody'), false)
      assert.equal(await isLetIn(name, 'owner'), true)
    })
  }
})
