import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { sha256 } from '@noble/hashes/sha2.js'
import { ml_kem768 } from '@noble/post-quantum/ml-kem.js'
import { bytesToHex, hexToBytes } from '@sealpost/protocol'
import {
  decodeSpqr,
  encodeSpqr,
  importOfficialSpqr,
  spqrReceive,
  spqrSend
} from '../../src/spqr/index.ts'
import type { SpqrState } from '../../src/spqr/index.ts'
import { givenRandom } from '../given-random.ts'

interface OfficialStep {
  readonly op: 'send' | 'receive'
  readonly state: string
  readonly before: string
  readonly message: string
  readonly afterSha256: string
  readonly dk?: string
  readonly m?: string
}

const { steps } = JSON.parse(
  readFileSync(new URL('official-steps.json', import.meta.url), 'utf8')
) as { readonly steps: readonly OfficialStep[] }

describe("libsignal's own states", () => {
  it('are of every kind, to send from and to receive in', () => {
    for (const op of ['send', 'receive']) {
      const states = new Set(steps.flatMap((step) => (step.op === op ? [step.state] : [])))
      assert.equal(states.size, 11)
    }
  })

  for (const step of steps) {
    it(`lead on as they did there: ${step.op} in ${step.state}`, () => {
      const state = importOfficialSpqr(hexToBytes(step.before))
      assert.equal(state.parts.braid.name, step.state)
      const after = step.op === 'send' ? sent(state, step) : received(state, step)
      assert.equal(bytesToHex(sha256(encodeSpqr(after))), step.afterSha256)
      assert.deepEqual(decodeSpqr(encodeSpqr(state)).parts, state.parts)
    })
  }

  it('are refused where they are damaged', () => {
    const { before } = steps[0] ?? { before: '' }
    for (const hex of ['', 'ff', before.slice(0, -2), '1a0208ff', '0a00']) {
      assert.throws(() => importOfficialSpqr(hexToBytes(hex)), { code: 'SEALPOST_STORE_CORRUPT' })
    }
  })
})

function received(state: SpqrState, { message }: OfficialStep): SpqrState {
  return spqrReceive(state, hexToBytes(message)).state
}

/** libsignal keeps the key that it made and not what it made it from, so that the key itself is put in. */
function sent(state: SpqrState, { dk, m, message }: OfficialStep): SpqrState {
  const drawn = [dk === undefined ? [] : '00'.repeat(64), m ?? []].flat()
  const native = {
    keygen: (): { readonly secretKey: Uint8Array } => ({ secretKey: hexToBytes(dk ?? '') }),
    decapsulate: ml_kem768.decapsulate
  }
  const made = spqrSend(state, givenRandom(...drawn), native)
  assert.equal(bytesToHex(made.message), message)
  return made.state
}
