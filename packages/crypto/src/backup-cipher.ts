/**
 * The chunks of a backup file: STREAM (Hoang, Reyhanitabar, Rogaway and Vizar, "Online Authenticated-Encryption and its
 * Nonce-Reuse Misuse-Resistance", CRYPTO 2015, section 7) over XChaCha20-Poly1305.
 *
 *     nonce  prefix 16 || BE56 number of the chunk, from 0 || 1 for the last chunk, else 0
 *     chunk  XChaCha20-Poly1305(key, nonce, BE16 length || content || zeros, "sealpost/1/backup" || header)
 *
 * Every chunk is sealed from 65,536 bytes into 65,552, whatever it holds, so that nothing in the file says where a chunk or the
 * content ends. The number refuses chunks that are missing, doubled or in another order; the last byte of the nonce refuses an
 * end that is not the end. No file can have so many chunks that a number comes twice: 2^53 of them are 512 EiB.
 */
import { xchacha20poly1305 } from '@noble/ciphers/chacha.js'
import {
  LABEL_PREFIX,
  PADDING_LENGTH_BYTES,
  bigEndian,
  concatBytes,
  padTo,
  utf8ToBytes
} from '@sealpost/protocol'
import { unpadded } from './unpadded.ts'

/** Bytes that the nonces of a file begin with. */
export const NONCE_PREFIX_BYTES = 16
const COUNTER_BYTES = 7
const TAG_BYTES = 16
/** Bytes of a chunk before it is sealed. */
const CHUNK_BYTES = 65_536
/** Bytes of content that a chunk has room for. */
export const CHUNK_CONTENT_BYTES: number = CHUNK_BYTES - PADDING_LENGTH_BYTES
/** Bytes of a chunk in the file. */
export const SEALED_CHUNK_BYTES: number = CHUNK_BYTES + TAG_BYTES

const LABEL = utf8ToBytes(`${LABEL_PREFIX}backup`)

/** Seals or opens the chunks of one file, in their order. */
export class BackupCipher {
  readonly #key: Uint8Array
  readonly #noncePrefix: Uint8Array
  readonly #aad: Uint8Array
  #chunkCount = 0

  /** @param options.key 32 bytes, for this file alone; the cipher's from here on, which wipes it. */
  constructor(options: {
    readonly key: Uint8Array
    readonly noncePrefix: Uint8Array
    readonly header: Uint8Array
  }) {
    this.#key = options.key
    this.#noncePrefix = options.noncePrefix
    this.#aad = concatBytes(LABEL, options.header)
  }

  /** How many chunks were sealed or opened. */
  get chunkCount(): number {
    return this.#chunkCount
  }

  /** @param content at most `CHUNK_CONTENT_BYTES`. @returns a new array of `SEALED_CHUNK_BYTES`. */
  seal(content: Uint8Array, isLast: boolean): Uint8Array {
    const padded = padTo(content, CHUNK_BYTES)
    const sealed = this.#chunk(isLast).encrypt(padded)
    padded.fill(0)
    this.#chunkCount += 1
    return sealed
  }

  /**
   * @param sealed `SEALED_CHUNK_BYTES`.
   * @returns the content, in an array that the caller owns; undefined where `sealed` is not the next chunk of the file.
   */
  open(sealed: Uint8Array): { readonly content: Uint8Array; readonly isLast: boolean } | undefined {
    for (const isLast of [false, true]) {
      const padded = this.#decrypted(sealed, isLast)
      if (padded !== undefined) {
        const content = unpadded(padded)
        this.#chunkCount += 1
        return content === undefined ? undefined : { content, isLast }
      }
    }
    return undefined
  }

  /** Overwrites the key. What is sealed or opened afterwards is of no use. */
  wipe(): void {
    this.#key.fill(0)
  }

  #decrypted(sealed: Uint8Array, isLast: boolean): Uint8Array | undefined {
    try {
      return this.#chunk(isLast).decrypt(sealed)
    } catch {
      // The library says by an exception, and by nothing else, that the tag does not fit.
      return undefined
    }
  }

  #chunk(isLast: boolean): ReturnType<typeof xchacha20poly1305> {
    const counter = bigEndian(this.#chunkCount, COUNTER_BYTES)
    const nonce = concatBytes(this.#noncePrefix, counter, Uint8Array.of(isLast ? 1 : 0))
    return xchacha20poly1305(this.#key, nonce, this.#aad)
  }
}
