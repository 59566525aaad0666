/**
 * Tries a relay as a person's messages would use it, on a connection of its own and with a mailbox that is thrown away:
 *
 * ```
 *   dial --> info --> register --> deposit --> subscribe, deliver --> ack --> destroy
 * ```
 * Whatever goes wrong on the way, what was registered is destroyed, as far as the relay answers.
 */
import { inviteFor, sha256 } from '@sealpost/core'
import { sealEnvelope } from '@sealpost/crypto'
import {
  type Capacity,
  type DeviceNumber,
  type Envelope,
  envelopeIds,
  equalBytes,
  type ErrorCode,
  isSealpostError,
  type MailboxId,
  mailboxIds,
  ProtocolError,
  type RelayAddress,
  type RelayInfo,
  type RelayInvite,
  relayMultihash
} from '@sealpost/protocol'
import type { ClientPorts } from './client-ports.ts'
import { findWork } from './find-work.ts'
import { dialRelay, refused, RelayConversation } from './relay-conversation.ts'

/** Harder proofs are not looked for, here as everywhere. */
const WORK_BITS_DONE_MAX = 24
const CIPHERTEXT_BYTES = 100

/** What a trial found of a relay that answers. */
export interface RelayReport {
  readonly relay: RelayAddress
  /** What its operator says of themselves, and of the relay; may be empty, and may be anything. */
  readonly operator: string
  readonly policy: string
  readonly capacity: Capacity
  /** Its clock less ours. */
  readonly clockOffsetMs: number
  /** From a question to its answer, on a connection that is there. */
  readonly roundTripMs: number
  /** Why messages cannot be kept there now; undefined where a message went all the way through a mailbox. */
  readonly problem: ErrorCode | undefined
}

/**
 * Tries a relay.
 *
 * @param ownerSecret the account's, so that an invite is used once.
 * @throws UnreachableError `SEALPOST_DIAL_FAILED`, `SEALPOST_REPLY_TIMEOUT`, `SEALPOST_CONNECTION_CLOSED` where it does not even say
 * what it is; ProtocolError where what it says makes no sense; SealpostError `SEALPOST_TIMEOUT` when `signal` ends the trial.
 */
export async function tryRelay(
  ports: ClientPorts,
  relay: RelayAddress,
  ownerSecret: Uint8Array,
  signal?: AbortSignal
): Promise<RelayReport> {
  const stream = await dialRelay(ports, relay, signal)
  const conversation = new RelayConversation(ports, stream, signal)
  try {
    const { info, clockOffsetMs, roundTripMs } = await greet(ports, conversation)
    let problem: ErrorCode | undefined
    try {
      const invite = inviteFor([relay], ownerSecret, relay.nodeKey)
      await tryMailbox({ ports, conversation, invite }, relay, info)
    } catch (error) {
      if (!isSealpostError(error) || error.code === 'SEALPOST_TIMEOUT') {
        throw error
      }
      problem = error.code
    }
    const { operator, policy, capacity } = info
    return { relay, operator, policy, capacity, clockOffsetMs, roundTripMs, problem }
  } finally {
    conversation.end()
    await stream.close()
  }
}

interface Trial {
  readonly ports: ClientPorts
  readonly conversation: RelayConversation
  readonly invite: RelayInvite | undefined
}

async function greet(
  ports: ClientPorts,
  conversation: RelayConversation
): Promise<{
  readonly info: RelayInfo
  readonly clockOffsetMs: number
  readonly roundTripMs: number
}> {
  // The first answer may wait for what a connection begins with; the second tells the time it takes.
  await conversation.ask({ type: 'info' })
  const startMs = ports.clock.monotonicMs()
  const answer = await conversation.ask({ type: 'info' })
  const roundTripMs = Math.max(0, ports.clock.monotonicMs() - startMs)
  if (answer.type !== 'info') {
    throw new ProtocolError('SEALPOST_FRAME_MALFORMED')
  }
  const { info } = answer
  const clockOffsetMs = Math.round(info.timeMs + roundTripMs / 2 - ports.clock.wallMs())
  return { info, clockOffsetMs, roundTripMs }
}

/** Sends a message through a mailbox. @throws SealpostError that says at what it failed */
async function tryMailbox(
  { ports, conversation, invite }: Trial,
  relay: RelayAddress,
  info: RelayInfo
): Promise<void> {
  const { random } = ports
  const mailboxId = mailboxIds.fromBytes(random.bytes(32))
  const [depositToken, fetchToken] = [random.bytes(32), random.bytes(32)]
  const registration = {
    type: 'mailbox' as const,
    mailboxId,
    depositHash: sha256(depositToken),
    fetchHash: sha256(fetchToken),
    kind: 'contact' as const,
    isQuiet: false
  }
  if (info.workBits > WORK_BITS_DONE_MAX) {
    throw refused('needs-work')
  }
  const target = {
    relay: relayMultihash(relay.nodeKey),
    challenge: info.challenge,
    verb: 'register' as const,
    subject: sha256(mailboxIds.toBytes(mailboxId))
  }
  const work =
    info.workBits === 0 ? undefined : await findWork(ports.clock, { target, bits: info.workBits })
  const registrations = [registration]
  const answer = await conversation.ask({ type: 'register', registrations, work, invite })
  const outcome = answer.type === 'registered' ? answer.outcomes[0] : undefined
  if (outcome !== 'done') {
    throw refused(outcome ?? 'internal')
  }
  try {
    await passThrough(ports, conversation, { mailboxId, depositToken, fetchToken })
  } finally {
    await conversation.ask({ type: 'destroy', mailboxId, fetchToken })
  }
}

async function passThrough(
  ports: ClientPorts,
  conversation: RelayConversation,
  mailbox: {
    readonly mailboxId: MailboxId
    readonly depositToken: Uint8Array
    readonly fetchToken: Uint8Array
  }
): Promise<void> {
  const { mailboxId, depositToken, fetchToken } = mailbox
  const { random } = ports
  const envelope = trialEnvelope(ports, mailboxId)
  const isLive = false
  await conversation.ask({
    type: 'deposit',
    mailboxId,
    depositToken,
    envelope,
    isLive,
    work: undefined
  })
  const delivered = conversation.delivery(mailboxId)
  const instance = random.bytes(16)
  await conversation.ask({
    type: 'subscribe',
    instance,
    subscriptions: [{ mailboxId, fetchToken }]
  })
  const { sealed, envelopeId } = (await delivered).envelope
  await conversation.ask({ type: 'ack', mailboxId, envelopeIds: [envelopeId] })
  if (envelopeId !== envelope.envelopeId || !equalBytes(sealed, envelope.sealed)) {
    throw new ProtocolError(
      'SEALPOST_FRAME_MALFORMED',
      'the relay delivered something else than it was given'
    )
  }
}

/** Looks like any other, and nobody can open it: its key is forgotten. */
function trialEnvelope({ random }: ClientPorts, mailboxId: MailboxId): Envelope {
  const envelopeId = envelopeIds.fromBytes(random.bytes(16))
  const recallHash = random.bytes(32)
  const lifetime = 0 as const
  const sealed = sealEnvelope(
    {
      sealKey: random.bytes(32),
      mailboxId,
      envelopeId,
      recallHash,
      lifetime,
      type: 2,
      member: 0,
      senderDevice: 1 as DeviceNumber,
      ciphertext: random.bytes(CIPHERTEXT_BYTES)
    },
    random
  )
  return { envelopeId, recallHash, lifetime, sealed }
}
