import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request } from 'node:http'
import { UsageError } from '@sealpost/protocol'
import { ManualClock } from '@sealpost/host/testing'
import type { DeskHandlers } from '../../src/desk-page/desk-calls.ts'
import { DeskServer } from '../../src/desk-page/desk-server.ts'

const MINUTE_MS = 60_000
const BODY_BYTES_MAX = 128 * 1024

type Json = Readonly<Record<string, unknown>>

/** Calls that say what they were asked. */
const HANDLERS = Object.fromEntries(
  ['look', 'show', 'answer', 'state', 'tag'].map((name) => [
    name,
    async (given: Json) => {
      if (given['number'] === 'none') {
        throw new UsageError('SEALPOST_UNKNOWN_MESSAGE')
      }
      if (given['number'] === 'bug') {
        throw new TypeError('a secret of the process')
      }
      return { name, given }
    }
  ])
) as unknown as DeskHandlers

describe('the server of a desk’s page', () => {
  const clock = new ManualClock()
  const failures: unknown[] = []
  let server: DeskServer
  let origin: string

  before(async () => {
    const file = {
      variants: [{ encoding: undefined, bytes: Buffer.from('the page'), etag: '"1"' }],
      headers: { 'content-security-policy': "default-src 'none'" },
      loopbackHeaders: { 'content-security-policy': "default-src 'none'" }
    }
    const page = { files: new Map([['/', file]]), headers: {} }
    const onFailure = (error: unknown): void => {
      failures.push(error)
    }
    server = await DeskServer.listen({ page, handlers: HANDLERS, clock, onFailure }, 0)
    origin = new URL(server.newLink()).origin
  })

  after(() => server.close())

  function ticketOf(link: string): string {
    return new URL(link).hash.replace('#ticket=', '')
  }

  async function post(path: string, body: string, headers: Record<string, string> = {}) {
    const response = await fetch(`${origin}${path}`, { method: 'POST', body, headers })
    return { status: response.status, body: (await response.json()) as Json }
  }

  async function session(): Promise<string> {
    const ticket = ticketOf(server.newLink())
    const { status, body } = await post('/session', JSON.stringify({ ticket }))
    assert.equal(status, 200)
    return String(body['token'])
  }

  /** As `fetch` does not let one: with any headers. @returns the status */
  async function ask(method: string, path: string, headers: Record<string, string>) {
    const asking = request(`${origin}${path}`, { method, headers })
    asking.end()
    const [response] = (await once(asking, 'response')) as [{ statusCode: number; resume(): void }]
    response.resume()
    return response.statusCode
  }

  it('takes a ticket once, within ten minutes, and its session for twelve hours', async () => {
    const ticket = ticketOf(server.newLink())
    const first = await post('/session', JSON.stringify({ ticket }))
    assert.equal(first.status, 200)
    const again = await post('/session', JSON.stringify({ ticket }))
    assert.deepEqual(again, { status: 401, body: { error: { code: 'unauthorized' } } })
    const late = ticketOf(server.newLink())
    clock.advance(10 * MINUTE_MS)
    assert.equal((await post('/session', JSON.stringify({ ticket: late }))).status, 401)
    for (const body of ['{}', '{"ticket":7}', '{"ticket":""}', '[]']) {
      assert.equal((await post('/session', body)).status, 401, body)
    }
    const authorization = `Bearer ${String(first.body['token'])}`
    assert.equal((await post('/api/look', '{}', { authorization })).status, 200)
    clock.advance(12 * 60 * MINUTE_MS)
    assert.equal((await post('/api/look', '{}', { authorization })).status, 401)
  })

  it('answers calls with a session alone, and says no more than a code of what fails', async () => {
    const authorization = `Bearer ${await session()}`
    const given = { number: 'ABCD-2345' }
    const shown = await post('/api/show', JSON.stringify(given), { authorization })
    assert.deepEqual(shown, { status: 200, body: { answer: { name: 'show', given } } })
    for (const wrong of ['', 'Bearer', 'Bearer x', authorization.replace('Bearer', 'Basic')]) {
      assert.equal((await post('/api/show', '{}', { authorization: wrong })).status, 401)
    }
    for (const path of ['/api/', '/api/constructor', '/api/show/x', '/show']) {
      assert.equal((await post(path, '{}', { authorization })).status, 404, path)
    }
    const failed = async (body: string): Promise<unknown> => {
      const reply = await post('/api/show', body, { authorization })
      return [reply.status, reply.body['error']]
    }
    assert.deepEqual(await failed('{"number":"none"}'), [400, { code: 'SEALPOST_UNKNOWN_MESSAGE' }])
    assert.deepEqual(await failed('no JSON'), [400, { code: 'SEALPOST_USAGE' }])
    const most = `{"text":"${'x'.repeat(BODY_BYTES_MAX - 11)}"}`
    assert.equal((await post('/api/show', most, { authorization })).status, 200)
    assert.deepEqual(await failed(`${most} `), [400, { code: 'SEALPOST_USAGE' }])
    assert.deepEqual(failures, [])
    assert.deepEqual(await failed('{"number":"bug"}'), [500, { code: 'SEALPOST_BUG' }])
    assert.equal(failures.length, 1)
  })

  it('is for browsers of this machine, and for no other page', async () => {
    const { host } = new URL(origin)
    assert.equal(await ask('GET', '/', { host }), 200)
    assert.equal(await ask('GET', '/', { host: 'desk.example' }), 403)
    assert.equal(await ask('GET', '/', { host, 'x-forwarded-for': '192.0.2.1' }), 403)
    assert.equal(await ask('GET', '/', { host, origin }), 200)
    assert.equal(await ask('POST', '/session', { host, origin: 'https://mallory.example' }), 403)
    assert.equal(await ask('GET', '/../package.json', { host }), 404)
    assert.equal(await ask('GET', '/relays.json', { host }), 404)
    assert.equal(await ask('DELETE', '/', { host }), 405)
    const page = await fetch(origin)
    assert.equal(page.headers.get('content-security-policy'), "default-src 'none'")
  })

  it('says which port is taken', async () => {
    const { port } = new URL(origin)
    const page = { files: new Map(), headers: {} }
    const options = { page, handlers: HANDLERS, clock, onFailure: () => undefined }
    await assert.rejects(DeskServer.listen(options, Number(port)), {
      code: 'SEALPOST_LISTEN_FAILED',
      message: new RegExp(port)
    })
  })
})
