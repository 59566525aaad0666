/** What somebody is told of how this device is reached. */
import type { AddressRecord, PrekeyBundle } from '@sealpost/protocol'
import type { Account } from '../peer/account.ts'
import type { OwnSeed } from './own-seed.ts'

/** Epochs before the present one that the seed which is told opens: nothing older. */
const EPOCHS_TOLD = 1

/** @returns undefined where nothing of the seed is left. */
export function addressRecord(
  seed: OwnSeed,
  version: number,
  account: Pick<Account, 'device' | 'registrationId'> & { readonly bundle: PrekeyBundle },
  networkTimeMs: number
): AddressRecord | undefined {
  const { device, registrationId, bundle } = account
  const seedEpoch = Math.max(seed.chain.firstEpoch, seed.epoch(networkTimeMs) - EPOCHS_TOLD)
  const bytes = seed.chain.at(seedEpoch)?.slice()
  return bytes === undefined
    ? undefined
    : {
        version,
        device,
        registrationId,
        relays: seed.relays.map(({ relay }) => relay),
        seed: bytes,
        seedEpoch,
        phaseMs: seed.phaseMs,
        bundle
      }
}
