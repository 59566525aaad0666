/** What the hunt's tests have in common. */
import assert from 'node:assert/strict'
import { failureLines, huntSeed, type HuntSize } from '../../src/hunt/hunt.ts'

/** Every seed of these keeps all promises. */
export function findsNothing(first: number, last: number, size: HuntSize): void {
  for (let seed = first; seed <= last; seed++) {
    const failure = huntSeed(seed, size)
    assert.ok(
      failure === undefined,
      failure && failureLines(failure, [`Node ${process.version}`]).join('\n')
    )
  }
}
