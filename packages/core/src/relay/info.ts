/** What `info` tells: the relay's clock, its store, its bounds and who runs it. */
import { MAILBOX_PROTOCOL_VERSION, type RelayInfo, type StoreId } from '@sealpost/protocol'
import { UNACKED_BYTES_MAX, UNACKED_ENVELOPES_MAX } from '@sealpost/protocol'
import type { Admission } from './admission.ts'
import type { RelayState } from './relay-state.ts'
import type { WorkAdmission } from './work-admission.ts'

const VERSIONS: readonly number[] = [MAILBOX_PROTOCOL_VERSION]

/** The answer to `info` as of now. */
export function relayInfo(parts: {
  readonly state: RelayState
  readonly admission: Admission
  readonly work: WorkAdmission
  readonly storeId: StoreId
}): RelayInfo {
  const { options, nowMs } = parts.state
  const { contact, request } = options.quotas
  return {
    versions: VERSIONS,
    timeMs: nowMs,
    storeId: parts.storeId,
    challenge: parts.work.challenge,
    workBits: options.workBits,
    limits: {
      depositsPerSecond: options.depositsPerSecond,
      depositBurst: options.depositBurst,
      mailboxDepositsPerMinute: options.mailboxDepositsPerMinute,
      contactEnvelopeCountMax: contact.envelopeCountMax,
      contactBytesMax: contact.bytesMax,
      requestEnvelopeCountMax: request.envelopeCountMax,
      unackedEnvelopeCountMax: UNACKED_ENVELOPES_MAX,
      unackedBytesMax: UNACKED_BYTES_MAX
    },
    capacity: parts.admission.toldCapacity,
    operator: options.operator,
    policy: options.policy,
    desk: options.desk,
    addresses: options.addresses,
    closesAtMs: options.closesAtMs,
    needsInvite: options.registration === 'invite',
    notices: options.notices.filter(({ endsAtMs }) => endsAtMs > nowMs)
  }
}
