import assert from 'node:assert/strict'
import { composer, meet } from './acquaintance.ts'
import { makeAccount } from './browser.ts'
import { prefer } from './places.ts'
import { servedBrowser } from './served-browser.ts'

const ROOM_BYTES = 60_000_000

describe('what the web client takes of a browser', function () {
  this.timeout(90_000)
  // Else Chromium tells every site of the same room, however much there is.
  const stage = servedBrowser(['--disable-features=StaticStorageQuota'])

  it('is shown by chat, with what passed and whether it stays, and warns before it is full', async () => {
    const { link } = stage.served
    const alice = await stage.chromium.person(link, { roomBytes: ROOM_BYTES })
    const bob = await stage.chromium.person(link)
    await makeAccount(alice.page, 'alice')
    await makeAccount(bob.page, 'bob')
    await meet(alice, bob, link)
    const { page } = alice
    for (const text of ['one', 'two', 'x'.repeat(3_000)]) {
      await composer(page).fill(text)
      await page.keyboard.press('Enter')
    }
    await bob.page.locator('.message').nth(2).waitFor()
    await page.goto(`${link}#/settings/storage`)
    await page.getByText(/^[\d.]+ MB of 60 MB used\.$/).waitFor()
    await page.getByText(/Your messages and keys: .*B\. The app itself: 1\.\d MB\./).waitFor()
    await page.getByText(/^3 messages, [34](?:\.\d)? kB$/).waitFor()
    const figures = await page.locator('.figures dd').allInnerTexts()
    assert.equal(figures.length, 2)
    assert.match(figures[0] ?? '', /^[1-9].* kB sent, [1-9].* received$/)
    assert.equal(figures[0], figures[1])
    // This Chromium refuses, and so the page says what that means.
    await page.getByText('This browser may clear it by itself').waitFor()
    await page.getByRole('button', { name: 'Ask the browser to keep it' }).click()
    await page.getByText('This browser refused').waitFor()
    await page.getByText('There is no backup.').waitFor()
    assert.equal(await page.getByText('This browser has little room left.').count(), 0)

    await alice.setRoom(15_000_000)
    await prefer(page, { locale: 'zh-CN' })
    await page.getByText('所剩不多').nth(1).waitFor()
    await page.locator('.banner').getByRole('button', { name: '关闭' }).click()
    await page.getByText('15兆字节').or(page.getByText('15 MB')).waitFor()
    // What passed before counts on.
    await page.getByText(/^3 条消息/).waitFor()
    for (const person of [alice, bob]) {
      await person.assertNoFaults()
      await person.context.close()
    }
  })
})
