/**
 * A key from a passphrase: Argon2id (RFC 9106) of the passphrase in NFKC, and how its cost stands in a header:
 * `BE32 memory in KiB || BE32 passes || lanes 1`. A header is read from where others may have written, so the cost is bounded
 * before any memory is asked for.
 */
import { UsageError, bigEndian, concatBytes, fromBigEndian, utf8ToBytes } from '@sealpost/protocol'
import { SEAL_KEY_BYTES } from './aead.ts'

/** What Argon2id costs (RFC 9106 3.1). */
export interface PassphraseCost {
  /** Memory in KiB, 8,192 to 262,144. */
  readonly memoryKib: number
  /** Passes over it, 1 to 16. */
  readonly passes: number
  /** Lanes, 1 to 4. They save no time here: they run one after another. */
  readonly lanes: number
}

/**
 * 64 MiB and three passes, RFC 9106's choice for where memory is scarce, in one lane: a quarter of a second in WebAssembly on
 * a plain machine, which a command can spend at each start.
 */
export const PASSPHRASE_COST: PassphraseCost = { memoryKib: 65_536, passes: 3, lanes: 1 }

/** Bytes of a cost in a header. */
export const COST_BYTES = 9
/** Bytes of the salt that stands after it. */
export const SALT_BYTES = 16

/** The least and most of each parameter. 256 MiB and 16 passes take some seconds and fit into a small machine. */
const BOUNDS = { memoryKib: [8_192, 262_144], passes: [1, 16], lanes: [1, 4] } as const

/** @throws UsageError `SEALPOST_USAGE` for a cost out of bounds. */
export function encodeCost(cost: PassphraseCost): Uint8Array {
  if (!isCostInBounds(cost)) {
    throw new UsageError('SEALPOST_USAGE', 'the cost of the passphrase is out of its bounds')
  }
  return concatBytes(
    bigEndian(cost.memoryKib, 4),
    bigEndian(cost.passes, 4),
    Uint8Array.of(cost.lanes)
  )
}

/** @returns undefined for a cost out of bounds. */
export function decodeCost(bytes: Uint8Array): PassphraseCost | undefined {
  const cost = {
    memoryKib: fromBigEndian(bytes.subarray(0, 4)),
    passes: fromBigEndian(bytes.subarray(4, 8)),
    lanes: bytes[8] ?? 0
  }
  return isCostInBounds(cost) ? cost : undefined
}

function isCostInBounds(cost: PassphraseCost): boolean {
  return (['memoryKib', 'passes', 'lanes'] as const).every((name) => {
    const [least, most] = BOUNDS[name]
    return Number.isInteger(cost[name]) && cost[name] >= least && cost[name] <= most
  })
}

/** @returns 32 bytes that the caller owns and wipes. The cost must be within its bounds. */
export async function passphraseKey(
  passphrase: string,
  salt: Uint8Array,
  cost: PassphraseCost
): Promise<Uint8Array> {
  // Loaded here, so that nobody without a passphrase pays for it.
  const { argon2id } = await import('hash-wasm')
  return argon2id({
    // One keyboard composes what another decomposes; both must give the same key.
    password: utf8ToBytes(passphrase.normalize('NFKC')),
    salt,
    memorySize: cost.memoryKib,
    iterations: cost.passes,
    parallelism: cost.lanes,
    hashLength: SEAL_KEY_BYTES,
    outputType: 'binary'
  })
}
