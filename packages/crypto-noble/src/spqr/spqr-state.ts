import type { BraidState } from './braid/braid-state.ts'
import { secretsOf } from './braid/braid-state.ts'
import type { EpochChain } from './epoch-chain.ts'

/** What a state consists of. */
export interface SpqrParts {
  /** Whether a message of this version has come: from then on no other version is heard. */
  readonly isNegotiated: boolean
  readonly chain: EpochChain
  readonly braid: BraidState
}

/**
 * One side of an SPQR session. A value: no call changes it, and the states before and after a call share what did not change.
 * It shows nothing of itself when it is inspected or turned into JSON, so compare two of them by `encodeSpqr`.
 */
export class SpqrState {
  readonly #parts: SpqrParts

  constructor(parts: SpqrParts) {
    this.#parts = parts
  }

  /** For the files of this folder. */
  get parts(): SpqrParts {
    return this.#parts
  }
}

/**
 * Overwrites every secret of `previous` that is not one of `next` as well. For whoever has made `next` durable and will never
 * go back: `previous` and what else was made from it are unusable afterwards. Without `next`, overwrites all.
 */
export function wipeSpqr(previous: SpqrState, next?: SpqrState): void {
  const kept = new Set(next === undefined ? [] : allSecrets(next.parts))
  for (const secret of allSecrets(previous.parts)) {
    if (!kept.has(secret)) {
      secret.fill(0)
    }
  }
}

function allSecrets({ chain, braid }: SpqrParts): readonly Uint8Array[] {
  const ofLinks = chain.links.flatMap(({ send, receive }) => [
    ...(send.next === undefined ? [] : [send.next]),
    receive.next,
    receive.skipped
  ])
  return [chain.nextRoot, ...ofLinks, ...secretsOf(braid)]
}
