/**
 * Proofs of work: `SHA-256("sealpost/1/work" || relay || challenge || verb || subject 32 || nonce 8)` with enough leading
 * zero bits. A speed bump for making mailboxes and knocking at request boxes, nothing more.
 */
import { concatBytes, LABEL_PREFIX, utf8ToBytes, type Work } from '@sealpost/protocol'
import { sha256 } from './derive.ts'

/** What a proof is bound to. */
export interface WorkTarget {
  /** The relay's 38-byte multihash. */
  readonly relay: Uint8Array
  /** 16 bytes, as `info` told. */
  readonly challenge: Uint8Array
  readonly verb: 'register' | 'deposit' | 'claim'
  /** 32 bytes, as the verb defines it. */
  readonly subject: Uint8Array
}

const NONCE_BYTES = 8

function preimage(target: WorkTarget): Uint8Array {
  return concatBytes(
    utf8ToBytes(`${LABEL_PREFIX}work`),
    target.relay,
    target.challenge,
    utf8ToBytes(target.verb),
    target.subject,
    new Uint8Array(NONCE_BYTES)
  )
}

function leadingZeroBits(hash: Uint8Array): number {
  let bits = 0
  for (const byte of hash) {
    if (byte !== 0) {
      return bits + Math.clz32(byte) - 24
    }
    bits += 8
  }
  return bits
}

/** Whether `work` proves at least `bits` for `target`; the caller has checked that the challenge is a current one. */
export function isWorkDone(target: WorkTarget, work: Work, bits: number): boolean {
  const bytes = preimage(target)
  bytes.set(work.nonce.subarray(0, NONCE_BYTES), bytes.length - NONCE_BYTES)
  return leadingZeroBits(sha256(bytes)) >= bits
}

/** A search for a nonce that can be done in pieces, so that nobody else has to wait for it. */
export class WorkSearch {
  readonly #bytes: Uint8Array
  readonly #challenge: Uint8Array
  readonly #bits: number

  constructor(target: WorkTarget, bits: number) {
    this.#bytes = preimage(target)
    this.#challenge = target.challenge
    this.#bits = bits
  }

  /** Tries `attempts` more nonces. @returns the proof once found. */
  advance(attempts: number): Work | undefined {
    const nonce = this.#bytes.subarray(this.#bytes.length - NONCE_BYTES)
    for (let i = 0; i < attempts; i++) {
      if (leadingZeroBits(sha256(this.#bytes)) >= this.#bits) {
        return { challenge: this.#challenge, nonce: nonce.slice() }
      }
      for (let at = NONCE_BYTES - 1; at >= 0; at--) {
        const next = ((nonce[at] ?? 0) + 1) & 0xff
        nonce[at] = next
        if (next !== 0) {
          break
        }
      }
    }
    return undefined
  }
}
