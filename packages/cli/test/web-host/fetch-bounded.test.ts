import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { type Budget, fetchBounded } from '../../src/web-host/fetch-bounded.ts'

const TEXT = '0123456789'

describe('a file of a host', () => {
  const server = createServer((_, response) => {
    response.end(TEXT)
  })
  let url: URL

  before(async () => {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    url = new URL(`http://127.0.0.1:${String(typeof address === 'object' ? address?.port : 0)}/`)
  })

  after(() => {
    server.close()
    server.closeAllConnections()
  })

  const { signal } = new AbortController()

  it('is whole up to its bound, and is not read beyond', async () => {
    const some = { budget: { bytesLeft: 1_000 }, signal, isKept: true }
    const whole = await fetchBounded(url, { ...some, bytesMax: TEXT.length })
    assert.equal(whole.problem, undefined)
    assert.equal(Buffer.from(whole.bytes).toString(), TEXT)
    assert.equal(whole.hash, createHash('sha256').update(TEXT).digest('base64url'))
    const longer = await fetchBounded(url, { ...some, bytesMax: TEXT.length - 1 })
    assert.equal(longer.problem, 'too-large')
    assert.equal(longer.bytes.length, 0)
  })

  it('is kept where it is wanted alone', async () => {
    const bounds = { bytesMax: 100, budget: { bytesLeft: 100 }, signal }
    assert.equal((await fetchBounded(url, bounds)).bytes.length, 0)
  })

  it('is read as long as something is left for all of them', async () => {
    const budget: Budget = { bytesLeft: 2 * TEXT.length }
    for (const problem of [undefined, undefined, 'too-large']) {
      assert.equal((await fetchBounded(url, { bytesMax: 100, budget, signal })).problem, problem)
    }
  })
})
