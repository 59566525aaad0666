import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { composer, meet, openChat } from './acquaintance.ts'
import { makeAccount, openBrowser, type OpenBrowser, type Person } from './browser.ts'
import { BUILD_MS } from './built-client.ts'
import { prefer } from './places.ts'
import { serveClient } from './served-client.ts'

const PASSPHRASE = 'four random words here'
const HOUR_MS = 3_600_000
const WEEK_MS = 168 * HOUR_MS

describe('trouble around the web client', function () {
  this.timeout(90_000)
  let chromium: OpenBrowser

  before(async function () {
    this.timeout(BUILD_MS)
    chromium = await openBrowser()
  })

  after(() => chromium[Symbol.asyncDispose]())

  async function end(...people: readonly Person[]): Promise<void> {
    for (const person of people) {
      await person.assertNoFaults()
      await person.context.close()
    }
  }

  for (const { clockErrorMs, locale, words } of [
    { clockErrorMs: 2 * HOUR_MS, locale: 'en', words: 'clock is 2 hours ahead of your relays' },
    { clockErrorMs: -WEEK_MS, locale: 'zh-CN', words: '时钟比你的中继慢 1周' }
  ]) {
    it(`says how wrong a clock is, and talks on in the right order: ${words}`, async () => {
      await using served = await serveClient()
      const { link } = served
      const alice = await chromium.person(link, { clockErrorMs })
      const bob = await chromium.person(link)
      await makeAccount(alice.page, 'alice')
      await makeAccount(bob.page, 'bob')
      await meet(alice, bob, link)
      await prefer(alice.page, { locale })
      await alice.page.getByText(words).waitFor()
      const write = alice.page.locator('.composer textarea')
      const said = ['first', 'second', 'third', 'fourth']
      for (const [at, text] of said.entries()) {
        const [from, to] = at % 2 === 0 ? [alice.page, bob.page] : [bob.page, alice.page]
        const field = from === alice.page ? write : composer(from)
        await field.fill(text)
        await field.press('Enter')
        await to.locator('.message .text', { hasText: text }).waitFor()
      }
      for (const { page } of [alice, bob]) {
        assert.deepEqual(await page.locator('.message .text').allInnerTexts(), said)
      }
      // What somebody reads at a message is when it was said, whoever has the wrong clock.
      for (const { page } of [alice, bob]) {
        const times = await timesIn(page)
        assert.equal(times.length, said.length)
        assert.ok(times.every((atMs) => Math.abs(atMs - Date.now()) < 120_000))
      }
      assert.equal(await bob.page.getByText('clock is').count(), 0)
      await alice.page.goto(`${link}#/network`)
      await alice.page.locator('.row .dot.ready').waitFor()
      await end(alice, bob)
    })
  }

  it('says that a relay is gone, keeps what is written, and sends it once the relay is back', async () => {
    await using served = await serveClient()
    const { link } = served
    const alice = await chromium.person(link)
    const bob = await chromium.person(link)
    await makeAccount(alice.page, 'alice', undefined, false)
    await makeAccount(bob.page, 'bob', undefined, false)
    await meet(alice, bob, link)
    const { page } = alice
    await served.stop()
    await page.getByRole('link', { name: 'Offline' }).waitFor()
    for (const text of ['is anybody there?', 'I will wait']) {
      await composer(page).fill(text)
      await page.keyboard.press('Enter')
      await page.getByRole('article', { name: `${text}, ` }).waitFor()
    }
    assert.equal(await page.locator('.message .queued').count(), 2)
    await page.getByRole('link', { name: 'Offline' }).click()
    await page.getByText('None of your relays can be reached.').waitFor()
    await page.getByText('2 messages wait here to leave.').waitFor()
    await page.getByText('Cannot be reached; tried again soon').waitFor()
    await page.getByText('add another one below').waitFor()
    // Who opens it meanwhile has all of it.
    await page.reload()
    await page.getByText('2 messages wait here to leave.').waitFor()
    await served.start()
    // Where it was tried by itself just then, there is nothing to click on any more.
    const now = page.getByRole('button', { name: 'Try now' })
    await now.click({ timeout: 5_000 }).catch(() => undefined)
    // Bob's machine finds its network again.
    await bob.page.evaluate(() => dispatchEvent(new Event('online')))
    await page.getByText('Nothing waits here.').waitFor()
    await page.getByText('Messages come and go.').waitFor()
    await openChat(page, 'bob')
    await bob.page.getByRole('article', { name: 'I will wait' }).waitFor()
    await page.locator('.message .read').nth(1).waitFor()
    assert.deepEqual(await bob.page.locator('.message .text').allInnerTexts(), [
      'is anybody there?',
      'I will wait'
    ])
    assert.equal(await page.locator('.message').count(), 2)
    await alice.context.close()
    await bob.context.close()
  })

  it('leaves a relay that is gone for good, and is reached at another', async () => {
    await using gone = await serveClient()
    await using other = await serveClient()
    const alice = await chromium.person(gone.link)
    await makeAccount(alice.page, 'alice')
    await prefer(alice.page, { locale: 'zh-CN' })
    const { page } = alice
    await page.getByRole('link', { name: '在线' }).waitFor()
    await gone.stop()
    await page.getByRole('link', { name: '离线' }).click()
    await page.getByText('在下面添加另一个中继').waitFor()
    await page.getByLabel('它的地址').fill(other.relay)
    await page.getByRole('button', { name: '测试' }).click()
    await page.getByRole('button', { name: '使用此中继' }).click()
    await page.getByRole('button', { name: '离开' }).first().click()
    await page.getByRole('button', { name: '离开此中继' }).click()
    await page.getByRole('link', { name: '在线', exact: true }).waitFor()
    await page.goto(`${gone.link}#/add`)
    const invite = page.getByRole('textbox', { name: '你的链接' })
    await invite.waitFor()
    const bob = await chromium.person(other.link)
    await makeAccount(bob.page, 'bob')
    await bob.page.goto((await invite.inputValue()).replace(gone.link, other.link))
    await bob.page.getByRole('button', { name: 'Talk to them' }).click()
    await composer(bob.page).fill('found you')
    await bob.page.keyboard.press('Enter')
    await page.getByText('found you').waitFor()
    await alice.context.close()
    await end(bob)
  })

  it('refuses a wrong passphrase as often as it is entered, one at a time, and takes the right one', async () => {
    await using served = await serveClient()
    const alice = await chromium.person(served.link)
    await makeAccount(alice.page, 'alice', PASSPHRASE)
    const { page } = alice
    await prefer(page, { locale: 'zh-CN' })
    const field = page.getByLabel('口令')
    const button = page.locator('form button[type=submit]')
    for (const wrong of ['nonsense', PASSPHRASE.toUpperCase(), `${PASSPHRASE} `]) {
      await field.fill(wrong)
      await button.click()
      await page.locator('form button[type=submit]:disabled').waitFor()
      await page.getByRole('alert').filter({ hasText: '口令不对。' }).waitFor()
    }
    await field.fill(PASSPHRASE)
    await button.click()
    await page.getByText('这里还没有人').waitFor()
    await end(alice)
  })
})

/** When the messages that are shown were said, as somebody reads it there. */
async function timesIn(page: Page): Promise<readonly number[]> {
  const times = await page
    .locator('.message time')
    .evaluateAll((all) => all.map((time) => time.getAttribute('title') ?? ''))
  return times.map((time) => {
    const [year = 0, month = 1, ...rest] = [...time.matchAll(/\d+/g)].map(Number)
    return time.includes('年') ? new Date(year, month - 1, ...rest).getTime() : Date.parse(time)
  })
}
