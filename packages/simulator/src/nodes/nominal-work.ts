/**
 * Proofs of work whose price is paid in virtual time: relays ask for a bit, which is soon found, and whoever needs a proof waits for
 * as long as the bits of the scenario take.
 */
import { invariant, type WorkOrder, WorkSearch } from '@sealpost/core'
import type { ClientFrame } from '@sealpost/protocol'

/** What relays of a run ask for, where its scenario asks for any. */
export const NOMINAL_WORK_BITS = 1
/** More than anybody has to try who looks for so few bits. */
const ATTEMPTS_MAX = 4_096

type RequestFrame = Extract<ClientFrame, { type: 'request' }>

/** The same request with the proof that it needs. */
export function withWork(frame: RequestFrame, { bits, target }: WorkOrder): RequestFrame {
  const work = new WorkSearch(target, bits).advance(ATTEMPTS_MAX)
  invariant(work !== undefined, 'a nominal proof is soon found')
  const { request } = frame
  const isAsked =
    request.type === 'register' || request.type === 'deposit' || request.type === 'claim'
  return isAsked ? { ...frame, request: { ...request, work } } : frame
}
