import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { assertAccessible } from './accessible.ts'
import { acquainted, composer, openChat } from './acquaintance.ts'
import { goToPlace, prefer } from './places.ts'
import { servedBrowser } from './served-browser.ts'

describe('messages with a star', function () {
  this.timeout(60_000)
  const stage = servedBrowser()

  /** The texts that a page lists, once there are so many. */
  async function listed(page: Page, count: number): Promise<readonly string[]> {
    const rows = page.locator('.starred:not(.gone)')
    await rows.nth(count - 1).waitFor()
    return rows.locator('.starred-text').allTextContents()
  }

  it('are found again in every tab, lead to their place, and are gone where the star is taken away', async () => {
    const { alice, bob } = await acquainted(stage.chromium, stage.served.link)
    const [a, b] = [alice.page, bob.page]
    const other = await alice.context.newPage()
    await other.goto(`${stage.served.link}#/starred`)
    await other.getByRole('heading', { name: 'No message has a star' }).waitFor()
    await composer(a).fill('the old mill')
    await a.keyboard.press('Enter')
    await b.getByRole('article', { name: 'the old mill' }).waitFor()
    await composer(b).fill('at noon')
    await b.keyboard.press('Enter')
    const theirs = a.getByRole('article', { name: 'bob, at noon' })
    await theirs.waitFor()

    await a.getByRole('article', { name: 'You, the old mill' }).getByRole('button').click()
    await a.getByRole('menuitem', { name: 'Star' }).click()
    await a.getByRole('article', { name: /You, the old mill,.*, starred$/ }).waitFor()
    assert.deepEqual(await listed(other, 1), ['the old mill'])
    await theirs.getByRole('button').focus()
    await a.keyboard.press('s')
    await theirs.locator('.star-sign').waitFor()
    assert.deepEqual(await listed(other, 2), ['at noon', 'the old mill'])

    await other.getByRole('main').getByRole('link', { name: 'at noon' }).click()
    await other.locator('.target .star-sign').waitFor()
    await other.goBack()
    const mill = other.locator('.starred', { hasText: 'the old mill' })
    await mill.getByRole('button', { name: 'Remove star' }).click()
    await mill.getByRole('button', { name: 'Star', exact: true }).waitFor()
    await a
      .getByRole('article', { name: /starred$/ })
      .nth(1)
      .waitFor({ state: 'detached' })
    await mill.getByRole('button', { name: 'Star', exact: true }).click()
    await a
      .getByRole('article', { name: /starred$/ })
      .nth(1)
      .waitFor()
    await mill.getByRole('button', { name: 'Remove star' }).click()
    await mill.getByRole('button', { name: 'Star', exact: true }).waitFor()
    await other.reload()
    assert.deepEqual(await listed(other, 1), ['at noon'])

    await openChat(other, 'bob')
    await other.locator('.chat-head-who').click()
    await other.getByRole('main').getByRole('link', { name: 'Starred messages' }).click()
    await other.getByRole('heading', { name: 'Starred messages with bob' }).waitFor()
    assert.deepEqual(await listed(other, 1), ['at noon'])
    await other.keyboard.press('Escape')
    await other.getByRole('heading', { name: 'About bob' }).waitFor()
    await other.keyboard.press('Control+k')
    await other.getByRole('combobox').fill('starred')
    await other.keyboard.press('Enter')
    await other.getByRole('heading', { name: 'Starred messages', exact: true }).waitFor()

    await theirs.getByRole('button').click()
    await a.getByRole('menuitem', { name: 'Delete for me' }).click()
    await a.getByRole('button', { name: 'Delete for me' }).click()
    await other.getByRole('heading', { name: 'No message has a star' }).waitFor()
    for (const person of [alice, bob]) {
      await person.assertNoFaults()
      await person.context.close()
    }
  })

  it('come a page at a time, and stay readable to everybody in both languages', async () => {
    const { alice, bob } = await acquainted(stage.chromium, stage.served.link)
    const [a] = [alice.page]
    for (let count = 1; count <= 31; count++) {
      await composer(a).fill(`note ${String(count)}`)
      await a.keyboard.press('Enter')
      const message = a.getByRole('article', { name: `You, note ${String(count)},` })
      await message.getByRole('button').focus()
      await a.keyboard.press('s')
    }
    await a.locator('.star-sign').nth(30).waitFor()
    await goToPlace(a, '#/starred')
    assert.equal((await listed(a, 30)).length, 30)
    await a.getByRole('button', { name: 'Show older ones' }).click()
    assert.equal((await listed(a, 31)).at(-1), 'note 1')
    for (const preferences of [
      { theme: 'light', locale: 'zh-CN' },
      { theme: 'dark', locale: 'en' },
      { theme: 'contrast', locale: 'zh-CN' }
    ]) {
      await prefer(a, preferences)
      await listed(a, 30)
      await assertAccessible(a, JSON.stringify(preferences))
    }
    for (const person of [alice, bob]) {
      await person.assertNoFaults()
      await person.context.close()
    }
  })
})
