import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { type Caches, type FileCache, ReleaseKeeper } from '../src/release/release-keeper.ts'
import { releaseText, SIGNER, signedText, STRANGER } from './release-signer.ts'

/** What a browser keeps: bytes and headers, by name and path. */
class MemoryCaches implements Caches {
  readonly rooms = new Map<string, Map<string, Response>>()
  isFull = false

  open(name: string): Promise<FileCache> {
    const room = this.rooms.get(name) ?? new Map<string, Response>()
    this.rooms.set(name, room)
    return Promise.resolve({
      match: (path) => Promise.resolve(room.get(path)?.clone()),
      put: (path, response) => {
        if (this.isFull && path !== '/checks') {
          return Promise.reject(new DOMException('no room', 'QuotaExceededError'))
        }
        room.set(path, response)
        return Promise.resolve()
      },
      delete: (path) => Promise.resolve(room.delete(path))
    })
  }

  keys(): Promise<readonly string[]> {
    return Promise.resolve([...this.rooms.keys()])
  }

  delete(name: string): Promise<boolean> {
    return Promise.resolve(this.rooms.delete(name))
  }

  /** The one room that holds files of a release with that content. */
  roomWith(path: string): Map<string, Response> {
    const found = [...this.rooms.values()].find((room) => room.has(path))
    return found ?? assert.fail(`nothing keeps ${path}`)
  }
}

/** A host: what it has, and whether it can be reached. */
class Host {
  readonly files = new Map<string, string>()
  readonly asked: string[] = []
  isReachable = true

  readonly fetch = (path: string): Promise<Response> => {
    this.asked.push(path)
    if (!this.isReachable) {
      return Promise.reject(new TypeError('nobody answers'))
    }
    const content = this.files.get(path)
    const headers = { 'content-security-policy': `of ${path}`, 'content-encoding': 'br' }
    return Promise.resolve(
      content === undefined ? new Response('', { status: 404 }) : new Response(content, { headers })
    )
  }

  /** Has it offer a release of these files. */
  offer(
    version: string,
    files: Readonly<Record<string, string>>,
    text: (release: string) => string = (release) => signedText(release, SIGNER)
  ): void {
    this.files.clear()
    const hashes: Record<string, string> = {}
    for (const [path, content] of Object.entries(files)) {
      this.files.set(path, content)
      hashes[path] = createHash('sha256').update(content).digest('base64url')
    }
    this.files.set('/release.json', text(JSON.stringify({ version, files: hashes })))
  }
}

const FIRST = { '/index.html': 'page 1', '/assets/worker.js': 'worker 1' }
const SECOND = { '/index.html': 'page 2', '/assets/worker.js': 'worker 1' }

