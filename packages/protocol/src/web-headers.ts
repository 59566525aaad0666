/**
 * What a host should answer the web client with, so that a page reaches nobody but its host and runs nothing but what the host has: found
 * out from the headers that came, for whoever is inside the page and whoever looks at the host from outside.
 */

/** What of the client was answered. The keeper is its service worker. */
export type WebPart = 'page' | 'worker' | 'keeper'

/**
 * What is not there, or says less than it should.
 *
 * - `policy`: no Content-Security-Policy at all: a worker may then do whatever a program on the network may, a page what stands in it allows
 * - `scripts`: scripts of elsewhere may run; `connections`: more may be reached than should be
 * - `types`: addresses of scripts may be made of text; `frames`: another page may show this one inside itself
 * - `opener`, `resources`, `integrity`, `permissions`, `referrer`, `sniffing`: the header that is called so
 */
export type WebHeaderLack =
  | `${WebPart}-${'policy' | 'scripts' | 'connections'}`
  | `${'page' | 'worker'}-types`
  | `page-${'frames' | 'opener' | 'resources' | 'integrity' | 'permissions' | 'referrer' | 'sniffing'}`

type Policy = ReadonlyMap<string, readonly string[]>

const OWN_SCRIPT = /^'(?:self|none|wasm-unsafe-eval|sha(?:256|384|512)-[A-Za-z0-9+/=_-]+)'$/
const OWN_HOST = /^'(?:self|none)'$/
/** The peer reaches relays wherever they are. */
const ENCRYPTED = /^(?:'self'|'none'|(?:wss|https):(?:\/\/\S+)?)$/
/** On the machine itself there may be a relay without a certificate. */
const ENCRYPTED_OR_NEAR = /^(?:'self'|'none'|(?:wss?|https):(?:\/\/\S+)?)$/

/**
 * What the answer to one part lacks, the gravest first.
 *
 * @param header gives what came under a name in small letters, several of one name with commas between
 * @param isNear whether the host is the machine itself
 */
export function webHeaderLacks(
  part: WebPart,
  header: (name: string) => string | undefined,
  isNear: boolean
): readonly WebHeaderLack[] {
  const policies = policiesOf(header('content-security-policy') ?? '')
  const lacks =
    policies.length === 0 ? [`${part}-policy` as const] : policyLacks(part, policies, isNear)
  return part === 'page' ? [...lacks, ...pageLacks(policies, header)] : lacks
}

function policyLacks(
  part: WebPart,
  policies: readonly Policy[],
  isNear: boolean
): readonly WebHeaderLack[] {
  const lacks: WebHeaderLack[] = []
  const connections = {
    page: OWN_HOST,
    worker: isNear ? ENCRYPTED_OR_NEAR : ENCRYPTED,
    keeper: OWN_HOST
  }
  if (!policies.some(runsOwnScripts)) {
    lacks.push(`${part}-scripts`)
  }
  if (!policies.some((policy) => isWithin(policy, 'connect-src', connections[part]))) {
    lacks.push(`${part}-connections`)
  }
  if (part !== 'keeper' && !policies.some(hasTrustedTypes)) {
    lacks.push(`${part}-types`)
  }
  return lacks
}

function pageLacks(
  policies: readonly Policy[],
  header: (name: string) => string | undefined
): readonly WebHeaderLack[] {
  const lacks: WebHeaderLack[] = []
  const isUnframed =
    policies.some((policy) => policy.get('frame-ancestors')?.join(' ') === "'none'") ||
    header('x-frame-options')?.toLowerCase() === 'deny'
  if (!isUnframed) {
    lacks.push('page-frames')
  }
  for (const [lack, name, expected] of PAGE_HEADERS) {
    if (!expected.test(header(name)?.trim().toLowerCase() ?? '')) {
      lacks.push(lack)
    }
  }
  return lacks
}

const PAGE_HEADERS: readonly (readonly [WebHeaderLack, string, RegExp])[] = [
  ['page-opener', 'cross-origin-opener-policy', /^same-origin$/],
  ['page-resources', 'cross-origin-resource-policy', /^same-origin$/],
  ['page-integrity', 'integrity-policy', /blocked-destinations=\([^)]*\bscript\b[^)]*\)/],
  ['page-permissions', 'permissions-policy', /\bgeolocation=\(\)/],
  ['page-referrer', 'referrer-policy', /^no-referrer$/],
  ['page-sniffing', 'x-content-type-options', /^nosniff$/]
]

/** All that came hold at once: one that says it is enough. */
function policiesOf(text: string): readonly Policy[] {
  return text
    .split(',')
    .map((policy) => {
      const directives = new Map<string, readonly string[]>()
      for (const directive of policy.split(';')) {
        const [name = '', ...sources] = directive.trim().split(/\s+/)
        // Of two of one name browsers take the first.
        if (name !== '' && !directives.has(name.toLowerCase())) {
          directives.set(name.toLowerCase(), sources)
        }
      }
      return directives
    })
    .filter(({ size }) => size > 0)
}

function runsOwnScripts(policy: Policy): boolean {
  const finer = ['script-src-elem', 'script-src-attr', 'worker-src'].filter((name) =>
    policy.has(name)
  )
  return ['script-src', ...finer].every((name) => isWithin(policy, name, OWN_SCRIPT))
}

/** Whether all that a directive allows is of one kind. What no directive speaks of is allowed. */
function isWithin(policy: Policy, name: string, kind: RegExp): boolean {
  const sources = policy.get(name) ?? policy.get('default-src')
  return sources?.every((source) => kind.test(source)) ?? false
}

function hasTrustedTypes(policy: Policy): boolean {
  const names = policy.get('trusted-types')
  return (
    policy.get('require-trusted-types-for')?.includes("'script'") === true &&
    names !== undefined &&
    !names.includes('*')
  )
}
