import type { Paths } from '../nodes/connection.ts'
import type { Network } from './network.ts'

/** How long a dial goes on that nothing answers. */
const DIAL_TIMEOUT_US = 15_000_000

/** The network as streams see it, by the clock of the run. */
export function networkPaths(network: Network, clock: { readonly nowUs: number }): Paths {
  return {
    arrivalUs(from, to, bytes) {
      const atUs = network.arrivalUs(clock.nowUs, from, to, bytes)
      return atUs === Infinity ? undefined : atUs
    },
    dialledUs(from, to) {
      const atUs = network.dialUs(clock.nowUs, from, to)
      const lateUs = clock.nowUs + DIAL_TIMEOUT_US
      return atUs <= lateUs ? { atUs, isThere: true } : { atUs: lateUs, isThere: false }
    }
  }
}
