import assert from 'node:assert/strict'
import { type Progress, type TransferId, transferIds } from '@sealpost/protocol'
import { DEVICES_KEY, DevicesState } from '../../src/device/devices-row.ts'
import type { HistoryStep } from '../../src/device/device-contract.ts'
import { Transfers } from '../../src/device/transfers.ts'
import { PeerKernel } from '../../src/peer/kernel.ts'
import { bytesOf, device, START_MS } from '../peer/cast.ts'
import { SeededRandom } from '../relay/relay-world.ts'

const PHONE = device(2)
const TRANSFER: TransferId = transferIds.fromBytes(bytesOf('a transfer', 16))

function stepOf(doneCount: number, isEnded = false): HistoryStep {
  return {
    transferId: TRANSFER,
    device: PHONE,
    doneCount,
    totalCount: 100,
    contactsUpTo: 'f',
    isContactsDone: true,
    beforeKey: `key ${String(doneCount)}`,
    isEnded
  }
}

function made(): {
  readonly kernel: PeerKernel
  readonly transfers: Transfers
  readonly restarted: () => Transfers
} {
  const kernel = new PeerKernel(new SeededRandom(1), START_MS)
  const transfers = new Transfers(kernel, new DevicesState(kernel))
  const restarted = (): Transfers => {
    const rows = kernel
      .takeEffects()
      .flatMap((effect) => (effect.type === 'write' && effect.key === DEVICES_KEY ? [effect] : []))
    const state = new DevicesState(kernel)
    state.restore(rows.at(-1)?.value)
    return new Transfers(kernel, state)
  }
  return { kernel, transfers, restarted }
}

function held(deliveredUpTo: number, ...beyond: readonly (readonly [number, number])[]): Progress {
  const deliveredBeyond = beyond.map(([first, last]) => ({ first, last }))
  return { device: device(1), deliveredUpTo, deliveredBeyond, readUpTo: 0 }
}

describe('history on its way to another own device', () => {
  it('has 32 parts on their way at most, and goes on as they are receipted', () => {
    const { transfers } = made()
    transfers.begin(PHONE, 0, TRANSFER)
    for (let number = 1; number <= 32; number++) {
      assert.equal(transfers.due().length, 1)
      transfers.submitted(number, stepOf(number))
    }
    assert.deepEqual(transfers.due(), [])
    transfers.progressed(PHONE, held(0, [5, 6]))
    assert.equal(transfers.due()[0]?.nextIndex, 32)
  })

  it('is done once the last part and all before were receipted', () => {
    const { transfers } = made()
    transfers.begin(PHONE, 0, TRANSFER)
    transfers.submitted(7, stepOf(60))
    transfers.submitted(8, stepOf(100, true))
    assert.deepEqual(transfers.due(), [])
    transfers.progressed(PHONE, held(0, [8, 8]))
    assert.deepEqual(
      transfers.all().map(({ done, total, isDone }) => [done, total, isDone]),
      [[100, 100, false]]
    )
    transfers.progressed(PHONE, held(8))
    assert.deepEqual(transfers.all(), [])
  })

  it('goes on after a restart where its last part left it', () => {
    const { transfers, restarted } = made()
    transfers.begin(PHONE, 0, TRANSFER)
    transfers.submitted(7, stepOf(60))
    const [after] = restarted().due()
    assert.equal(after?.nextIndex, 1)
    assert.equal(after.beforeKey, 'key 60')
    assert.deepEqual(after.waiting, [7])
  })

  it('is not begun a second time while it is under way', () => {
    const { transfers } = made()
    transfers.begin(PHONE, 0, TRANSFER)
    transfers.begin(PHONE, 5)
    assert.deepEqual(
      transfers.due().map(({ sinceMs }) => sinceMs),
      [0]
    )
  })

  it('is begun once more after its last part, whether or not that was receipted', () => {
    const { transfers } = made()
    transfers.begin(PHONE, 0, TRANSFER)
    transfers.submitted(7, stepOf(100, true))
    assert.deepEqual(transfers.due(), [])
    transfers.begin(PHONE, 5)
    assert.deepEqual(
      transfers.due().map(({ sinceMs, waiting }) => [sinceMs, waiting]),
      [[5, []]]
    )
  })

  it('goes further back where that is wanted, whatever part of what was wanted before was on its way', () => {
    const { transfers } = made()
    transfers.begin(PHONE, 5, TRANSFER)
    const further = transferIds.fromBytes(bytesOf('a further transfer', 16))
    transfers.begin(PHONE, 0, further)
    transfers.submitted(7, stepOf(100, true))
    assert.deepEqual(
      transfers
        .due()
        .map(({ transferId, nextIndex, beforeKey }) => [transferId, nextIndex, beforeKey]),
      [[further, 0, '']]
    )
  })

  it('is whole on the other side once as many parts came as the last one says, in any order', () => {
    const { transfers } = made()
    const part = { type: 'history-part', transferId: TRANSFER, totalCount: 3 } as const
    const records = new Uint8Array(0)
    transfers.took(PHONE, { ...part, index: 2, isLast: true, records }, 1)
    transfers.took(PHONE, { ...part, index: 0, isLast: false, records }, 1)
    assert.equal(transfers.all()[0]?.isDone, false)
    transfers.took(PHONE, { ...part, index: 1, isLast: false, records }, 1)
    assert.deepEqual(transfers.all(), [
      { transferId: TRANSFER, device: PHONE, isIncoming: true, done: 3, total: 3, isDone: true }
    ])
  })
})
