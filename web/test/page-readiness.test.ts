import assert from 'node:assert/strict'
import { arePagesReady } from '../src/release/page-readiness.ts'

const saying =
  (reply: unknown) =>
  (port: MessagePort): void => {
    port.postMessage(reply)
  }

describe('whether pages can be opened anew', () => {
  it('is so where each says so, and where there is none', async () => {
    assert.equal(await arePagesReady([]), true)
    assert.equal(await arePagesReady([saying('ready'), saying('ready')]), true)
  })

  it('is not so where one is in the middle of something', async () => {
    assert.equal(await arePagesReady([saying('ready'), saying('busy')]), false)
  })
})
