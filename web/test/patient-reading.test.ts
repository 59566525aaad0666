import assert from 'node:assert/strict'
import { ManualClock } from '@sealpost/host/testing'
import { StorageError, UsageError } from '@sealpost/protocol'
import { performPatiently } from '../src/peer/patient-reading.ts'

const FULL = new StorageError('SEALPOST_STORE_FULL')
const REOPENING = new StorageError('SEALPOST_STORE_FAILED', undefined, {
  detail: 'store-reopening'
})

/** What comes of a call that fails so often, while time passes. */
async function outcomeOf(name: string, error: Error, failures: number): Promise<unknown> {
  const clock = new ManualClock()
  let calls = 0
  const work = performPatiently(clock, name, () => {
    calls += 1
    return calls > failures ? Promise.resolve(calls) : Promise.reject(error)
  }).catch((thrown: unknown) => thrown)
  for (let turns = 0; turns < 200; turns++) {
    await Promise.resolve()
    clock.advance(100)
  }
  return work
}

describe('reading while the store is opened again', () => {
  it('waits until it is, and gives up in the end', async () => {
    assert.equal(await outcomeOf('messages', FULL, 0), 1)
    assert.equal(await outcomeOf('messages', FULL, 24), 25)
    assert.equal(await outcomeOf('messages', FULL, 25), FULL)
    assert.equal(await outcomeOf('chats', REOPENING, 3), 4)
  })

  it('holds up no call that writes, and no other failure', async () => {
    assert.equal(await outcomeOf('sendText', FULL, 1), FULL)
    const locked = new UsageError('SEALPOST_CLIENT_CLOSED')
    assert.equal(await outcomeOf('messages', locked, 1), locked)
  })
})
