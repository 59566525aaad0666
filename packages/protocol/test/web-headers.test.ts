import assert from 'node:assert/strict'
import fc from 'fast-check'
import { type WebHeaderLack, webHeaderLacks, type WebPart } from '@sealpost/protocol'

const TYPES = "require-trusted-types-for 'script'; trusted-types sealpost-worker"
const POLICIES = {
  page: `default-src 'none'; script-src 'self' 'sha256-abc='; connect-src 'self'; frame-ancestors 'none'; ${TYPES}`,
  worker: `default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self' wss: https:; ${TYPES}`,
  keeper: "default-src 'none'; script-src 'self'; connect-src 'self'"
}
const HEADERS: Readonly<Record<string, string>> = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'integrity-policy': 'blocked-destinations=(script)',
  'permissions-policy': 'camera=(self), geolocation=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff'
}

function lacks(
  part: WebPart,
  policy: string | undefined,
  changes: Readonly<Record<string, string | undefined>> = {},
  isNear = false
): readonly WebHeaderLack[] {
  const all: Readonly<Record<string, string | undefined>> = {
    ...HEADERS,
    'content-security-policy': policy,
    ...changes
  }
  return webHeaderLacks(part, (name) => all[name], isNear)
}

describe('the headers of a web client', () => {
  for (const part of ['page', 'worker', 'keeper'] as const) {
    it(`lack nothing at the ${part} as the build writes them, nor with a second, weaker policy`, () => {
      assert.deepEqual(lacks(part, POLICIES[part]), [])
      assert.deepEqual(lacks(part, `default-src *, ${POLICIES[part]}`), [])
    })

    it(`lack the policy of the ${part} where none came`, () => {
      for (const policy of [undefined, '', ' ; ,']) {
        assert.ok(lacks(part, policy).includes(`${part}-policy`))
      }
    })
  }

  const weak: readonly (readonly [WebPart, string, string, WebHeaderLack])[] = [
    ['page', "script-src 'self'", "script-src 'self' https://x.example", 'page-scripts'],
    ['page', "script-src 'self'", "script-src 'unsafe-inline'", 'page-scripts'],
    ['page', "script-src 'self'", "script-src 'nonce-abc'", 'page-scripts'],
    ['page', "script-src 'self'", "script-src-elem *; script-src 'self'", 'page-scripts'],
    ['page', "script-src 'self'", "worker-src blob:; script-src 'self'", 'page-scripts'],
    ['page', "script-src 'self'", "script-src *; script-src 'self'", 'page-scripts'],
    ['page', "connect-src 'self'", "connect-src 'self' https:", 'page-connections'],
    ['page', "require-trusted-types-for 'script';", '', 'page-types'],
    ['page', 'trusted-types sealpost-worker', 'trusted-types *', 'page-types'],
    ['page', "frame-ancestors 'none'", 'frame-ancestors *', 'page-frames'],
    ['worker', 'connect-src', 'connect-src ws:', 'worker-connections'],
    ['worker', 'connect-src', 'connect-src http:', 'worker-connections'],
    ['worker', 'connect-src', 'connect-src *', 'worker-connections'],
    ['worker', "'wasm-unsafe-eval'", "'unsafe-eval'", 'worker-scripts'],
    ['worker', 'trusted-types sealpost-worker', '', 'worker-types'],
    ['keeper', "connect-src 'self'", 'connect-src wss:', 'keeper-connections'],
    ['keeper', "script-src 'self'", 'script-src data:', 'keeper-scripts']
  ]
  for (const [part, from, to, lack] of weak) {
    it(`are too weak at the ${part} with ${to === '' ? `no ${from}` : to}`, () => {
      assert.ok(POLICIES[part].includes(from))
      assert.deepEqual(lacks(part, POLICIES[part].replace(from, to)), [lack])
    })
  }

  it('lack whatever nothing speaks of', () => {
    assert.deepEqual(lacks('worker', "base-uri 'none'"), [
      'worker-scripts',
      'worker-connections',
      'worker-types'
    ])
  })

  it('let a worker reach what is not encrypted on the machine itself alone', () => {
    const policy = POLICIES.worker.replace('wss:', 'ws: wss:')
    assert.deepEqual(lacks('worker', policy, {}, true), [])
    assert.deepEqual(lacks('worker', policy), ['worker-connections'])
    assert.deepEqual(lacks('worker', POLICIES.worker.replace('wss:', '*'), {}, true), [
      'worker-connections'
    ])
  })

  it('are looked at one by one at the page', () => {
    const expected = ['opener', 'resources', 'integrity', 'permissions', 'referrer', 'sniffing']
    for (const [at, name] of Object.keys(HEADERS).entries()) {
      for (const value of [undefined, 'unsafe-none']) {
        assert.deepEqual(lacks('page', POLICIES.page, { [name]: value }), [
          `page-${expected[at] ?? ''}`
        ])
      }
    }
  })

  it('may forbid frames in the older way', () => {
    const policy = POLICIES.page.replace("frame-ancestors 'none'", '')
    assert.deepEqual(lacks('page', policy), ['page-frames'])
    assert.deepEqual(lacks('page', policy, { 'x-frame-options': 'DENY' }), [])
  })

  it('may say anything without anything being thrown', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.constantFrom<WebPart>('page', 'worker', 'keeper'),
        (any, part) => {
          assert.ok(webHeaderLacks(part, () => any, false).length > 0)
        }
      )
    )
  })
})
