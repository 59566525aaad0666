import assert from 'node:assert/strict'
import { acquainted, composer } from './acquaintance.ts'
import { focused } from './focused.ts'
import { servedBrowser } from './served-browser.ts'

const WEEK_MS = 604_800_000

describe('the reminder that nothing seals what a browser keeps', function () {
  this.timeout(90_000)
  const stage = servedBrowser()

  it('comes with the first message, goes for a week when asked to, and for good with a passphrase', async () => {
    const { served, chromium } = stage
    const { alice, bob } = await acquainted(chromium, served.link)
    const { page } = alice
    const reminder = page.getByRole('status').filter({ hasText: 'Nothing locks Sealpost here' })
    assert.equal(await reminder.count(), 0)
    await composer(page).fill('hello bob')
    await page.keyboard.press('Enter')
    await page.locator('.own .delivered, .own .read').waitFor()
    await reminder.waitFor()

    const protect = reminder.getByRole('link', { name: 'Protect it' })
    await page.locator('.chats a').last().focus()
    await page.keyboard.press('Tab')
    await focused(protect).waitFor()
    await page.keyboard.press('Enter')
    await focused(page.getByRole('heading', { name: 'Security' })).waitFor()
    assert.equal(await reminder.count(), 0, 'it leads here')
    await page.goBack()
    await reminder.waitFor()

    const second = await alice.context.newPage()
    await second.goto(served.link)
    await second.getByText('Nothing locks Sealpost here').waitFor()
    await protect.focus()
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await reminder.waitFor({ state: 'detached' })
    await second.getByText('Nothing locks Sealpost here').waitFor({ state: 'detached' })
    await second.close()
    await focused(page.locator('.chat-row')).waitFor()
    await page.reload()
    await page.locator('.chat-row').waitFor()
    assert.equal(await reminder.count(), 0)

    await page.evaluate((week) => {
      const key = 'sealpost preferences'
      const kept = JSON.parse(localStorage.getItem(key) ?? '{}') as {
        readonly protectionPutOffAtMs: number
      }
      const atMs = kept.protectionPutOffAtMs - week
      localStorage.setItem(key, JSON.stringify({ ...kept, protectionPutOffAtMs: atMs }))
    }, WEEK_MS)
    await page.reload()
    await reminder.waitFor()

    await protect.click()
    await page.getByRole('button', { name: 'Set a passphrase' }).click()
    await page.getByRole('textbox', { name: 'The new passphrase' }).fill('four random words')
    await page.getByLabel('Once more').fill('four random words')
    await page.getByRole('button', { name: 'Confirm' }).click()
    await page.getByText('Done.').waitFor()
    await page.getByRole('link', { name: 'Back' }).click()
    await page.getByRole('heading', { name: 'Settings' }).waitFor()
    assert.equal(await reminder.count(), 0)
    await bob.assertNoFaults()
    await alice.assertNoFaults()
    await bob.context.close()
    await alice.context.close()
  })
})
