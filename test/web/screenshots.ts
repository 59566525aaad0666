/**
 * `npm run screenshots [-- FOLDER]`: every screen of the web client, and every state of each, and a relay's dashboard, as a picture, at the widths of a phone, a tablet and a desk, in
 * every theme and language; into `out/screenshots` where no folder is given.
 */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { ROOT } from '../tidy/tree.ts'
import { acquainted, composer } from './acquaintance.ts'
import { openBrowser, type OpenBrowser } from './browser.ts'
import { photographDashboard } from './dashboard-pictures.ts'
import { goToPlace, PLACES, placesOfChat, prefer } from './places.ts'
import { serveClient } from './served-client.ts'
import { eachState, LOOKS } from './states.ts'
import { photographUpdates } from './update-pictures.ts'

const WIDTHS = [360, 768, 1280]
const THEMES = ['light', 'dark', 'contrast']
const LOCALES = ['en', 'zh-CN']
const HEIGHT = 800

/** What two people say, the first of them first. */
const TALK = [
  'Are you free on Friday? 周五有空吗？',
  'Yes! Where do we meet?',
  'At the harbour, where the *old lighthouse* is: https://example.org/map',
  'I will be there at `18:30`.',
  '好的，到时候见！'
]

const [folder = join(ROOT, 'out/screenshots')] = process.argv.slice(2)
await mkdir(folder, { recursive: true })
await using served = await serveClient()
await using chromium = await openBrowser()
let count = 0

for (const locale of LOCALES) {
  for (const theme of THEMES) {
    await photographWelcome(chromium, locale, theme)
  }
}
await photographHome(chromium)
await photographUpdates(chromium, {
  relay: served.relay,
  locales: LOCALES,
  themes: THEMES,
  photograph
})
await photographStates(chromium)
count += await photographDashboard(chromium, { folder, locales: LOCALES })
console.log(`${String(count)} pictures in ${folder}`)

/** At every width. @param name of the screen, as a part of a file's name */
async function photograph(page: Page, name: string, locale: string, theme: string): Promise<void> {
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: HEIGHT })
    await page.evaluate(() => Promise.all(document.getAnimations().map(({ finished }) => finished)))
    await page.screenshot({ path: join(folder, `${name}.${locale}.${theme}.${String(width)}.png`) })
    count++
  }
}

/** From the first picture to where there is a home. */
async function photographWelcome(
  browser: OpenBrowser,
  locale: string,
  theme: string
): Promise<void> {
  const { context, page } = await browser.person(served.link, { locale })
  await prefer(page, { theme, locale })
  const shoot = (name: string): Promise<void> => photograph(page, name, locale, theme)
  const main = page.locator('main.alone .button.main')
  await main.waitFor()
  await shoot('welcome')
  for (const [at, name] of ['join', 'restore'].entries()) {
    await page.locator('.others .button').nth(at).click()
    await page.locator('form').waitFor()
    await shoot(`welcome-${name}`)
    await page.locator('main.alone > .button').last().click()
    await page.locator('.others').waitFor()
  }
  await main.click()
  await page.locator('input').first().fill('Alice')
  await shoot('create')
  await main.click()
  await page.locator('input[type=password]').first().waitFor()
  await shoot('protect')
  await context.close()
}

/** What is not to be seen where all goes well; where passkeys are to be had. */
async function photographStates(browser: OpenBrowser): Promise<void> {
  const looks = LOOKS.filter(({ theme }) => THEMES.includes(theme))
  await eachState(
    browser,
    served.namedLink,
    () => looks,
    async (page, state, { locale, theme }) => {
      const viewport = page.viewportSize()
      await photograph(page, `state-${state}`, locale, theme)
      await page.setViewportSize(viewport ?? { width: WIDTHS.at(-1) ?? 0, height: HEIGHT })
    }
  )
}

/** Every place of an open home, in which two people have talked. */
async function photographHome(browser: OpenBrowser): Promise<void> {
  const { alice, bob } = await acquainted(browser, served.link)
  const { page } = alice
  for (const [at, text] of TALK.entries()) {
    const [from, to] = at % 2 === 0 ? [page, bob.page] : [bob.page, page]
    await composer(from).fill(text)
    await from.keyboard.press('Enter')
    await to.locator('.message').nth(at).waitFor()
  }
  await page.locator('.own .delivered, .own .read').nth(2).waitFor()
  for (const at of [1, 2]) {
    await page.locator('.message').nth(at).getByRole('button').focus()
    await page.keyboard.press('s')
  }
  await page.locator('.star-sign').nth(1).waitFor()
  const places = [...PLACES, ...(await placesOfChat(page))]
  for (const locale of LOCALES) {
    for (const theme of THEMES) {
      // The reminder has a picture of its own.
      await prefer(page, { theme, locale, protectionPutOffAtMs: Date.now() })
      for (const place of places) {
        await goToPlace(page, place)
        await photograph(page, nameOf(place), locale, theme)
      }
    }
  }
  await bob.context.close()
  await alice.context.close()
}

/** `#/chat/1f…/info` is `chat-info`. */
function nameOf(place: string): string {
  const parts = place.split('/').filter((part) => /^[a-z-]+$/.test(part))
  return parts.length === 0 ? 'home' : parts.join('-')
}
