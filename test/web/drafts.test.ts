import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { acquainted, composer, openChat } from './acquaintance.ts'
import { servedBrowser } from './served-browser.ts'

const PASSPHRASE = 'four random words here'

describe('what somebody began to write', function () {
  this.timeout(60_000)
  const stage = servedBrowser()

  it('is in every tab, outlives the tab that is the peer, a reload and a lock, and is sent once', async () => {
    const { link } = stage.served
    const { alice, bob } = await acquainted(stage.chromium, link, PASSPHRASE)
    await composer(alice.page).fill('tea or coffee?')
    await alice.page.keyboard.press('Enter')
    const first = bob.page
    const question = first.getByRole('article', { name: 'tea or coffee' })
    await question.getByRole('button').click()
    await first.getByRole('menuitem', { name: 'Reply' }).click()
    await composer(first).fill('coff')
    const second = await bob.context.newPage()
    await second.goto(link)
    await second.getByRole('link', { name: /Draft: coff/ }).waitFor()
    await openChat(second, 'alice')
    await second.getByText('Reply to alice').waitFor()
    assert.equal(await composer(second).inputValue(), 'coff')
    // As it is written, and from whichever side.
    await composer(second).fill('coffee')
    await untilWritten(first, 'coffee')
    await first.close()
    await untilWritten(second, 'coffee')
    await second.reload()
    await second.getByLabel('Passphrase').fill(PASSPHRASE)
    await second.getByRole('button', { name: 'Unlock' }).click()
    await second.getByText('Reply to alice').waitFor()
    await untilWritten(second, 'coffee')
    await second.keyboard.type(', please')
    await second.getByRole('button', { name: 'Lock' }).click()
    await second.getByLabel('Passphrase').waitFor()
    assert.doesNotMatch(await second.content(), /coffee/)
    await second.getByLabel('Passphrase').fill(PASSPHRASE)
    await second.getByRole('button', { name: 'Unlock' }).click()
    await untilWritten(second, 'coffee, please')
    await second.getByText('Reply to alice').waitFor()
    await composer(second).press('Enter')
    await alice.page.getByRole('article', { name: 'coffee, please' }).locator('.quoted').waitFor()
    await second.keyboard.press('Escape')
    await second.getByRole('link', { name: /You: coffee, please/ }).waitFor()
    for (const person of [alice, bob]) {
      await person.assertNoFaults()
      await person.context.close()
    }
  })

  it('is there again beside a message that is being changed, and goes on where that was taken back', async () => {
    const { link } = stage.served
    const { alice, bob } = await acquainted(stage.chromium, link)
    const { page } = bob
    await composer(page).fill('helo')
    await page.keyboard.press('Enter')
    await page.locator('.message .delivered, .message .read').waitFor()
    await composer(page).fill('by the way')
    const choose = async (item: string): Promise<void> => {
      await page.getByRole('article', { name: 'helo' }).getByRole('button').click()
      await page.getByRole('menuitem', { name: item, exact: true }).click()
    }
    await choose('Edit')
    await composer(page).fill('hello')
    // Kept once another tab has it.
    const other = await bob.context.newPage()
    await other.goto(link)
    await other.getByRole('link', { name: /Draft: hello/ }).waitFor()
    await other.close()
    await page.reload()
    await page.getByText('Edit message').waitFor()
    await untilWritten(page, 'hello')
    await page.locator('.about').getByRole('button', { name: 'Cancel' }).click()
    await untilWritten(page, 'by the way')
    await choose('Reply')
    await page.getByText('Reply to yourself').waitFor()
    await page.locator('.meta-link').click()
    await page.getByRole('button', { name: 'Take back' }).click()
    await page.getByRole('button', { name: 'Take it back' }).click()
    await page.getByRole('link', { name: 'Back', exact: true }).click()
    await untilWritten(page, 'by the way')
    await page.locator('.about').waitFor({ state: 'detached' })
    for (const person of [alice, bob]) {
      await person.assertNoFaults()
      await person.context.close()
    }
  })
})

async function untilWritten(page: Page, text: string): Promise<void> {
  await page.waitForFunction(
    (wanted) => document.querySelector<HTMLTextAreaElement>('.composer textarea')?.value === wanted,
    text
  )
}
