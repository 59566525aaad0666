/**
 * All that a relay holds for an account's mailboxes, asked of it on a connection of its own, with what proves that they are ours.
 *
 * ```
 *   each mailbox: inspect --page--> inspect --page--> ... told whole
 *                 destroy                             gone, with all that it held
 * ```
 */
import type { MailboxRight } from '@sealpost/core'
import {
  type HeldEnvelope,
  isSealpostError,
  type MailboxId,
  type MailboxPage,
  type NodeKey,
  ProtocolError,
  type RelayAddress
} from '@sealpost/protocol'
import { dialRelay, type ErrandPorts, RelayConversation } from './relay-conversation.ts'

/** Pages that one mailbox can have: more than the tombstones that a relay keeps of one. */
const PAGES_MAX = 4_096
/** A relay answers a hundred requests a second, and says so where that is too much. */
const SLOW_DOWN_MS = 1_000
const SLOW_DOWNS_MAX = 60

/** What a relay holds for one mailbox. */
export interface HeldMailbox extends Omit<MailboxPage, 'envelopes' | 'nextSequence'> {
  readonly mailboxId: MailboxId
  readonly envelopes: readonly HeldEnvelope[]
}

/** What relays hold for an account, to be seen and erased by who owns it. */
export interface HeldData {
  /**
   * Mailboxes of this device and request boxes of the account's links, each as a relay holds it; those that it does not have are
   * left out.
   *
   * @throws UsageError `SEALPOST_UNKNOWN_RELAY`; UnreachableError, ProtocolError, RefusedError; SealpostError `SEALPOST_TIMEOUT` when
   * `signal` ends it
   */
  held(nodeKey: NodeKey, signal: AbortSignal | undefined): AsyncIterable<HeldMailbox>
  /**
   * Leaves a relay, and has it erase all of that at once: nothing more is fetched there, and what contacts wrote is sent to the
   * other relays once they know. Where the relay cannot be reached it is left all the same.
   *
   * @returns how many mailboxes there were. @throws as `held`; UsageError `SEALPOST_LAST_RELAY`, `SEALPOST_USAGE` where a link that
   * still works is kept there
   */
  erase(nodeKey: NodeKey, signal: AbortSignal | undefined): Promise<number>
}

/** @throws as `HeldData.held` */
export async function* heldData(
  ports: ErrandPorts,
  relay: RelayAddress,
  rights: readonly MailboxRight[],
  signal: AbortSignal | undefined
): AsyncGenerator<HeldMailbox, void, undefined> {
  const stream = await dialRelay(ports, relay, signal)
  const conversation = new RelayConversation(ports, stream, signal)
  try {
    for (const right of rights) {
      const held = await heldFor(ports, conversation, right)
      if (held !== undefined) {
        yield held
      }
    }
  } finally {
    conversation.end()
    await stream.close()
  }
}

/** @returns how many there were. @throws as `HeldData.held` */
export async function eraseHeld(
  ports: ErrandPorts,
  relay: RelayAddress,
  rights: readonly MailboxRight[],
  signal: AbortSignal | undefined
): Promise<number> {
  const stream = await dialRelay(ports, relay, signal)
  const conversation = new RelayConversation(ports, stream, signal)
  let count = 0
  try {
    for (const { mailboxId, fetchToken } of rights) {
      const request = { type: 'destroy', mailboxId, fetchToken } as const
      const answer = await unlessDenied(() => patiently(ports, () => conversation.ask(request)))
      count += answer === undefined ? 0 : 1
    }
  } finally {
    conversation.end()
    await stream.close()
  }
  return count
}

/** @returns undefined where there is no such mailbox. */
async function heldFor(
  ports: ErrandPorts,
  conversation: RelayConversation,
  { mailboxId, fetchToken }: MailboxRight
): Promise<HeldMailbox | undefined> {
  const envelopes: HeldEnvelope[] = []
  let fromSequence = 0
  for (let count = 0; count < PAGES_MAX; count++) {
    const request = { type: 'inspect', mailboxId, fetchToken, fromSequence } as const
    const answer = await unlessDenied(() => patiently(ports, () => conversation.ask(request)))
    if (answer === undefined) {
      return undefined
    }
    if (answer.type !== 'inspected') {
      throw new ProtocolError('SEALPOST_FRAME_MALFORMED')
    }
    const { nextSequence, envelopes: some, ...summary } = answer.page
    envelopes.push(...some)
    if (nextSequence === undefined) {
      return { mailboxId, ...summary, envelopes }
    }
    if (nextSequence <= fromSequence) {
      break
    }
    fromSequence = nextSequence
  }
  throw new ProtocolError('SEALPOST_FRAME_MALFORMED', 'the relay has no end of pages')
}

async function unlessDenied<Result>(ask: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await ask()
  } catch (error) {
    if (isSealpostError(error) && error.code === 'SEALPOST_DENIED') {
      return undefined
    }
    throw error
  }
}

/** Asks again where the relay wants it slower. */
async function patiently<Result>(ports: ErrandPorts, ask: () => Promise<Result>): Promise<Result> {
  for (let count = 0; ; count++) {
    try {
      return await ask()
    } catch (error) {
      const isSlow = isSealpostError(error) && error.code === 'SEALPOST_SLOW_DOWN'
      if (!isSlow || count >= SLOW_DOWNS_MAX) {
        throw error
      }
      await new Promise<void>((resolve) => {
        ports.clock.setTimer(SLOW_DOWN_MS, resolve)
      })
    }
  }
}
