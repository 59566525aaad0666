import assert from 'node:assert/strict'
import { cp, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { makeAccount, openBrowser, type OpenBrowser } from './browser.ts'
import { buildOf, BuildCopy, portOf, untilKept } from './build-copy.ts'
import { BUILD_MS, builtClient } from './built-client.ts'
import { serveClient } from './served-client.ts'

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
    await using build = await BuildCopy.make()
    const first = await serveClient()
    const alice = await chromium.person(first.link)
    await makeAccount(alice.page, 'alice')
    await untilKept(alice.page)
    await first[Symbol.asyncDispose]()

    await build.change(await build.script('worker'), (text) => `${text}\n//`)
    await using second = await serveClient({ web: build.folder, listen: portOf(first.link) })
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
    await using build = await BuildCopy.make()
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
    await page.getByText('A part of Sealpost could not be loaded.').waitFor()
    await first[Symbol.asyncDispose]()
    await rename(away, screens)
    await using second = await serveClient({ web: build.folder, listen: portOf(first.link) })
    assert.equal(second.link, first.link)
    await page.getByRole('button', { name: 'Reload' }).click()
    await page.getByText('Nobody here yet').waitFor()
    await context.close()
  })

  it('takes what the host has by now for a development build, and opens without it all the same', async () => {
    await using build = await BuildCopy.make()
    await build.forgetKeys()
    await build.release('1.0.0')
    const first = await serveClient({ web: build.folder })
    const alice = await chromium.person(first.link)
    await makeAccount(alice.page, 'alice')
    await untilKept(alice.page)
    await first[Symbol.asyncDispose]()

    await build.mark('rebuilt')
    await build.release('1.0.0')
    {
      await using second = await serveClient({ web: build.folder, listen: portOf(first.link) })
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
    await using build = await BuildCopy.make()
    await build.release('1.5.0')
    const alice = await (async () => {
      await using served = await serveClient({ web: build.folder })
      const person = await chromium.person(served.link)
      await makeAccount(person.page, 'alice')
      await untilKept(person.page)
      return { ...person, link: served.link }
    })()
    const listen = portOf(alice.link)

    await build.mark('newer')
    await build.release('1.6.0')
    {
      await using served = await serveClient({ web: build.folder, listen })
      assert.equal(served.link, alice.link)
      const told = alice.page.evaluate(
        () =>
          new Promise<unknown>((resolve) => {
            const { port1, port2 } = new MessageChannel()
            port1.onmessage = ({ data }) => {
              resolve(data)
            }
            navigator.serviceWorker.controller?.postMessage('check', [port2])
          })
      )
      const { staged } = (await told) as { readonly staged: { readonly version: string } }
      assert.equal(staged.version, '1.6.0')
      assert.equal(await buildOf(alice.page), undefined)
      const opened = alice.page.waitForEvent('load')
      await alice.page.evaluate(() => {
        navigator.serviceWorker.controller?.postMessage('use-update')
      })
      await opened
      assert.equal(await buildOf(alice.page), 'newer')
      await alice.page.getByText('Nobody here yet').waitFor()
    }
    await build.mark('older')
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
