import assert from 'node:assert/strict'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type Server
} from 'node:http'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { loadWebClient, serveWebClient } from '../src/index.ts'
import { PAGE, SCRIPT, webFolder } from './web-folder.ts'

interface Answer {
  readonly status: number | undefined
  readonly headers: IncomingHttpHeaders
  readonly bytes: Buffer
  readonly text: string
}

describe('a served web client', () => {
  let server: Server
  let port = 0
  let relays: readonly string[] = []

  before(async () => {
    await using folder = await webFolder()
    const client = await loadWebClient(folder.path)
    server = createServer(serveWebClient(client, { relays: () => relays }))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    port = typeof address === 'object' ? (address?.port ?? 0) : 0
    // From here on nothing is read from it.
    await rm(folder.path, { recursive: true })
  })

  after(() => {
    server.closeAllConnections()
    server.close()
  })

  /** The path goes out as it is written: `fetch` would tidy it. */
  async function ask(
    path: string,
    headers: Readonly<Record<string, string>> = {},
    method = 'GET'
  ): Promise<Answer> {
    const asked = request({ host: '127.0.0.1', port, path, method, headers })
    asked.end()
    const [answer] = (await once(asked, 'response')) as [IncomingMessage]
    const bytes = Buffer.concat((await answer.toArray()) as Buffer[])
    return {
      status: answer.statusCode,
      headers: answer.headers,
      bytes,
      text: bytes.toString()
    }
  }

  it('is its page at the root, whatever is asked behind it', async () => {
    for (const path of ['/', '/index.html', '/?a=b', '/#/chat']) {
      const { status, headers, text } = await ask(path)
      assert.equal(status, 200)
      assert.equal(text, PAGE)
      assert.equal(headers['content-type'], 'text/html; charset=utf-8')
      assert.equal(headers['cache-control'], 'no-cache')
    }
  })

  it('is answered with the headers that the build wrote, the later over the earlier', async () => {
    const page = await ask('/assets/page.js')
    assert.equal(page.text, SCRIPT)
    assert.equal(page.headers['content-type'], 'text/javascript; charset=utf-8')
    assert.equal(page.headers['cache-control'], 'immutable')
    assert.equal(page.headers['content-security-policy'], "default-src 'none'")
    assert.equal((await ask('/odd.bin')).headers['content-type'], 'application/octet-stream')
  })

  it('lets the worker reach more where the page is on its own machine', async () => {
    const policy = async (host: string): Promise<string | undefined> =>
      (await ask('/assets/worker.js', { host })).headers['content-security-policy']?.toString()
    for (const host of ['127.0.0.1:7700', 'localhost', 'localhost:1', '[::1]:7700']) {
      assert.equal(await policy(host), 'connect-src ws:', host)
    }
    for (const host of ['relay.example', 'localhost.example', '127.0.0.1.example', '192.0.2.7']) {
      assert.equal(await policy(host), 'connect-src wss:', host)
    }
  })

  it('travels as small as the browser can take it', async () => {
    const br = await ask('/', { 'accept-encoding': 'gzip, deflate, br' })
    assert.equal(br.headers['content-encoding'], 'br')
    assert.equal(brotliDecompressSync(br.bytes).toString(), PAGE)
    const gzip = await ask('/', { 'accept-encoding': 'gzip, br;q=0' })
    assert.equal(gzip.headers['content-encoding'], 'gzip')
    assert.equal(gunzipSync(gzip.bytes).toString(), PAGE)
    const plain = await ask('/assets/page.js', { 'accept-encoding': 'br' })
    assert.equal(plain.headers['content-encoding'], undefined)
    assert.equal(plain.text, SCRIPT)
  })

  it('does not travel again where the browser has it', async () => {
    const { headers } = await ask('/')
    const again = await ask('/', { 'if-none-match': `"other", W/${headers.etag ?? ''}` })
    assert.equal(again.status, 304)
    assert.equal(again.text, '')
    assert.equal((await ask('/', { 'if-none-match': '"other"' })).status, 200)
  })

  it('is whole, also where a part is asked for', async () => {
    const { status, text } = await ask('/', { range: 'bytes=0-4' })
    assert.equal(status, 200)
    assert.equal(text, PAGE)
  })

  it('says what it would answer', async () => {
    const { status, headers, text } = await ask('/', {}, 'HEAD')
    assert.equal(status, 200)
    assert.equal(headers['content-length'], String(PAGE.length))
    assert.equal(text, '')
  })

  it('has nothing at other paths, and no way out of its folder', async () => {
    for (const path of [
      '/nothing',
      '/assets',
      '/assets/',
      '/headers.json',
      '/release-keys.json',
      '/_headers',
      '/.hidden',
      '/index.html.br',
      '//index.html',
      '/../package.json',
      '/assets/../index.html',
      '/%2e%2e/package.json',
      '/..%2fpackage.json',
      '/assets/..\\index.html',
      '/%00',
      '/__proto__',
      '*'
    ]) {
      const { status, headers, text } = await ask(path)
      assert.equal(status, 404, path)
      assert.equal(text, 'There is nothing here.\n')
      assert.equal(headers['content-security-policy'], "default-src 'none'")
    }
  })

  it('is only read', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) {
      const { status, headers } = await ask('/', {}, method)
      assert.equal(status, 405, method)
      assert.equal(headers.allow, 'GET, HEAD')
    }
  })

  it('names relays as they are at the time', async () => {
    assert.deepEqual(JSON.parse((await ask('/relays.json')).text), { relays: [] })
    relays = ['/ip4/127.0.0.1/tcp/7700/ws/p2p/x']
    const { headers, text } = await ask('/relays.json')
    assert.deepEqual(JSON.parse(text), { relays })
    assert.equal(headers['cache-control'], 'no-store')
    assert.equal(headers['content-type'], 'application/json; charset=utf-8')
    assert.equal(headers['content-security-policy'], "default-src 'none'")
  })
})

