import assert from 'node:assert/strict'
import { cp, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { publicKeyText, signRelease, writeRelease } from '../tidy/web-release.ts'
import { makeAccount, openBrowser, type OpenBrowser } from './browser.ts'
import { BUILD_MS, builtClient, RELEASE_KEY } from './built-client.ts'
import { serveClient } from './served-client.ts'

interface Written {
  readonly version: string
  readonly files: Readonly<Record<string, string>>
}

/** A copy of the build. */
class Fixture {
  readonly folder: string

  private constructor(folder: string) {
    this.folder = folder
  }

  static async make(): Promise<Fixture> {
    const folder = await mkdtemp(join(tmpdir(), 'sealpost-offline-'))
    await cp(await builtClient(), folder, { recursive: true })
    return new Fixture(folder)
  }

  /** Changes a file, and leaves the release as it is. */
  async change(path: string, change: (text: string) => string): Promise<void> {
    const full = join(this.folder, path)
    await writeFile(full, change(await readFile(full, 'utf8')))
    await Promise.all(['.br', '.gz'].map((end) => rm(`${full}${end}`, { force: true })))
  }

  /** Makes it a release of its own. */
  async release(version: string): Promise<void> {
    const text = await readFile(join(this.folder, 'release.json'), 'utf8')
    const { release } = JSON.parse(text) as { readonly release: string }
    const { files } = JSON.parse(release) as Written
    await writeRelease(this.folder, version, Object.keys(files))
    await signRelease(this.folder, RELEASE_KEY)
  }

  /** Path of the script whose name begins so. */
  async script(part: 'home-screen' | 'worker'): Promise<string> {
    const names = await readdir(join(this.folder, 'assets'))
    const name = names.find((one) => new RegExp(`^${part}-[^/]{8}\\.js$`).test(one))
    return `assets/${name ?? assert.fail(`no ${part}`)}`
  }

  [Symbol.asyncDispose](): Promise<void> {
    return rm(this.folder, { recursive: true, force: true })
  }
}

/** Until a page is behind the service worker, which has all of the release by then. */
async function untilKept(page: Page): Promise<void> {
  await page.waitForFunction(() => navigator.serviceWorker.controller?.state === 'activated')
}

const port = (link: string): string => `127.0.0.1:${new URL(link).port}`

describe('the web client, kept by a browser', function () {
  this.timeout(90_000)
  let chromium: OpenBrowser

  before(async function () {
    this.timeout(BUILD_MS)
    await builtClient()
    chromium = await openBrowser()
  })

  after(() => chromium[Symbol.asyncDispose]())

  it('opens the home where nobody serves it any more', async () => {
    const served = await serveClient()
    const alice = await chromium.person(served.link)
    try {
      await makeAccount(alice.page, 'alice')
      await untilKept(alice.page)
      await alice.assertNoFaults()
    } finally {
      await served[Symbol.asyncDispose]()
    }
    await alice.page.reload()
    await alice.page.getByText('Nobody here yet').waitFor()
    await alice.page.close()
    const page = await alice.context.newPage()
    await page.goto(served.link)
    await page.getByText('Nobody here yet').waitFor()
    await alice.context.close()
  })

  it('keeps to its policy behind the service worker too', async () => {
    await using served = await serveClient()
    const alice = await chromium.person(served.link)
    await makeAccount(alice.page, 'alice')
    await untilKept(alice.page)
    await alice.page.reload()
    await alice.page.getByText('Online', { exact: true }).waitFor()
    await alice.assertNoFaults()
    const refused = await alice.page.evaluate(() =>
      fetch('https://elsewhere.example/').then(String, String)
    )
    assert.match(refused, /TypeError/)
    const worker = alice.page.workers()[0] ?? assert.fail('there is no worker')
    const told = alice.untilFault(/violation: connect-src/)
    const reached = await worker.evaluate(() =>
      fetch('http://elsewhere.example/').then(String, String)
    )
    assert.match(reached, /TypeError/)
    await told
    await alice.context.close()
  })

  it('does not start a worker that the host changed, not even where the browser lost its own', async () => {
    await using build = await Fixture.make()
    const first = await serveClient()
    const alice = await chromium.person(first.link)
    await makeAccount(alice.page, 'alice')
    await untilKept(alice.page)
    await first[Symbol.asyncDispose]()

    await build.change(await build.script('worker'), (text) => `${text}\n//`)
    await using second = await serveClient({ web: build.folder, listen: port(first.link) })
    assert.equal(second.link, first.link)
    // As it was, from what the browser keeps.
    await alice.page.reload()
    await alice.page.getByText('Nobody here yet').waitFor()
    await alice.page.evaluate(
      async (path) => {
        for (const name of await caches.keys()) {
          await (await caches.open(name)).delete(path)
        }
      },
      `/${await build.script('worker')}`
    )
    await alice.page.reload()
    // The page itself is right; nobody answers it.
    await alice.page.getByText('Opening…').waitFor()
    assert.deepEqual(alice.page.workers(), [])
    await alice.context.close()
  })

  it('says that a part did not come where the host has another build by now, and opens with that one', async () => {
    await using build = await Fixture.make()
    const screens = join(build.folder, await build.script('home-screen'))
    const away = join(build.folder, 'elsewhere')
    await cp(screens, away)
    await Promise.all(['', '.br', '.gz'].map((end) => rm(`${screens}${end}`)))
    const first = await serveClient({ web: build.folder })
    const { context, page } = await chromium.person(first.link)
    await page.getByRole('button', { name: 'Get started' }).click()
    await page.getByLabel('Your name').fill('alice')
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByRole('button', { name: 'Not now' }).click()
    await page.getByRole('button', { name: 'Start talking' }).click()
    await page.getByText('A part of Sealpost did not come.').waitFor()
    await first[Symbol.asyncDispose]()
    await rename(away, screens)
    await using second = await serveClient({ web: build.folder, listen: port(first.link) })
    assert.equal(second.link, first.link)
    await page.getByRole('button', { name: 'Reload' }).click()
    await page.getByText('Nobody here yet').waitFor()
    await context.close()
  })

  it('takes what the host has by now for a development build, and opens without it all the same', async () => {
    await using build = await Fixture.make()
    const key = new RegExp(`["'\x60]${publicKeyText(RELEASE_KEY)}["'\x60]`)
    await build.change('service-worker.js', (text) => {
      assert.match(text, key)
      return text.replace(key, '')
    })
    await build.release('1.0.0')
    const first = await serveClient({ web: build.folder })
    const alice = await chromium.person(first.link)
    await makeAccount(alice.page, 'alice')
    await untilKept(alice.page)
    await first[Symbol.asyncDispose]()

    await build.change('index.html', (text) =>
      text.replace('<title>', '<meta name="build" content="rebuilt"><title>')
    )
    await build.release('1.0.0')
    {
      await using second = await serveClient({ web: build.folder, listen: port(first.link) })
      assert.equal(second.link, first.link)
      await alice.page.reload()
      assert.equal(await buildOf(alice.page), 'rebuilt')
    }
    await alice.page.reload()
    assert.equal(await buildOf(alice.page), 'rebuilt')
    await alice.page.getByText('Nobody here yet').waitFor()
    await alice.context.close()
  })

  it('takes a newer release once nobody looks at the old one, or when asked to, and no older one', async () => {
    await using build = await Fixture.make()
    await build.release('1.5.0')
    const alice = await (async () => {
      await using served = await serveClient({ web: build.folder })
      const person = await chromium.person(served.link)
      await makeAccount(person.page, 'alice')
      await untilKept(person.page)
      return { ...person, link: served.link }
    })()
    const listen = port(alice.link)

    await build.change('index.html', (text) =>
      text.replace('<title>', '<meta name="build" content="newer"><title>')
    )
    await build.release('1.6.0')
    {
      await using served = await serveClient({ web: build.folder, listen })
      assert.equal(served.link, alice.link)
      const told = alice.page.evaluate(
        () =>
          new Promise((resolve) => {
            navigator.serviceWorker.addEventListener('message', ({ data }) => {
              resolve(data)
            })
            navigator.serviceWorker.controller?.postMessage('check')
          })
      )
      assert.deepEqual(await told, { type: 'update-ready', version: '1.6.0', isSigned: true })
      assert.equal(await buildOf(alice.page), undefined)
      const opened = alice.page.waitForEvent('load')
      await alice.page.evaluate(() => {
        navigator.serviceWorker.controller?.postMessage('use-update')
      })
      await opened
      assert.equal(await buildOf(alice.page), 'newer')
      await alice.page.getByText('Nobody here yet').waitFor()
    }
    await build.change('index.html', (text) => text.replace('newer', 'older'))
    await build.release('1.4.0')
    {
      await using served = await serveClient({ web: build.folder, listen })
      assert.equal(served.link, alice.link)
      await alice.page.reload()
      await alice.page.getByText('Nobody here yet').waitFor()
      await alice.page.reload()
      assert.equal(await buildOf(alice.page), 'newer')
    }
    await alice.context.close()
  })
})

/** Which build a page is of, where the test changed it. */
async function buildOf(page: Page): Promise<string | undefined> {
  const mark = page.locator('meta[name=build]')
  return (await mark.count()) === 0 ? undefined : ((await mark.getAttribute('content')) ?? '')
}
