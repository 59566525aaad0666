/**
 * What the web client is answered with, by path: the one source of what relays, hosts of files and the page itself say. The page
 * may run the scripts it names by their hashes, make workers by one policy, and reach its own host alone. The peer reaches relays, and runs in the worker,
 * whose script has a policy of its own.
 */

/** In the order in which they hold: later ones win. */
export interface HeaderRule {
  /** A path, or all below one: `/assets/*`. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  /** Where the page is served from the machine it runs on. */
  readonly onLoopback?: Readonly<Record<string, string>>
}

/** What of a build its headers name. */
export interface BuiltScripts {
  /** The page's inline script, as CSP names it: `sha256-…`. */
  readonly importMapHash: string
  /** The path of the worker's script. */
  readonly worker: string
}

const TRUSTED_TYPES: readonly string[] = [
  "require-trusted-types-for 'script'",
  'trusted-types sealpost-worker'
]

function pagePolicy(importMapHash: string): readonly string[] {
  return [
    "default-src 'none'",
    `script-src 'self' '${importMapHash}'`,
    "style-src 'self'",
    "img-src 'self' blob: data:",
    'media-src blob:',
    "font-src 'self'",
    "worker-src 'self'",
    "manifest-src 'self'",
    "connect-src 'self'",
    "form-action 'none'",
    "base-uri 'none'",
    ...TRUSTED_TYPES
  ]
}

/** The worker's: it compiles Argon2id, and connects to relays wherever they are. */
function workerPolicy(connects: readonly string[]): string {
  return [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    `connect-src ${["'self'", ...connects].join(' ')}`,
    ...TRUSTED_TYPES
  ].join('; ')
}

/** The service worker's: it fetches what its own host has. */
function serviceWorkerPolicy(): string {
  return ["default-src 'none'", "script-src 'self'", "connect-src 'self'"].join('; ')
}

/** As a `<meta>` can say it, for hosts that send no headers. */
export function metaPolicy(importMapHash: string): string {
  return pagePolicy(importMapHash).join('; ')
}

export function headerRules({ importMapHash, worker }: BuiltScripts): readonly HeaderRule[] {
  const everywhere = {
    'content-security-policy': [...pagePolicy(importMapHash), "frame-ancestors 'none'"].join('; '),
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'integrity-policy': 'blocked-destinations=(script)',
    'permissions-policy':
      'camera=(self), microphone=(self), geolocation=(), payment=(), usb=(), display-capture=()',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-cache'
  }
  return [
    { path: '/*', headers: everywhere },
    {
      path: '/service-worker.js',
      headers: { 'content-security-policy': serviceWorkerPolicy() }
    },
    { path: '/assets/*', headers: { 'cache-control': 'public, max-age=31536000, immutable' } },
    {
      path: worker,
      headers: { 'content-security-policy': workerPolicy(['wss:', 'https:']) },
      // There a relay of one's own has no certificate; from anywhere else a browser refuses what is not encrypted.
      onLoopback: { 'content-security-policy': workerPolicy(['ws:', 'wss:', 'https:']) }
    }
  ]
}

/** The rules as hosts of files read them, in a file `_headers`. They know no loopback. */
export function headersFile(rules: readonly HeaderRule[]): string {
  return rules
    .map(({ path, headers }, index) => {
      const unset = rules
        .slice(0, index)
        .flatMap((earlier) => Object.keys(earlier.headers))
        .filter((name) => name in headers)
      // Such hosts join what several rules say, where the later is not told to take back the earlier.
      const lines = [
        ...unset.map((name) => `  ! ${name}`),
        ...Object.entries(headers).map(([name, value]) => `  ${name}: ${value}`)
      ]
      return [path, ...lines].join('\n')
    })
    .join('\n\n')
    .concat('\n')
}
