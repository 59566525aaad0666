/** What somebody sees of a newer release, and of one that was refused. */
import type { Page } from 'playwright-core'
import { makeAccount, type OpenBrowser } from './browser.ts'
import { BuildCopy, untilKept } from './build-copy.ts'
import { goToPlace, prefer } from './places.ts'
import { hostClient } from './web-host.ts'

export interface UpdatePictures {
  /** Address of the one that newcomers get. */
  readonly relay: string
  readonly locales: readonly string[]
  readonly themes: readonly string[]
  readonly photograph: (page: Page, name: string, locale: string, theme: string) => Promise<void>
}

export async function photographUpdates(
  browser: OpenBrowser,
  { relay, locales, themes, photograph }: UpdatePictures
): Promise<void> {
  await using build = await BuildCopy.make()
  await build.release('1.5.0')
  await using host = await hostClient(build.folder, { relays: [relay] })
  const { context, page } = await browser.person(host.link)
  const offer = async (version: string): Promise<void> => {
    await build.release(version)
    await host.use(build.folder)
    await page.reload()
  }
  await makeAccount(page, 'Alice')
  await untilKept(page)
  await offer('1.4.0')
  await goToPlace(page, '#/settings/about')
  await page.locator('.card.warning').waitFor()
  await offer('1.6.0')
  await page.locator('.banner.update').waitFor()
  for (const locale of locales) {
    for (const theme of themes) {
      await prefer(page, { theme, locale })
      for (const [name, place] of [
        ['update', '#/'],
        ['update-about', '#/settings/about']
      ] as const) {
        await goToPlace(page, place)
        await page.locator('.banner.update').waitFor()
        await photograph(page, name, locale, theme)
      }
    }
  }
  await context.close()
}
