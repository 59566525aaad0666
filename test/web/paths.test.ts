/** Two people in browsers whose messages need no relay, since both allow it; and nothing of that where one of them does not. */
import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { acquainted, composer } from './acquaintance.ts'
import { type OpenBrowser, openBrowser, type Person } from './browser.ts'
import { type ServedClient, serveClient } from './served-client.ts'
import { assertShown, writeWhileTabsGo } from './tab-kills.ts'

const PATH_MS = 30_000

/** People whose pages count the connections of WebRTC that they make. */
function counting(chromium: OpenBrowser): OpenBrowser {
  return {
    browser: chromium.browser,
    person: async (link, options) => {
      const person = await chromium.person(link, options)
      await person.context.addInitScript(() => {
        const counted = Object.assign(globalThis, { made: 0 })
        counted.RTCPeerConnection = class extends RTCPeerConnection {
          constructor(configuration?: RTCConfiguration) {
            super(configuration)
            assertNoServers(configuration)
            counted.made += 1
          }
        }
        function assertNoServers(configuration?: RTCConfiguration): void {
          if (configuration?.iceServers?.length !== 0) {
            console.error('a server is asked for a way')
          }
        }
      })
      await person.page.reload()
      return person
    },
    [Symbol.asyncDispose]: () => chromium[Symbol.asyncDispose]()
  }
}

async function madeBy({ page }: Person): Promise<number> {
  return page.evaluate(() => Number(Reflect.get(globalThis, 'made')))
}

async function say(from: Page, to: Page, text: string): Promise<void> {
  await composer(from).fill(text)
  await from.keyboard.press('Enter')
  await to.locator('.timeline .text', { hasText: text }).waitFor()
}

/** Each page says that messages go directly. */
async function untilDirect(...people: readonly Person[]): Promise<void> {
  for (const { page } of people) {
    await page.locator('header').getByText('Direct').waitFor({ timeout: PATH_MS })
  }
}

describe('a path between two browsers', function () {
  this.timeout(180_000)
  let served: ServedClient
  let chromium: OpenBrowser

  beforeEach(async () => {
    served = await serveClient()
    chromium = counting(await openBrowser())
  })

  afterEach(async () => {
    await chromium[Symbol.asyncDispose]()
    await served[Symbol.asyncDispose]()
  })

  it('carries messages both ways, also when there is no relay any more', async () => {
    const { alice, bob } = await acquainted(chromium, served.link)
    await say(alice.page, bob.page, 'hello')
    await say(bob.page, alice.page, 'hello alice')
    await untilDirect(alice, bob)
    assert.ok((await madeBy(alice)) > 0 && (await madeBy(bob)) > 0)
    await alice.assertNoFaults()
    await bob.assertNoFaults()
    await served[Symbol.asyncDispose]()
    for (let count = 0; count < 5; count++) {
      await say(alice.page, bob.page, `no relay ${String(count)}`)
      await say(bob.page, alice.page, `none here ${String(count)}`)
    }
  })

  it('is there where a browser keeps its channels in the page, too', async () => {
    const keeping: OpenBrowser = {
      ...chromium,
      person: async (link) => {
        const person = await chromium.person(link)
        await person.context.addInitScript(() => {
          const proto = Worker.prototype as { postMessage(...args: unknown[]): void }
          const post = Reflect.get(proto, 'postMessage')
          proto.postMessage = function (this: Worker, ...args) {
            if (JSON.stringify(args).includes('path-channel')) {
              throw new DOMException('not here', 'DataCloneError')
            }
            Reflect.apply(post, this, args)
          }
        })
        await person.page.reload()
        return person
      }
    }
    const { alice, bob } = await acquainted(keeping, served.link)
    await say(alice.page, bob.page, 'hello')
    await say(bob.page, alice.page, 'hello alice')
    await untilDirect(alice, bob)
    await served[Symbol.asyncDispose]()
    await say(alice.page, bob.page, 'x'.repeat(8_000))
    await say(bob.page, alice.page, 'no relay')
  })

  it('is not even begun where one of them has relays only', async () => {
    const { alice, bob } = await acquainted(chromium, served.link, undefined, false)
    for (let count = 0; count < 5; count++) {
      await say(alice.page, bob.page, `through relays ${String(count)}`)
      await say(bob.page, alice.page, `so do mine ${String(count)}`)
    }
    assert.deepEqual([await madeBy(alice), await madeBy(bob)], [0, 0])
    await alice.assertNoFaults()
    await bob.assertNoFaults()
  })

  it('loses nothing and doubles nothing when the tab that holds it goes', async () => {
    const { alice, bob } = await acquainted(chromium, served.link)
    await say(alice.page, bob.page, 'hello')
    await say(bob.page, alice.page, 'hello alice')
    await untilDirect(alice, bob)
    const written = await writeWhileTabsGo(bob, served.link, 3)
    await alice.page.locator('.timeline .text', { hasText: written.at(-1) ?? '' }).waitFor()
    await assertShown(alice.page, ['hello', 'hello alice', ...written])
    await alice.assertNoFaults()
    await bob.assertNoFaults()
  })
})
