import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { composer, meet } from './acquaintance.ts'
import { makeAccount } from './browser.ts'
import { prefer } from './places.ts'
import { servedBrowser } from './served-browser.ts'

const ROOM_BYTES = 30_000_000

describe('a browser without room', function () {
  this.timeout(90_000)
  const stage = servedBrowser()

  it('says so, keeps what is typed, shows nothing that it did not keep, acknowledges nothing, and goes on by itself', async () => {
    const { link } = stage.served
    const alice = await stage.chromium.person(link, { roomBytes: ROOM_BYTES })
    const bob = await stage.chromium.person(link)
    await makeAccount(alice.page, 'alice')
    await makeAccount(bob.page, 'bob')
    await meet(alice, bob, link)
    const { page } = alice
    await composer(page).fill('there is room')
    await page.keyboard.press('Enter')
    await bob.page.getByRole('article', { name: 'there is room' }).waitFor()
    await page.locator('.message .read').waitFor()
    await prefer(page, { locale: 'zh-CN' })
    const write = page.getByRole('textbox', { name: '写消息' })
    await write.waitFor()
    const told = page.getByRole('alert').filter({ hasText: '此浏览器已没有存储空间' })

    await alice.setRoom(0)
    await write.fill('写了，但没有空间')
    await write.press('Enter')
    await page.getByText('未发送：').waitFor()
    await told.waitFor()
    assert.equal(await write.inputValue(), '写了，但没有空间')
    assert.deepEqual(await textsIn(page), ['there is room'])
    await composer(bob.page).fill('are you there?')
    await bob.page.keyboard.press('Enter')
    await bob.page.getByRole('article', { name: 'You, are you there?' }).waitFor()
    await bob.page.locator('.message .on-relay').waitFor()

    // It can be read, also by who opens it only now, and where it was tried in vain.
    await page.getByRole('button', { name: '重试' }).click()
    const second = await alice.context.newPage()
    await second.goto(page.url())
    await second.getByRole('article', { name: 'there is room' }).waitFor()
    await second.getByText('此浏览器已没有存储空间').waitFor()
    await second.goto(`${link}#/network`)
    await second.getByText('等待存储空间').waitFor()
    await second.close()
    assert.deepEqual(await textsIn(page), ['there is room'])
    assert.equal(await bob.page.locator('.message .on-relay').count(), 1)

    await alice.setRoom(ROOM_BYTES)
    await page.getByRole('button', { name: '重试' }).click()
    await told.waitFor({ state: 'detached' })
    await page.getByRole('article', { name: 'are you there?' }).waitFor()
    assert.equal(await write.inputValue(), '写了，但没有空间')
    await write.press('Enter')
    await bob.page.getByRole('article', { name: '写了，但没有空间' }).waitFor()
    for (const person of [alice, bob]) {
      await person.assertNoFaults()
      await person.context.close()
    }
  })

  it('opens what there is to be read, and goes on by itself once there is room', async () => {
    const { link } = stage.served
    const alice = await stage.chromium.person(link, { roomBytes: ROOM_BYTES })
    const bob = await stage.chromium.person(link)
    await makeAccount(alice.page, 'alice', undefined, false)
    await makeAccount(bob.page, 'bob')
    await meet(alice, bob, link)
    await alice.setRoom(0)
    await alice.page.goto('about:blank')
    await composer(bob.page).fill('you have no room')
    await bob.page.keyboard.press('Enter')
    await bob.page.locator('.message .on-relay').waitFor()
    await alice.page.goto(link)
    await alice.page.getByRole('alert').filter({ hasText: 'no room left' }).waitFor()
    await alice.page.getByRole('link', { name: 'bob' }).first().click()
    await composer(alice.page).waitFor()
    assert.deepEqual(await textsIn(alice.page), [])
    await alice.setRoom(ROOM_BYTES)
    await alice.page.getByRole('article', { name: 'you have no room' }).waitFor()
    await alice.page
      .getByRole('alert')
      .filter({ hasText: 'no room left' })
      .waitFor({ state: 'detached' })
    for (const person of [alice, bob]) {
      await person.assertNoFaults()
      await person.context.close()
    }
  })
})

/** Texts of the conversation that is shown. */
function textsIn(page: Page): Promise<readonly string[]> {
  return page.locator('.message .text').allInnerTexts()
}
