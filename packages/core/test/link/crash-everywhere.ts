/** A process that ends at every input of a scene, before what came of it is on the disk, and after. */
import assert from 'node:assert/strict'
import type { TestPeer } from '../peer/test-peer.ts'

/** More than any of these scenes has inputs. */
const INPUTS_MAX = 600

/**
 * Plays a scene again and again: the process ends at its first input, its second, and so on, before and after the batch of each,
 * until none is left.
 *
 * @param play plays it, with a peer that will crash; @returns the peer.
 */
export function crashEverywhere(play: (crash: TestPeer['crash']) => TestPeer): void {
  for (const isCommitted of [false, true]) {
    let count = 1
    while (count < INPUTS_MAX && play({ inInputs: count, isCommitted }).crashCount > 0) {
      count += 1
    }
    assert.ok(count > 10 && count < INPUTS_MAX, String(count))
  }
}