describe('a browser that keeps releases', () => {
  let host: Host
  let caches: MemoryCaches
  let keeper: ReleaseKeeper
  let nowMs: number

  beforeEach(() => {
    nowMs = 1_000
    host = new Host()
    caches = new MemoryCaches()
    keeper = restart()
  })

  /** A service worker is ended at any time, and knows no more than what is kept. */
  function restart(keys: readonly string[] = [SIGNER.key]): ReleaseKeeper {
    return new ReleaseKeeper({ caches, fetch: host.fetch, keys, nowMs: () => nowMs })
  }

  async function served(path: string, by = keeper): Promise<string | undefined> {
    return (await by.serve(path))?.text()
  }

  it('serves the first release at once, whether or not the host is there', async () => {
    host.offer('1.0.0', FIRST)
    assert.equal(await served('/'), undefined)
    assert.equal(await keeper.check(), undefined)
    host.isReachable = false
    for (const by of [keeper, restart()]) {
      assert.equal(await served('/', by), 'page 1')
      assert.equal(await served('/index.html', by), 'page 1')
      assert.equal(await served('/assets/worker.js', by), 'worker 1')
      assert.equal(await served('/relays.json', by), undefined)
    }
  })

  it('keeps the headers of the host, and none of how the bytes travelled', async () => {
    host.offer('1.0.0', FIRST)
    await keeper.check()
    const headers = (await keeper.serve('/assets/worker.js'))?.headers
    assert.equal(headers?.get('content-security-policy'), 'of /assets/worker.js')
    assert.equal(headers?.get('content-encoding'), null)
  })

  it('stages a newer release, and serves it once it is to take over', async () => {
    host.offer('1.0.0', FIRST)
    await keeper.check()
    host.offer('1.1.0', SECOND)
    assert.equal((await keeper.check())?.version, '1.1.0')
    assert.equal(await served('/'), 'page 1')
    const later = restart()
    assert.equal((await later.staged())?.version, '1.1.0')
    assert.equal(await served('/', later), 'page 1')
    assert.equal(await later.promote(), true)
    assert.equal(await later.promote(), false)
    host.isReachable = false
    assert.equal(await served('/', later), 'page 2')
    assert.equal(await served('/', restart()), 'page 2')
  })

  it('keeps the files of no more releases than it needs', async () => {
    for (const minor of [0, 1, 2, 3]) {
      host.offer(`1.${String(minor)}.0`, { ...FIRST, '/index.html': `page ${String(minor)}` })
      await keeper.check()
    }
    // One for what is served, one for what is staged, one for which is which.
    assert.equal(caches.rooms.size, 3)
    await keeper.promote()
    for (const minor of [4, 5]) {
      host.offer(`1.${String(minor)}.0`, { ...FIRST, '/index.html': `page ${String(minor)}` })
      await keeper.check()
      // And one for pages that are still open.
      assert.equal(caches.rooms.size, 4)
      await keeper.promote()
      assert.equal(caches.rooms.size, 3)
    }
    assert.equal(await served('/'), 'page 5')
  })

  it('goes on serving parts of the release before to pages that are still open', async () => {
    host.offer('1.0.0', { ...FIRST, '/assets/zh-1.js': 'chinese 1' })
    await keeper.check()
    host.offer('1.1.0', { ...SECOND, '/assets/zh-2.js': 'chinese 2' })
    await keeper.check()
    await keeper.promote()
    host.isReachable = false
    for (const by of [keeper, restart()]) {
      assert.equal(await served('/', by), 'page 2')
      assert.equal(await served('/assets/zh-1.js', by), 'chinese 1')
      assert.equal(await served('/assets/zh-2.js', by), 'chinese 2')
    }
    host.isReachable = true
    host.offer('1.2.0', FIRST)
    await keeper.check()
    await keeper.promote()
    assert.equal(await served('/assets/zh-1.js'), undefined)
  })

  it('asks for no file twice that is staged already', async () => {
    host.offer('1.0.0', FIRST)
    await keeper.check()
    host.offer('1.1.0', SECOND)
    await keeper.check()
    host.asked.splice(0)
    assert.equal((await keeper.check())?.version, '1.1.0')
    assert.deepEqual(host.asked, ['/release.json'])
  })

  it('looks once where it is asked twice at a time', async () => {
    host.offer('1.0.0', FIRST)
    await Promise.all([keeper.check(), keeper.check()])
    assert.equal(host.asked.filter((path) => path === '/release.json').length, 1)
  })

  for (const [title, offer] of [
    ['an older release', () => host.offer('0.9.0', SECOND)],
    ['another release of the same version', () => host.offer('1.0.0', SECOND)]
  ] as const) {
    it(`refuses ${title}`, async () => {
      host.offer('1.0.0', FIRST)
      await keeper.check()
      offer()
      await assert.rejects(keeper.check(), { refusal: 'rollback' })
      assert.equal(await keeper.staged(), undefined)
      await assert.rejects(restart().check(), { refusal: 'rollback' })
      assert.equal(await served('/'), 'page 1')
    })
  }

  it('refuses a release that nobody signed, and one that somebody else did', async () => {
    for (const text of [releaseText, (release: string) => signedText(release, STRANGER)]) {
      host.offer('1.0.0', FIRST, text)
      await assert.rejects(keeper.check(), { refusal: 'unsigned' })
      assert.equal(await served('/'), undefined)
    }
    host.offer('1.0.0', FIRST)
    await keeper.check()
    host.offer('2.0.0', SECOND, releaseText)
    await assert.rejects(keeper.check(), { refusal: 'unsigned' })
    assert.equal(await served('/'), 'page 1')
  })

  it('refuses a release of which one file is another, or is missing', async () => {
    host.offer('1.0.0', FIRST)
    await keeper.check()
    for (const content of ['worker of mallory', undefined]) {
      host.offer('1.1.0', SECOND)
      host.files.delete('/assets/worker.js')
      if (content !== undefined) {
        host.files.set('/assets/worker.js', content)
      }
      await assert.rejects(keeper.check(), { refusal: 'file' })
      assert.equal(await keeper.staged(), undefined)
      assert.equal(await served('/'), 'page 1')
    }
  })

  it('serves nothing that is not what the release says, wherever it comes from', async () => {
    host.offer('1.0.0', FIRST)
    await keeper.check()
    const path = '/assets/worker.js'
    // Somebody wrote to what is kept: the host's own is served, and kept.
    caches.roomWith(path).set(path, new Response('worker of mallory'))
    assert.equal(await served(path), 'worker 1')
    host.isReachable = false
    assert.equal(await served(path), 'worker 1')
    host.isReachable = true
    // The browser removed it, and the host has another by now.
    caches.roomWith(path).delete(path)
    host.files.set(path, 'worker of mallory')
    await assert.rejects(keeper.serve(path), { refusal: 'file' })
  })

  it('takes any other build for newer where no key is pinned, and says that it is of anybody', async () => {
    const development = restart([])
    host.offer('1.0.0', FIRST, releaseText)
    await development.check()
    assert.equal((await development.current())?.signedBy, undefined)
    host.offer('0.9.0', SECOND, releaseText)
    assert.equal((await development.check())?.version, '0.9.0')
    await development.promote()
    assert.equal(await served('/', development), 'page 2')
  })

  it('begins anew where it learns of keys that did not sign what it keeps', async () => {
    const development = restart([])
    host.offer('2.0.0', FIRST, releaseText)
    await development.check()
    const later = restart()
    assert.equal(await served('/', later), undefined)
    host.offer('1.0.0', SECOND)
    assert.equal(await later.check(), undefined)
    assert.equal(await served('/', later), 'page 2')
  })

  it('goes on with what it has where there is no room to let another take over, or to keep a file again', async () => {
    host.offer('1.0.0', FIRST)
    await keeper.check()
    host.offer('1.1.0', SECOND)
    await keeper.check()
    caches.isFull = true
    const later = restart()
    assert.equal(await later.promote(), false)
    assert.equal(await served('/', later), 'page 1')
    caches.roomWith('/assets/worker.js').delete('/assets/worker.js')
    assert.equal(await served('/assets/worker.js', later), 'worker 1')
    caches.isFull = false
    assert.equal(await later.promote(), true)
    assert.equal(await served('/', later), 'page 2')
  })

  it('stages nothing any more where the host goes back to what is served', async () => {
    const development = restart([])
    host.offer('1.0.0', FIRST, releaseText)
    await development.check()
    host.offer('1.0.0', SECOND, releaseText)
    await development.check()
    host.offer('1.0.0', FIRST, releaseText)
    assert.equal(await development.check(), undefined)
    assert.equal(await development.staged(), undefined)
    assert.equal(await development.promote(), false)
  })

  it('changes nothing where the host cannot be reached', async () => {
    host.offer('1.0.0', FIRST)
    await keeper.check()
    host.isReachable = false
    await assert.rejects(keeper.check(), TypeError)
    assert.equal(await served('/'), 'page 1')
  })

  describe('reports', () => {
    it('what is served and what waits, and by whom it is signed', async () => {
      assert.deepEqual(await keeper.report(), {
        current: undefined,
        staged: undefined,
        checked: undefined,
        refused: []
      })
      host.offer('1.0.0', FIRST)
      await keeper.check()
      host.offer('1.1.0', SECOND)
      nowMs = 2_000
      await keeper.check()
      const { current, staged, checked, refused } = await restart().report()
      assert.deepEqual(
        [current, staged].map((one) => [one?.version, one?.signedBy]),
        [
          ['1.0.0', SIGNER.key],
          ['1.1.0', SIGNER.key]
        ]
      )
      assert.equal(current?.hash, (await keeper.current())?.hash)
      assert.deepEqual(checked, { atMs: 2_000, outcome: 'staged' })
      assert.deepEqual(refused, [])
    })

    it('what came of asking the host', async () => {
      host.offer('1.0.0', FIRST)
      await keeper.check()
      assert.equal((await keeper.report()).checked?.outcome, 'same')
      host.isReachable = false
      await assert.rejects(keeper.check())
      assert.equal((await keeper.report()).checked?.outcome, 'unreachable')
      host.isReachable = true
      host.files.delete('/release.json')
      await assert.rejects(keeper.check(), TypeError)
      assert.equal((await keeper.report()).checked?.outcome, 'unreachable')
      assert.deepEqual((await keeper.report()).refused, [])
      host.offer('1.1.0', SECOND)
      caches.isFull = true
      await assert.rejects(keeper.check())
      caches.isFull = false
      assert.equal((await keeper.report()).checked?.outcome, 'full')
    })

    it('each refusal once, with the last time, and after the host is well again', async () => {
      host.offer('1.0.0', FIRST)
      await keeper.check()
      host.offer('0.9.0', SECOND)
      for (const at of [2_000, 3_000]) {
        nowMs = at
        await assert.rejects(keeper.check())
      }
      const rollback = { refusal: 'rollback', version: '0.9.0', path: undefined, atMs: 3_000 }
      assert.deepEqual((await restart().report()).refused, [rollback])
      host.offer('1.1.0', SECOND, releaseText)
      await assert.rejects(keeper.check())
      host.offer('1.2.0', SECOND)
      host.files.set('/index.html', 'page of mallory')
      await assert.rejects(keeper.check())
      host.files.set('/release.json', '{')
      await assert.rejects(keeper.check())
      host.offer('1.0.0', FIRST)
      await keeper.check()
      const { checked, refused } = await restart().report()
      assert.equal(checked?.outcome, 'same')
      const file = { refusal: 'file', version: '1.2.0', path: '/index.html', atMs: 3_000 }
      assert.deepEqual(refused, [
        { refusal: 'malformed', version: undefined, path: undefined, atMs: 3_000 },
        file,
        { refusal: 'unsigned', version: '1.1.0', path: undefined, atMs: 3_000 },
        rollback
      ])
    })

    it('at most five refusals, the newest', async () => {
      host.offer('1.0.0', FIRST)
      await keeper.check()
      for (const minor of [1, 2, 3, 4, 5, 6]) {
        host.offer(`0.${String(minor)}.0`, SECOND)
        await assert.rejects(keeper.check())
      }
      const { refused } = await keeper.report()
      assert.deepEqual(
        refused.map(({ version }) => version),
        ['0.6.0', '0.5.0', '0.4.0', '0.3.0', '0.2.0']
      )
    })

    it('nothing that somebody else wrote where it keeps that', async () => {
      host.offer('1.0.0', FIRST)
      await keeper.check()
      for (const text of ['{', '7', '{"refused":[7],"checked":{"atMs":"x"}}']) {
        caches.roomWith('/checks').set('/checks', new Response(text))
        const { checked, refused } = await keeper.report()
        assert.equal(checked, undefined)
        assert.deepEqual(refused, [])
      }
    })
  })

  it('is to ask again after six hours, and where the clock was set back', async () => {
    assert.equal(await keeper.isCheckDue(), true)
    host.offer('1.0.0', FIRST)
    await keeper.check()
    for (const [atMs, isDue] of [
      [1_000, false],
      [1_000 + 6 * 3_600_000 - 1, false],
      [1_000 + 6 * 3_600_000, true],
      [999, true]
    ] as const) {
      nowMs = atMs
      assert.equal(await restart().isCheckDue(), isDue, String(atMs))
    }
  })
})
