import { LIFETIMES_MS, MAILBOX_IDLE_MS } from '@sealpost/protocol'
import type { PrivacyFacts } from '@sealpost/operator'
import type { RelayConfig } from '../config/config.ts'

/** What the privacy page says of a relay with this configuration. */
export function privacyFacts({
  logLevel,
  relay,
  web
}: Pick<RelayConfig, 'logLevel' | 'relay' | 'web'>): PrivacyFacts {
  const { contact } = relay.quotas
  return {
    operator: relay.operator,
    policy: relay.policy,
    servesWebClient: web !== undefined,
    logLevel,
    lifetimesMs: LIFETIMES_MS,
    idleMs: MAILBOX_IDLE_MS,
    workBits: relay.workBits,
    contactEnvelopesMax: contact.envelopeCountMax,
    contactBytesMax: contact.bytesMax
  }
}