describe('a folder that is no built web client', () => {
  const cases: Readonly<Record<string, Readonly<Record<string, string | undefined>>>> = {
    'has no page': { 'index.html': undefined },
    'has no headers': { 'headers.json': undefined },
    'has headers that are no JSON': { 'headers.json': '[' },
    'has headers that are no list': { 'headers.json': '{}' },
    'has a rule without a path': { 'headers.json': '[{"headers":{}}]' },
    'has a rule without headers': { 'headers.json': '[{"path":"/*"}]' },
    'has a header over two lines': { 'headers.json': '[{"path":"/*","headers":{"a":"b\\nc: d"}}]' },
    'has a header with an odd name': { 'headers.json': '[{"path":"/*","headers":{"a b":"c"}}]' },
    'has headers on loopback that are none': {
      'headers.json': '[{"path":"/*","headers":{},"onLoopback":7}]'
    }
  }
  for (const [title, changes] of Object.entries(cases)) {
    it(`is refused where it ${title}`, async () => {
      await using folder = await webFolder(changes)
      await assert.rejects(loadWebClient(folder.path), {
        code: 'SEALPOST_CONFIG_INVALID',
        message: /holds no built web client/
      })
    })
  }

  it('is refused where it has more files than one can have', async () => {
    // Beside the page and the headers, of which one may have 500 in all.
    const some = (count: number): Record<string, string> =>
      Object.fromEntries(
        Array.from({ length: count }, (_, index) => [`assets/${String(index)}.js`, ''])
      )
    const small = {
      'assets/page.js': undefined,
      'assets/worker.js': undefined,
      'odd.bin': undefined
    }
    const base = {
      ...small,
      'index.html.br': undefined,
      'index.html.gz': undefined,
      _headers: undefined,
      'release.json': undefined,
      'release-keys.json': undefined
    }
    {
      await using folder = await webFolder({ ...base, ...some(498) })
      assert.equal((await loadWebClient(folder.path)).files.size, 500)
    }
    await using folder = await webFolder({ ...base, ...some(499) })
    await assert.rejects(loadWebClient(folder.path), { message: /more in it than one can have/ })
  })

  it('is refused where it is not there', async () => {
    await assert.rejects(loadWebClient('/nowhere'), {
      code: 'SEALPOST_CONFIG_INVALID',
      message: 'The web client in /nowhere cannot be read (ENOENT).'
    })
  })
})
