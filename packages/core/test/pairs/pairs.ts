/** The property itself, for as many plays as are wanted. */
import fc from 'fast-check'
import { checkAll } from './claims.ts'
import { misfortune, type Share } from './misfortunes.ts'
import { Play } from './play.ts'

export interface PairsOptions extends Share {
  readonly numRuns: number
  readonly bobsDevices: 1 | 2
  readonly relayCount: 2 | 3
  readonly seed?: number
}

export function pairsAgree(options: PairsOptions): void {
  const { numRuns, bobsDevices, relayCount, seed } = options
  fc.assert(
    fc.property(
      fc.nat(1_000_000),
      fc.boolean(),
      fc.array(misfortune(options), { maxLength: 30 }),
      (worldSeed, isSaying, misfortunes) => {
        const play = new Play({ seed: worldSeed, relayCount, bobsDevices })
        for (const given of misfortunes) {
          play.do(given)
        }
        checkAll(play, isSaying)
      }
    ),
    { numRuns, ...(seed === undefined ? {} : { seed }) }
  )
}
