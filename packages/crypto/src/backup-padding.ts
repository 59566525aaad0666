/** How many chunks a backup file is padded to, so that its size says little of what is in it. */

/** Padding that is made at once, when a backup is finished, takes no more than this: 4 MiB. */
const STEP_MAX = 64
/** Leading binary digits that a count may have: Padmé's for files of 64 KiB to 4 GiB. */
const DIGITS = 6

/**
 * Padmé (Nikitin et al., "Reducing Metadata Leakage from Encrypted Files and Communication with PURBs", PoPETs 2019, section
 * 4) over chunks of 64 KiB: the count is rounded up until all but its first six binary digits are 0, which costs at most 1 part
 * in 32. From 128 MiB on it is rounded to 4 MiB.
 *
 * @param count at least 1.
 */
export function paddedChunkCount(count: number): number {
  let step = 1
  while (step < STEP_MAX && step * 2 ** DIGITS <= count) {
    step *= 2
  }
  return Math.ceil(count / step) * step
}
