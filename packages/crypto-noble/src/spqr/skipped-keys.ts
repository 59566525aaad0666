/**
 * The message keys of one chain that were passed over, for messages that come late. They lie in one array, ascending by
 * number, `BE32 number || key 32` each: with 2,000 of them a copy is one `set`, a search takes eleven steps, and a record takes
 * the array as it is.
 */

/** Bytes of an entry. */
export const SKIPPED_KEY_BYTES = 36
const NUMBER_BYTES = 4

/** Never changed: what adds or takes a key makes another array. */
export type SkippedKeys = Uint8Array

/** Of a chain that passed over nothing. */
export const NO_SKIPPED_KEYS: SkippedKeys = new Uint8Array(0)

/** How many there are. */
export function countSkipped(keys: SkippedKeys): number {
  return keys.length / SKIPPED_KEY_BYTES
}

/** The number of the entry at `position`, which is below the count. */
export function skippedNumberAt(keys: SkippedKeys, position: number): number {
  const at = position * SKIPPED_KEY_BYTES
  const high = ((keys[at] ?? 0) << 16) | ((keys[at + 1] ?? 0) << 8) | (keys[at + 2] ?? 0)
  return high * 0x100 + (keys[at + 3] ?? 0)
}

/** Writes an entry at `position` of an array that is being made. */
export function writeSkipped(
  keys: Uint8Array,
  position: number,
  { number, key }: { readonly number: number; readonly key: Uint8Array }
): void {
  const at = position * SKIPPED_KEY_BYTES
  keys[at] = number >>> 24
  keys[at + 1] = number >>> 16
  keys[at + 2] = number >>> 8
  keys[at + 3] = number
  keys.set(key, at + NUMBER_BYTES)
}

/** The key with this number and the others, or undefined where it is not there. The caller owns the key. */
export function takeSkipped(
  keys: SkippedKeys,
  number: number
): { readonly key: Uint8Array; readonly rest: SkippedKeys } | undefined {
  const position = firstAtLeast(keys, number)
  if (position === countSkipped(keys) || skippedNumberAt(keys, position) !== number) {
    return undefined
  }
  const start = position * SKIPPED_KEY_BYTES
  const end = start + SKIPPED_KEY_BYTES
  const rest = new Uint8Array(keys.length - SKIPPED_KEY_BYTES)
  rest.set(keys.subarray(0, start))
  rest.set(keys.subarray(end), start)
  return { key: keys.slice(start + NUMBER_BYTES, end), rest }
}

/** The entries with `number` and above. */
export function dropSkippedBelow(keys: SkippedKeys, number: number): SkippedKeys {
  return keys.slice(firstAtLeast(keys, number) * SKIPPED_KEY_BYTES)
}

/** The position of the first entry with `number` or above; the count where there is none. */
function firstAtLeast(keys: SkippedKeys, number: number): number {
  let low = 0
  let high = countSkipped(keys)
  while (low < high) {
    const middle = (low + high) >>> 1
    if (skippedNumberAt(keys, middle) < number) {
      low = middle + 1
    } else {
      high = middle
    }
  }
  return low
}
