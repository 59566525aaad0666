/** What the hunt's tests have in common. */
import assert from 'node:assert/strict'
import { failureLines, huntSeed, type HuntSize } from '../../src/hunt/hunt.ts'

/** Every seed of these keeps all promises. */
export async function findsNothing(first: number, last: number, size: HuntSize): Promise<void> {
  for (let seed = first; seed <= last; seed++) {
    const failure = await huntSeed(seed, size)
    assert.ok(
      failure === undefined,
      failure && failureLines(failure, [`Node ${process.version}`]).join('\n')
    )
  }
}
