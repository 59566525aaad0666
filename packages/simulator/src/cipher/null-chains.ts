/**
 * The Double Ratchet as counters: which messages there are keys for. Chains are numbered, each side's from 1, since in a ratchet
 * each side's next chain comes only after something of the other's.
 */
import { greatest, type NumberRuns, without, withRun } from './number-runs.ts'

/** How far ahead of what was read a message may be, as the engine has it. */
export const JUMP_MAX = 25_000
/** Chains of the other side that are kept. */
const CHAINS_MAX = 5
/** Keys of messages that have not come, kept for each chain. */
const SKIPPED_MAX = 2_000

interface ReceiveChain {
  /** The number of the next message. */
  next: number
  skipped: NumberRuns
}

export interface NullChains {
  /** The number of the chain that is written in; 0 for whoever has not answered yet. */
  own: number
  /** The number of the next message in it. */
  index: number
  previousCounter: number
  /** The number of the other side's newest chain. */
  theirs: number
  /** Its last ones, the newest last. */
  receivers: readonly ReceiveChain[]
}

export function initiatorChains(): NullChains {
  return { own: 1, index: 0, previousCounter: 0, theirs: 0, receivers: [] }
}

export function responderChains(): NullChains {
  return { own: 0, index: 0, previousCounter: 0, theirs: 0, receivers: [] }
}

/** Takes the key of a message: undefined where there was one, else why there is none. */
export function takeKey(
  chains: NullChains,
  chain: number,
  index: number
): 'SEALPOST_DUPLICATE_MESSAGE' | 'SEALPOST_MESSAGE_INVALID' | undefined {
  if (chain === chains.theirs + 1) {
    step(chains)
  }
  const receiver = receiverOf(chains, chain)
  if (receiver === undefined) {
    return 'SEALPOST_MESSAGE_INVALID'
  }
  if (index < receiver.next) {
    const rest = without(receiver.skipped, index)
    receiver.skipped = rest ?? receiver.skipped
    return rest === undefined ? 'SEALPOST_DUPLICATE_MESSAGE' : undefined
  }
  if (index - receiver.next > JUMP_MAX) {
    return 'SEALPOST_MESSAGE_INVALID'
  }
  const first = Math.max(receiver.next, index - SKIPPED_MAX)
  receiver.skipped = greatest(withRun(receiver.skipped, first, index), SKIPPED_MAX)
  receiver.next = index + 1
  return undefined
}

/** How many steps it would take to find the key of a message. */
export function keySteps(chains: NullChains, chain: number, index: number): number {
  return Math.max(0, index - (receiverOf(chains, chain)?.next ?? 0))
}

function receiverOf({ theirs, receivers }: NullChains, chain: number): ReceiveChain | undefined {
  const back = theirs - chain
  return back < 0 ? undefined : receivers[receivers.length - 1 - back]
}

function step(chains: NullChains): void {
  chains.theirs += 1
  chains.receivers = [...chains.receivers, { next: 0, skipped: [] }].slice(-CHAINS_MAX)
  chains.own += 1
  chains.previousCounter = Math.max(0, chains.index - 1)
  chains.index = 0
}
