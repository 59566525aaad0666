import { encodeLink, formatLink } from '@sealpost/core'
import { testNodeKey } from '@sealpost/host/testing'
import type { OptionRow } from '../../src/config/option-rows.ts'

/** Options that are only taken together with another one. */
export const PARTNERS: Readonly<Record<string, string>> = {
  'tls-certificate': 'tls-key',
  'tls-key': 'tls-certificate'
}

/** A value that an option can have, and does not have by default, as people write it. */
export function otherValue({ name, kind, fallback }: OptionRow): string {
  switch (kind.type) {
    case 'integer':
    case 'bytes':
      return String(fallback === kind.max ? kind.min : kind.max)
    case 'choice':
      return kind.words.find((word) => word !== fallback) ?? ''
    case 'list':
      return OTHER_LISTS[name] ?? '/dns4/relay.example/tcp/443/tls/ws'
    case 'text':
      return OTHER_TEXTS[name] ?? '/somewhere'
  }
}

const OTHER_LISTS: Readonly<Record<string, string>> = {
  listen: '127.0.0.1:7799',
  neighbours: '/dns4/relay.example/tcp/443/tls/ws, /dns4/other.example/tcp/443/tls/ws',
  'trusted-proxies': '10.0.0.0/8',
  'alarm-rules': 'crowded connections > 1',
  'tuning-pins': 'pending-reads-max'
}

/** The public address of somebody. */
export function publicAddress(): string {
  const [linkSecret, inviterHash] = [new Uint8Array(32).fill(1), new Uint8Array(32)]
  const relays = [{ nodeKey: testNodeKey(1), addresses: ['/ip4/127.0.0.1/tcp/7700/ws'] }]
  const link = { kind: 'public', linkSecret, inviterHash, expiresAtMs: undefined, relays } as const
  return formatLink(encodeLink(link))
}

const OTHER_TEXTS: Readonly<Record<string, string>> = {
  'backup-recipient': 'age1recipient',
  country: 'CH',
  desk: publicAddress(),
  'operator-listen': '127.0.0.1:7798',
  'alarm-webhook': 'https://alarm.example/'
}
