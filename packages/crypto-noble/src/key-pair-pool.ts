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

/** Key pairs of X25519 that a pool holds unless it is told otherwise: a ratchet step takes one, a new session two. */
const CURVE_KEYS_HELD = 4

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
  readonly curveKeys?: number
}

/** A store of unused key pairs of X25519, and one of ML-KEM-768, for any number of engines with the same `native`. */
export class KeyPairPool {
  readonly #options: KeyPairPoolOptions
  readonly #curveKeys: PreparedKey[] = []
  /** Of the post-quantum ratchet; a conversation takes one in about 87 messages. */
  #decapsulationKey: Uint8Array | undefined
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
    const { curveKeys, native, random } = this.#options
    const held = this.#curveKeys.length + this.#underway
    const missing = Math.max(0, (curveKeys ?? CURVE_KEYS_HELD) - held)
    const fresh = Array.from({ length: missing }, () => freshPrivateKey(random))
    this.#decapsulationKey ??= makeDecapsulationKey(random, native?.mlKem ?? ml_kem768)
    const era = this.#era
    this.#underway += missing
    for (const privateKey of fresh) {
      const prepared = await prepareKey(privateKey, native?.curve)
      this.#underway -= 1
      if (era === this.#era) {
        this.#curveKeys.push(prepared)
      } else {
        wipe(privateKey)
      }
    }
  }

  /** A key pair of X25519 for one step or session, the oldest; undefined where none is held. */
  takeCurveKey(): PreparedKey | undefined {
    return this.#curveKeys.shift()
  }

  /** A decapsulation key of ML-KEM-768 for one epoch; undefined where none is held. */
  takeDecapsulationKey(): Uint8Array | undefined {
    const key = this.#decapsulationKey
    this.#decapsulationKey = undefined
    return key
  }

  /** Overwrites all that is held: for whoever locks the application. */
  clear(): void {
    this.#era += 1
    for (const { privateKey } of this.#curveKeys.splice(0)) {
      wipe(privateKey)
    }
    this.takeDecapsulationKey()?.fill(0)
  }
}
