/** Looks for proofs of work without holding up anything else. */
import { type WorkOrder, WorkSearch } from '@sealpost/core'
import type { Clock } from '@sealpost/host'
import type { Work } from '@sealpost/protocol'

/** Nonces tried before others get their turn: a few milliseconds. */
const WORK_SLICE = 1_500

/** The proof that a relay asks for; takes as long as it takes. */
export async function findWork(clock: Clock, order: WorkOrder): Promise<Work> {
  const search = new WorkSearch(order.target, order.bits)
  for (;;) {
    const work = search.advance(WORK_SLICE)
    if (work !== undefined) {
      return work
    }
    await new Promise<void>((resolve) => {
      clock.setTimer(0, resolve)
    })
  }
}
