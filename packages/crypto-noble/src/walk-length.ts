/**
 * How many steps of both ratchets a session would take to find the keys of a message, before it is known whether the message is
 * one of that session. Whoever makes up a message chooses both numbers, so that this is what he can make us do.
 */
import { equalBytes } from '@noble/curves/utils.js'
import { FORWARD_JUMP_MAX } from './double-ratchet.ts'
import type { Session } from './session.ts'
import type { ReceivedMessage } from './signal-message.ts'
import { SpqrError, decodeSpqr, wipeSpqr } from './spqr/index.ts'
import { decodeMessageHead } from './spqr/spqr-message.ts'

/** What one session may cost: the jumps that both ratchets allow. */
export const WALK_LENGTH_MAX: number = 2 * FORWARD_JUMP_MAX

/** Steps, 0 where the message is refused without any. @throws StorageError `SEALPOST_STORE_CORRUPT` */
export function walkLength(session: Session, message: ReceivedMessage): number {
  const chain = session.receivers.find(({ ratchetKey }) =>
    equalBytes(ratchetKey, message.ratchetKey)
  )
  const steps = Math.max(0, message.index - (chain?.index ?? 0))
  return steps > FORWARD_JUMP_MAX ? 0 : steps + spqrSteps(session.spqr, message.spqrMessage)
}

function spqrSteps(spqr: Uint8Array, message: Uint8Array): number {
  const state = decodeSpqr(spqr.slice())
  try {
    const { epoch, index } = decodeMessageHead(message)
    const { chain } = state.parts
    // Keys of the message of epoch e come from the chain of e - 1; the newest chain is the last.
    const link = chain.links.at(epoch - 2 - chain.epoch)
    const steps = Math.max(0, index - (link?.receive.counter ?? index))
    return steps > FORWARD_JUMP_MAX ? 0 : steps
  } catch (error) {
    if (error instanceof SpqrError) {
      return 0
    }
    throw error
  } finally {
    wipeSpqr(state)
  }
}
