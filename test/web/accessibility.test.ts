import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { assertAccessible, assertAccessibleOnPhone } from './accessible.ts'
import { type Person } from './browser.ts'
import { servedBrowser } from './served-browser.ts'
import { acquainted } from './acquaintance.ts'
import { goToPlace, PLACES, placesOfChat, prefer } from './places.ts'

/** The narrowest screen that there is, which is also one of 1,280 at 400 %. */
const NARROW = { width: 320, height: 640 }

describe('every screen of the web client', function () {
  this.timeout(120_000)
  const stage = servedBrowser()
  let alice: Person
  let places: readonly string[]

  before(async () => {
    const { alice: first, bob } = await acquainted(stage.chromium, stage.served.link)
    alice = first
    const { page } = alice
    await page.getByRole('textbox', { name: 'Write a message' }).fill('hello *bob*')
    await page.keyboard.press('Enter')
    await page.locator('.message .delivered, .message .read').waitFor()
    await page.locator('.message').getByRole('button').focus()
    await page.keyboard.press('s')
    await page.locator('.star-sign').waitFor()
    places = [...PLACES, ...(await placesOfChat(page))]
    await bob.context.close()
  })

  async function eachPlace(
    preferences: object,
    look: (page: Page, where: string) => Promise<void>
  ) {
    const { page } = alice
    await prefer(page, preferences)
    for (const place of places) {
      await goToPlace(page, place)
      await look(page, `${place} with ${JSON.stringify(preferences)}`)
    }
  }

  for (const preferences of [
    { theme: 'light', locale: 'en' },
    { theme: 'dark', locale: 'zh-CN' },
    { theme: 'contrast', locale: 'en', messages: 'rows', density: 'compact' }
  ]) {
    it(`keeps the rules of accessibility with ${JSON.stringify(preferences)}`, async () => {
      await eachPlace(preferences, assertAccessible)
      await alice.assertNoFaults()
    })
  }

  it('keeps them on a phone too', async () => {
    await eachPlace({ theme: 'dark', locale: 'en' }, assertAccessibleOnPhone)
  })

  for (const locale of ['en', 'zh-CN']) {
    it(`fits into ${String(NARROW.width)} pixels with the largest font, in ${locale}`, async () => {
      await alice.page.setViewportSize(NARROW)
      await eachPlace({ locale, fontSize: 24 }, async (page, where) => {
        const tooWide = await page.evaluate(() =>
          [...document.querySelectorAll('main, nav, .screen-body, .screen-head')]
            .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
            .map(({ className, scrollWidth }) => `${className} ${String(scrollWidth)}`)
        )
        assert.deepEqual(tooWide, [], where)
        const tooHigh = await page.evaluate(
          () => document.documentElement.scrollHeight - window.innerHeight
        )
        assert.equal(tooHigh, 0, where)
      })
    })
  }
})
