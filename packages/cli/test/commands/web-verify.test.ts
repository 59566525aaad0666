import assert from 'node:assert/strict'
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createSocketServer, type Socket } from 'node:net'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { loadWebClient, serveWebClient } from '@sealpost/web-files'
import { jsonError, onlyJson, type Ran, runHere } from '../run-here.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

const WORKER = '/assets/worker-abcdefgh.js'
const FILES: Readonly<Record<string, string>> = {
  '/index.html': '<!doctype html><p>a client</p>',
  '/service-worker.js': 'the keeper',
  [WORKER]: 'the peer'
}
const TYPES = "require-trusted-types-for 'script'; trusted-types one"
const OWN = "default-src 'none'; script-src 'self'; connect-src 'self'"
const HEADERS: readonly object[] = [
  {
    path: '/*',
    headers: {
      'content-security-policy': `${OWN}; frame-ancestors 'none'; ${TYPES}`,
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'integrity-policy': 'blocked-destinations=(script)',
      'permissions-policy': 'geolocation=()',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff'
    }
  }
]

const SIGNER = generateKeyPairSync('ed25519')
const STRANGER = generateKeyPairSync('ed25519')

function keyText({ publicKey }: { readonly publicKey: KeyObject }): string {
  return publicKey.export({ format: 'jwk' }).x ?? ''
}

const sha256 = (content: string): string => createHash('sha256').update(content).digest('base64url')

interface BuildOptions {
  readonly version?: string
  /** What its release says of them, where that is not so. */
  readonly files?: Readonly<Record<string, string>>
  readonly signers?: readonly (typeof SIGNER)[]
  readonly keys?: readonly string[]
}

function releaseOf({ version = '1.2.3', files = FILES, signers = [] }: BuildOptions): string {
  const hashes = Object.entries(files).map(([path, content]) => [path, sha256(content)])
  const release = JSON.stringify({ version, files: Object.fromEntries(hashes) as object })
  const signatures = signers.map((signer) => ({
    key: keyText(signer),
    signature: sign(
      undefined,
      Buffer.from(`sealpost release\n${release}`),
      signer.privateKey
    ).toString('base64url')
  }))
  return JSON.stringify({ release, signatures })
}

/** A build of the client, as small as one can be. */
function build(options: BuildOptions = {}): string {
  const folder = temporaryDirectory()
  const files = {
    ...(options.files ?? FILES),
    '/release.json': releaseOf(options),
    '/release-keys.json': JSON.stringify(options.keys ?? []),
    '/headers.json': JSON.stringify(HEADERS)
  }
  for (const [path, content] of Object.entries(files)) {
    const full = join(folder, path)
    mkdirSync(dirname(full), { recursive: true })
    writeFileSync(full, content)
  }
  return folder
}

