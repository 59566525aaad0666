import assert from 'node:assert/strict'
import { statSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import type { Caller } from '@sealpost/operator'
import { type CallHandlers, OperatorServer } from '../../src/operator/operator-server.ts'
import { temporaryDirectory, type TemporaryDirectory } from '../temporary-directory.ts'

interface Reply {
  readonly status: number
  readonly text: string
}

interface Asked {
  readonly path: string
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

describe('the server of an operator', () => {
  const changes: unknown[][] = []
  const failures: unknown[] = []
  let isBroken = false
  let wrongCount = 0
  let directory: TemporaryDirectory
  let server: OperatorServer
  let socketPath: string
  let port: number

  before(async () => {
    const handlers = {
      status: () => {
        if (isBroken) {
          throw new TypeError('secret words')
        }
        return { state: 'serving' }
      },
      drain: () => ({ isDraining: true, id: 'this one' }),
      'log-level': () => ({ level: 'info' })
    } as unknown as CallHandlers
    const callers = new Map<string, Caller>([['helper', { roles: ['support'], name: 'helper' }]])
    server = new OperatorServer({
      handlers,
      callerOf: (token) => callers.get(token),
      onWrongToken: () => Promise.resolve(++wrongCount < 4),
      beginSession: (ticket) => (ticket === 'fresh' ? 'helper' : undefined),
      onChange: ({ name, caller, failure, about }) => {
        changes.push([name, caller.name, failure, about])
        return Promise.resolve()
      },
      onFailure: (...failure) => failures.push(failure),
      onPage: (asked, response, caller) => {
        const isThere = asked.url === '/page'
        if (isThere) {
          response.end(caller?.name ?? 'anybody')
        }
        return isThere
      }
    })
    directory = await temporaryDirectory()
    socketPath = join(directory.path, 'socket')
    await server.listenOnSocket(socketPath)
    port = (await server.listenOnPort('127.0.0.1', 0)).port
  })

  after(async () => {
    await server.close()
    await directory[Symbol.asyncDispose]()
  })

  function ask(
    where: object,
    { path, method = 'POST', headers = {}, body }: Asked
  ): Promise<Reply> {
    const { promise, resolve, reject } = Promise.withResolvers<Reply>()
    const asking = request({ ...where, path, method, headers }, (response) => {
      let text = ''
      response.on('data', (chunk: Buffer) => {
        text += chunk.toString()
      })
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, text })
      })
    })
    asking.on('error', reject)
    asking.end(body)
    return promise
  }
  const bySocket = (asked: Asked): Promise<Reply> => ask({ socketPath }, asked)
  const byPort = (asked: Asked): Promise<Reply> => ask({ host: '127.0.0.1', port }, asked)
  const helper = { authorization: 'Bearer helper' }

  it('is its owner’s alone', () => {
    assert.equal(statSync(socketPath).mode & 0o777, 0o600)
  })

  it('does on the socket whatever can be asked, and tells of what changes something', async () => {
    assert.deepEqual(await bySocket({ path: '/api/status' }), {
      status: 200,
      text: '{"answer":{"state":"serving"}}\n'
    })
    assert.deepEqual(changes, [])
    assert.equal((await bySocket({ path: '/api/drain', body: '{}' })).status, 200)
    assert.deepEqual(changes.splice(0), [['drain', 'socket', undefined, 'this one']])
  })

  it('notes no change where somebody only asks which log level holds', async () => {
    assert.equal((await bySocket({ path: '/api/log-level' })).status, 200)
    assert.deepEqual(changes, [])
    const body = '{"level":"debug"}'
    assert.equal((await bySocket({ path: '/api/log-level', body })).status, 200)
    assert.deepEqual(changes.splice(0), [['log-level', 'socket', undefined, undefined]])
  })

  it('does on the port what a token may', async () => {
    assert.equal((await byPort({ path: '/api/status', headers: helper })).status, 200)
    const refused = await byPort({ path: '/api/drain', headers: helper })
    assert.equal(refused.status, 403)
    assert.match(refused.text, /SEALPOST_ROLE_MISSING/)
    for (const headers of [{}, { authorization: 'Bearer other' }, { authorization: 'helper' }]) {
      const unknown = await byPort({ path: '/api/status', headers })
      assert.equal(unknown.status, 401)
      assert.match(unknown.text, /SEALPOST_TOKEN_INVALID/)
    }
  })

  it('tells of each wrong token, and leaves unanswered those that are too many', async () => {
    wrongCount = 0
    const headers = { authorization: 'Bearer other' }
    const statuses: number[] = []
    for (let i = 0; i < 5; i++) {
      statuses.push((await byPort({ path: '/api/status', headers })).status)
    }
    assert.deepEqual(statuses, [401, 401, 401, 429, 429])
    assert.equal((await byPort({ path: '/api/status', headers: helper })).status, 200)
    assert.equal(wrongCount, 5)
  })

  it('answers on the port only who asks from this machine for themselves', async () => {
    const others = [
      { host: 'relay.example' },
      { host: '127.0.0.1.relay.example' },
      { 'x-forwarded-for': '192.0.2.1' },
      { forwarded: 'for=192.0.2.1' }
    ]
    for (const headers of others) {
      for (const method of ['GET', 'POST']) {
        const { status } = await byPort({
          path: '/page',
          method,
          headers: { ...helper, ...headers }
        })
        assert.equal(status, 403, JSON.stringify(headers))
      }
    }
  })

  it('shows pages, and says for whom they are', async () => {
    const page = { path: '/page', method: 'GET' }
    assert.deepEqual(await byPort(page), { status: 200, text: 'anybody' })
    assert.deepEqual(await byPort({ ...page, headers: helper }), { status: 200, text: 'helper' })
    assert.equal((await byPort({ path: '/elsewhere', method: 'GET' })).status, 404)
  })

  it('begins a session for who has a ticket', async () => {
    const session = (ticket: unknown): Promise<Reply> => {
      return byPort({ path: '/session', body: JSON.stringify({ ticket }) })
    }
    assert.deepEqual(await session('fresh'), { status: 200, text: '{"token":"helper"}\n' })
    assert.equal((await session('stale')).status, 401)
    assert.equal((await session(7)).status, 400)
  })

  const wrongs: readonly (readonly [asked: Asked, status: number, code: RegExp])[] = [
    [{ path: '/api/statu' }, 404, /SEALPOST_CALL_UNKNOWN/],
    [{ path: '/api/toString' }, 404, /SEALPOST_CALL_UNKNOWN/],
    [{ path: '/api/%E0%A4%A' }, 404, /SEALPOST_CALL_UNKNOWN/],
    [{ path: '/api/status', body: '{' }, 400, /SEALPOST_USAGE/],
    [{ path: '/api/status', body: '[1]' }, 400, /SEALPOST_USAGE/],
    [{ path: '/api/status', body: '{"fast":true}' }, 400, /no \\"fast\\" here/],
    [{ path: '/api/status', body: ' '.repeat(70_000) }, 413, /SEALPOST_CALL_TOO_LARGE/],
    [{ path: '/api/status', method: 'PUT' }, 405, /Only GET/],
    [{ path: '/status' }, 405, /Only GET/]
  ]
  for (const [asked, status, code] of wrongs) {
    it(`refuses ${asked.method ?? 'POST'} ${asked.path} ${(asked.body ?? '').slice(0, 20)}`, async () => {
      const reply = await bySocket(asked)
      assert.equal(reply.status, status)
      assert.match(reply.text, code)
    })
  }

  it('says of what fails inside that it failed, and no more', async () => {
    isBroken = true
    const reply = await bySocket({ path: '/api/status' })
    isBroken = false
    assert.equal(reply.status, 500)
    assert.match(reply.text, /SEALPOST_CALL_FAILED/)
    assert.doesNotMatch(reply.text, /secret/)
    assert.equal(failures.splice(0).length, 1)
  })

  it('ends after what it was asked is answered', async () => {
    const path = join(directory.path, 'other-socket')
    const handled = Promise.withResolvers<undefined>()
    const written = Promise.withResolvers<undefined>()
    const other = new OperatorServer({
      handlers: {
        drain: () => {
          handled.resolve(undefined)
          return { isDraining: true }
        }
      } as unknown as CallHandlers,
      callerOf: () => undefined,
      onWrongToken: () => Promise.resolve(false),
      beginSession: () => undefined,
      onChange: () => written.promise.then(() => undefined),
      onFailure: () => undefined,
      onPage: () => false
    })
    await other.listenOnSocket(path)
    const asked = ask({ socketPath: path }, { path: '/api/drain' })
    await handled.promise
    const closed = other.close()
    written.resolve(undefined)
    assert.equal((await asked).status, 200)
    await closed
  })
})
