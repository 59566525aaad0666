/**
 * Key pairs that are made before a message asks for them, so that a ratchet step finds its own ready. It moves work to where
 * nobody waits for it; it saves none.
 *
 *     fill ---- makes what is missing ----> held ---- taken ----> whoever took it owns it, and wipes it
 *                                           held ---- clear ----> overwritten
 *
 * A pair is in memory alone, and given out once: what was taken for a message that is refused is not put back, so no two
 * messages ever see the same key. Who sends nonsense can so empty a pool, and messages are then as slow as without one.
 */
import { ml_kem768 } from '@noble/post-quantum/ml-kem.js'
import type { Random } from '@sealpost/crypto'
import { prepareKey } from './agreement.ts'
import type { NativeCurve, PreparedKey } from './agreement.ts'
import { freshPrivateKey } from './curve-key.ts'
import { makeDecapsulationKey } from './spqr/index.ts'
import type { NativeMlKem768 } from './spqr/index.ts'
import { wipe } from './wipe.ts'

/** Ratchet key pairs that a pool holds unless it is told otherwise: a burst of answers takes one each. */
const RATCHET_KEYS_HELD = 4
/** Key pairs of the post-quantum ratchet: a conversation takes one in about 87 messages. */
const DECAPSULATION_KEYS_HELD = 1

/** What a platform does faster than this engine, with the same results. */
export interface NativeHelp {
  readonly curve?: NativeCurve | undefined
  readonly mlKem?: NativeMlKem768 | undefined
}

/** What a pool is made of. */
export interface KeyPairPoolOptions {
  /** Where all its keys come from: seeded, and filled at the same moments, it holds the same pairs. */
  readonly random: Random
  /** That of the engine, or nothing was gained by importing keys ahead. */
  readonly native?: NativeHelp | undefined
  /** Key pairs of X25519 that it holds at most; 4 unless told otherwise. */
  readonly ratchetKeys?: number
  /** Key pairs of ML-KEM-768 that it holds at most, 2,400 bytes each; 1 unless told otherwise. */
  readonly decapsulationKeys?: number
}

/** A store of unused key pairs, bounded, for any number of engines with the same `native`. */
export class KeyPairPool {
  readonly #options: KeyPairPoolOptions
  readonly #ratchetKeys: PreparedKey[] = []
  readonly #decapsulationKeys: Uint8Array[] = []
  /** Pairs that a `fill` is about to add. */
  #underway = 0
  /** Counts the calls of `clear`: what was underway before one is not added after it. */
  #era = 0

  constructor(options: KeyPairPoolOptions) {
    this.#options = options
  }

  /**
   * Makes what is missing: for idle time, after a message was handled. All randomness is drawn before anything is waited for.
   */
  async fill(): Promise<void> {
    const { decapsulationKeys, native, random, ratchetKeys } = this.#options
    const held = this.#ratchetKeys.length + this.#underway
    const missing = Math.max(0, (ratchetKeys ?? RATCHET_KEYS_HELD) - held)
    const fresh = Array.from({ length: missing }, () => freshPrivateKey(random))
    while (this.#decapsulationKeys.length < (decapsulationKeys ?? DECAPSULATION_KEYS_HELD)) {
      this.#decapsulationKeys.push(makeDecapsulationKey(random, native?.mlKem ?? ml_kem768))
    }
    const era = this.#era
    this.#underway += missing
    for (const privateKey of fresh) {
      const prepared = await prepareKey(privateKey, native?.curve)
      this.#underway -= 1
      if (era === this.#era) {
        this.#ratchetKeys.push(prepared)
      } else {
        wipe(privateKey)
      }
    }
  }

  /** A ratchet key pair for one step, the oldest; undefined where none is held. */
  takeRatchetKey(): PreparedKey | undefined {
    return this.#ratchetKeys.shift()
  }

  /** A decapsulation key of ML-KEM-768 for one epoch; undefined where none is held. */
  takeDecapsulationKey(): Uint8Array | undefined {
    return this.#decapsulationKeys.shift()
  }

  /** Overwrites all that is held: for whoever locks the application. */
  clear(): void {
    this.#era += 1
    const ratchetKeys = this.#ratchetKeys.splice(0).map(({ privateKey }) => privateKey)
    wipe(...ratchetKeys, ...this.#decapsulationKeys.splice(0))
  }
}
