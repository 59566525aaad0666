/** Every state of every screen, one after the other, each looked at in any theme and language. */
import type { Page } from 'playwright-core'
import { acquainted, composer } from './acquaintance.ts'
import { makeAccount, type OpenBrowser } from './browser.ts'
import { prepareStage, Stage } from './stage.ts'
import { CHAT_STATES } from './states-chat.ts'
import { FIRST_STATES, type State } from './states-first.ts'
import { CLOSED_STATES, EMPTY_STATES } from './states-home.ts'

export interface Look {
  readonly locale: 'en' | 'zh-CN'
  readonly theme: 'light' | 'dark' | 'contrast'
}

export const LOOKS: readonly Look[] = (['light', 'dark', 'contrast'] as const).flatMap((theme) =>
  (['en', 'zh-CN'] as const).map((locale) => ({ theme, locale }))
)

/** Nobody touches the page for longer than it stays unlocked by itself. */
const PLAIN = { theme: 'light', locale: 'en', motion: 'less', autoLockMinutes: 0 }

/**
 * @param looks in which a state is looked at, by its place among all of them.
 * @param see gets a page that shows the state; what it does to the page it takes back.
 */
export async function eachState(
  chromium: OpenBrowser,
  link: string,
  looks: (at: number) => readonly Look[],
  see: (page: Page, state: string, look: Look) => Promise<void>
): Promise<void> {
  let at = 0
  const show = async (stage: Stage, states: readonly State[]): Promise<void> => {
    for (const state of states) {
      await stage.prefer(PLAIN)
      try {
        await state.reach(stage)
      } catch (error) {
        throw new Error(`${state.name} was not reached`, { cause: error })
      }
      for (const look of looks(at)) {
        await stage.prefer({ ...PLAIN, ...look })
        await see(stage.page, state.name, look)
      }
      at++
    }
  }
  const newcomer = await chromium.person(link)
  await prepareStage(newcomer.page)
  await newcomer.page.reload()
  await show(new Stage(newcomer.page), FIRST_STATES)
  await newcomer.page.reload()
  await new Stage(newcomer.page).prefer(PLAIN)
  await makeAccount(newcomer.page, 'alice', 'four random words here')
  await show(new Stage(newcomer.page), EMPTY_STATES)
  await newcomer.context.close()

  const { alice, bob } = await acquainted(chromium, link)
  await composer(alice.page).fill('hello *bob*')
  await alice.page.keyboard.press('Enter')
  await alice.page.locator('.own .delivered, .own .read').waitFor()
  await bob.context.close()
  await prepareStage(alice.page)
  await alice.page.reload()
  await alice.page.locator('.message').waitFor()
  const stage = new Stage(alice.page)
  await show(stage, CHAT_STATES)
  for (const state of CLOSED_STATES) {
    await alice.page.reload()
    await alice.page.locator('.app').waitFor()
    await show(stage, [state])
  }
  await alice.context.close()
}