describe('web verify', function () {
  this.timeout(20_000)
  const servers: (Server | ReturnType<typeof createSocketServer>)[] = []
  const sockets: Socket[] = []

  afterEach(() => {
    for (const socket of sockets.splice(0)) {
      socket.destroy()
    }
    for (const server of servers.splice(0)) {
      server.close()
    }
  })

  async function listen(server: Server | ReturnType<typeof createSocketServer>): Promise<string> {
    servers.push(server)
    server.on('connection', (socket: Socket) => sockets.push(socket))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    const port = typeof address === 'object' ? address?.port : undefined
    return `http://127.0.0.1:${String(port)}`
  }

  /** A host of a build; what `answer` gives first counts. */
  async function host(folder: string, answer?: RequestListener): Promise<string> {
    const serve = serveWebClient(await loadWebClient(folder), { relays: () => [] })
    return listen(
      createServer((request, response) => {
        answer?.(request, response)
        if (!response.headersSent && !response.destroyed) {
          serve(request, response)
        }
      })
    )
  }

  function verify(link: string, ...words: readonly string[]): Promise<Ran> {
    return runHere(['web', 'verify', link, '--json', ...words])
  }

  /** What is not right, one a line. */
  async function differences(link: string, files: string): Promise<readonly string[]> {
    const ran = await verify(link, '--files', files)
    assert.equal(ran.code, 1)
    const found = onlyJson(ran)
    assert.notEqual(found['verdict'], 'verified')
    const list = found['differences'] as readonly { readonly path: string; readonly kind: string }[]
    return list.map(({ path, kind }) => `${kind} ${path}`)
  }

  /** A host that answers one path as it likes. */
  function hostWith(folder: string, path: string, answer: RequestListener): Promise<string> {
    return host(folder, (request, response) => {
      if (request.url === path) {
        answer(request, response)
      }
    })
  }

  it('finds the build that is here, whatever stands behind the host', async () => {
    const files = build()
    const link = await host(files)
    const ran = await verify(`${link}/somewhere?x#i/secret`, '--files', files)
    assert.equal(ran.code, 0)
    const release = (JSON.parse(releaseOf({})) as { readonly release: string }).release
    assert.deepEqual(onlyJson(ran), {
      link,
      verdict: 'verified',
      version: '1.2.3',
      fingerprint: createHash('sha256').update(`sealpost release\n${release}`).digest('hex'),
      fileCount: 3,
      signedBy: [],
      isOwnBuild: true,
      ownVersion: '1.2.3',
      differences: [],
      lacks: []
    })
  })

  it('asks this machine itself without encryption where only its name is given', async () => {
    const files = build()
    const link = await host(files)
    const ran = await verify(`${new URL(link).host}/#/home`, '--files', files)
    assert.equal(ran.code, 0)
    assert.equal(onlyJson(ran)['link'], link)
  })

  it('says it in one sentence, with the number in groups', async () => {
    const files = build()
    const link = await host(files)
    const { code, printed } = await runHere(['web', 'verify', link, '--files', files])
    assert.equal(code, 0)
    const [sentence = '', number = ''] = printed.join('\n').split('\n')
    assert.match(sentence, /serves Sealpost 1\.2\.3, the very build that is here: all 3 files/)
    assert.match(number, /^Fingerprint: (?:[0-9a-f]{4} ){15}[0-9a-f]{4}$/)
  })

  it('takes another release that a key of the build here signed, or one that is given', async () => {
    const link = await host(build({ version: '1.3.0', signers: [SIGNER] }))
    const known = build({ keys: [keyText(SIGNER)] })
    const byBuild = await verify(link, '--files', known)
    assert.equal(byBuild.code, 0)
    assert.deepEqual(onlyJson(byBuild)['signedBy'], [keyText(SIGNER)])
    const byFlag = await verify(link, '--files', build(), '--key', keyText(SIGNER))
    assert.equal(byFlag.code, 0)
    assert.equal(onlyJson(byFlag)['isOwnBuild'], false)
  })

  it('proves nothing by a stranger, by a signature of something else, or by none', async () => {
    const right = JSON.parse(releaseOf({ version: '1.3.0', signers: [SIGNER] })) as {
      readonly release: string
      readonly signatures: readonly object[]
    }
    const forged = JSON.stringify({
      release: right.release.replace('1.3.0', '1.4.0'),
      signatures: [
        ...right.signatures,
        { key: 'x', signature: 'y' },
        { key: keyText(SIGNER), signature: '' }
      ]
    })
    for (const text of [
      releaseOf({ version: '1.3.0' }),
      releaseOf({ version: '1.3.0', signers: [STRANGER] }),
      forged
    ]) {
      const link = await hostWith(build(), '/release.json', (_, response) => response.end(text))
      const ran = await verify(link, '--files', build({ keys: [keyText(SIGNER)] }))
      assert.equal(ran.code, 1)
      const { verdict, signedBy, differences: found } = onlyJson(ran)
      assert.deepEqual([verdict, signedBy, found], ['unproven', [], []])
    }
    const told = await runHere([
      'web',
      'verify',
      await host(build({ version: '2.0.0' })),
      '--files',
      build()
    ])
    assert.match(told.printed.join('\n'), /nothing here proves whose release that is/)
  })

  it('names each file that is another, is gone, or is led away', async () => {
    const files = build()
    const changed = await host(build(), (request, response) => {
      if (request.url === WORKER) {
        response.end('the peer of mallory')
      } else if (request.url === '/service-worker.js') {
        response.writeHead(302, { location: 'https://mallory.example/' }).end()
      } else if (request.url === '/') {
        response.writeHead(404).end()
      }
    })
    assert.deepEqual(await differences(changed, files), [
      'missing /',
      `other ${WORKER}`,
      'redirects /service-worker.js'
    ])
    const told = await runHere(['web', 'verify', changed, '--files', files])
    assert.match(told.printed.join('\n'), /4 things are not as they should be; ask who runs it/)
    assert.match(told.printed.join('\n'), /^- \/: the host does not give it$/m)
  })

  it('names what differs from the build here, of the same version', async () => {
    const { '/index.html': page = '', ...others } = FILES
    const theirs = { ...others, '/index.html': `${page} `, '/more.js': 'more' }
    const ours = build({ files: { ...FILES, '/less.js': 'less' } })
    assert.deepEqual(await differences(await host(build({ files: theirs })), ours), [
      'own-other /index.html',
      'own-missing /less.js',
      'own-added /more.js'
    ])
  })

  it('misses a release that names no worker and no service worker', async () => {
    const files = { '/index.html': FILES['/index.html'] ?? '' }
    const link = await host(build({ files, version: '3.0.0' }))
    assert.deepEqual(await differences(link, build()), [
      'unlisted /service-worker.js',
      'unlisted /assets/worker-*.js'
    ])
  })

  it('names headers that are missing', async () => {
    const files = build()
    const bare = await listen(
      createServer((request, response) => {
        const path = request.url === '/' ? '/index.html' : (request.url ?? '')
        response.end(readFileSync(join(files, path)))
      })
    )
    const ran = await verify(bare, '--files', files)
    assert.equal(ran.code, 1)
    const { verdict, differences: found, lacks } = onlyJson(ran)
    assert.deepEqual([verdict, found], ['different', []])
    assert.equal((lacks as readonly string[])[0], 'worker-policy', 'the gravest first')
    for (const lack of ['page-policy', 'keeper-policy', 'page-sniffing']) {
      assert.ok((lacks as readonly string[]).includes(lack), lack)
    }
    const told = await runHere(['web', 'verify', bare, '--files', files])
    assert.match(told.printed.join('\n'), /^- the worker that holds the keys has no Content-/m)
  })

  it('opens what came compressed', async () => {
    const files = build()
    const link = await hostWith(files, WORKER, (_, response) => {
      response.setHeader('content-encoding', 'gzip')
      response.setHeader('content-security-policy', `${OWN}; ${TYPES}`)
      response.end(gzipSync(FILES[WORKER] ?? ''))
    })
    assert.equal((await verify(link, '--files', files)).code, 0)
  })

  describe('of a host that means harm', () => {
    const files = build()

    for (const path of ['/../secret', '//mallory.example/x', '/a/../../x', '/%2e%2e/x', '/.env']) {
      it(`asks nothing where a release names ${path}`, async () => {
        const asked: string[] = []
        const text = releaseOf({ files: { ...FILES, [path]: 'x' } })
        const link = await host(build(), (request, response) => {
          asked.push(request.url ?? '')
          if (request.url === '/release.json') {
            response.end(text)
          }
        })
        assert.deepEqual(await differences(link, files), ['no-release /release.json'])
        assert.deepEqual(asked, ['/release.json'])
      })
    }

    it('stops reading a release that does not end', async () => {
      const over = Promise.withResolvers<undefined>()
      const link = await hostWith(build(), '/release.json', (_, response) => {
        response.on('close', () => {
          over.resolve(undefined)
        })
        endless(response.writeHead(200))
      })
      assert.deepEqual(await differences(link, files), ['too-large /release.json'])
      await over.promise
    })

    it('stops reading a file that does not end, also where it is small on its way', async () => {
      const bomb = gzipSync(new Uint8Array(33 * 1024 * 1024))
      const link = await host(build(), (request, response) => {
        if (request.url === WORKER) {
          endless(response.writeHead(200))
        } else if (request.url === '/service-worker.js') {
          response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb)
        }
      })
      assert.deepEqual(await differences(link, files), [
        `too-large ${WORKER}`,
        'too-large /service-worker.js'
      ])
    })

    it('notes a file that is shorter than was said, or no gzip', async () => {
      const link = await host(build(), (request, response) => {
        if (request.url === WORKER) {
          response.writeHead(200, { 'content-length': 1_000 })
          response.write('the peer')
          response.destroy()
        } else if (request.url === '/service-worker.js') {
          response.writeHead(200, { 'content-encoding': 'gzip' }).end('no gzip')
        }
      })
      assert.deepEqual(await differences(link, files), [
        `broken ${WORKER}`,
        'broken /service-worker.js'
      ])
    })

    it('notes what is no release, and one of too many files', async () => {
      const many = Object.fromEntries(
        Array.from({ length: 501 }, (_, index) => [`/${String(index)}`, 'x'])
      )
      for (const text of [
        '',
        '{',
        '<!doctype html>',
        releaseOf({ files: { ...FILES, ...many } })
      ]) {
        const link = await hostWith(build(), '/release.json', (_, response) => response.end(text))
        assert.deepEqual(await differences(link, files), ['no-release /release.json'])
        const told = await runHere(['web', 'verify', link, '--files', files])
        assert.equal(told.code, 1)
        assert.match(told.printed.join('\n'), /serves no release of Sealpost/)
      }
      const away = await hostWith(build(), '/release.json', (_, response) => {
        response.writeHead(301, { location: '/other.json' }).end()
      })
      assert.deepEqual(await differences(away, files), ['redirects /release.json'])
    })

    it('gives up one that says nothing, or speaks too slowly', async () => {
      const silent = await listen(createServer(() => undefined))
      const slow = await hostWith(build(), WORKER, (_, response) => {
        response.writeHead(200)
        response.write('t')
      })
      for (const link of [silent, slow]) {
        const ran = await verify(link, '--files', files, '--timeout', '0.05')
        assert.equal(ran.code, 1)
        assert.equal(jsonError(ran).code, 'SEALPOST_TIMEOUT')
        assert.match(jsonError(ran).message, /--timeout SECONDS/)
      }
    })

    it('ends where the person ends it', async () => {
      const ending = new AbortController()
      const link = await hostWith(build(), WORKER, (_, response) => {
        response.writeHead(200)
        response.write('t', () => {
          ending.abort()
        })
      })
      const ran = await runHere(['web', 'verify', link, '--files', files], {
        signal: ending.signal
      })
      assert.equal(ran.code, 130)
    })

    it('says that one cannot be reached, or does not speak HTTP', async () => {
      const rude = await listen(
        createSocketServer((socket) => {
          socket.on('error', () => undefined)
          socket.end('220 mail.example ESMTP\r\n')
        })
      )
      const gone = await listen(createServer())
      servers.pop()?.close()
      for (const link of [rude, gone]) {
        const ran = await verify(link, '--files', files)
        assert.equal(ran.code, 1)
        assert.equal(jsonError(ran).code, 'SEALPOST_DIAL_FAILED')
      }
    })
  })

  it('is used wrongly without a host, with a password, or with a key that is none', async () => {
    const key = keyText(SIGNER)
    for (const words of [
      [''],
      ['ftp://relay.example'],
      ['javascript:alert(1)'],
      ['https://alice:secret@relay.example'],
      ['https://'],
      ['relay.example', '--key', key.slice(1)],
      ['relay.example', '--key', `${key.slice(1)}!`],
      []
    ]) {
      const ran = await runHere(['web', 'verify', ...words, '--json'])
      assert.equal(ran.code, 2, words.join(' '))
      assert.equal(jsonError(ran).code, 'SEALPOST_USAGE')
    }
  })

  it('refuses to compare with a folder that holds no release', async () => {
    const folder = build()
    rmSync(join(folder, 'release.json'))
    const ran = await verify('https://relay.example', '--files', folder)
    assert.equal(ran.code, 2)
    assert.equal(jsonError(ran).code, 'SEALPOST_CONFIG_INVALID')
  })
})

/** Writes for as long as somebody reads. */
function endless(response: NodeJS.WritableStream): void {
  const part = Buffer.alloc(64 * 1024, ' ')
  const more = (): void => {
    while (response.writable && response.write(part)) {
      // As fast as it is read.
    }
  }
  response.on('drain', more)
  more()
}
