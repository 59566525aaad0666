import { acquainted, composer, openChat } from './acquaintance.ts'
import { openBrowser, type OpenBrowser } from './browser.ts'
import { BUILD_MS } from './built-client.ts'
import { serveClient, type ServedClient } from './served-client.ts'

describe('where a person keeps a chat', function () {
  this.timeout(60_000)
  let served: ServedClient
  let chromium: OpenBrowser

  before(async function () {
    this.timeout(BUILD_MS)
    served = await serveClient()
    chromium = await openBrowser()
  })

  after(async () => {
    await chromium[Symbol.asyncDispose]()
    await served[Symbol.asyncDispose]()
  })

  it('is chosen in the list and at the contact, by mouse and by keys', async () => {
    const { alice, bob } = await acquainted(chromium, served.link)
    const [a, b] = [alice.page, bob.page]
    const row = a.locator('.chat-row')
    await row.click({ button: 'right' })
    await a.getByRole('menuitem', { name: 'Pin' }).click()
    await row.locator('.shelf-sign', { hasText: 'Pinned' }).waitFor()
    await row.focus()
    await a.keyboard.press('Shift+F10')
    await a.getByRole('menuitem', { name: 'Unpin' }).waitFor()
    await a.keyboard.press('ArrowDown')
    await a.keyboard.press('ArrowDown')
    await a.keyboard.press('Enter')
    await row.locator('.shelf-sign', { hasText: 'Muted' }).waitFor()
    await a.locator('.chat-head-who').click()
    await a.getByRole('button', { name: 'Unmute' }).click()
    await a.getByRole('button', { name: 'Mark as unread' }).click()
    await row.getByText('Marked as unread').waitFor({ state: 'attached' })
    await openChat(a, 'bob')
    await row.getByText('Marked as unread').waitFor({ state: 'detached' })
    await row.click({ button: 'right' })
    await a.getByRole('menuitem', { name: 'Archive' }).click()
    await a.getByText('All your chats are in the archive.').waitFor()
    await a.getByRole('button', { name: 'Archived' }).click()
    await row.waitFor()
    await a.getByRole('button', { name: 'All', exact: true }).click()
    await composer(b).fill('are you there?')
    await b.keyboard.press('Enter')
    await row.getByText('are you there?').waitFor()
    await a.reload()
    await row.locator('.shelf-sign', { hasText: 'Pinned' }).waitFor()
    for (const person of [alice, bob]) {
      await person.assertNoFaults()
      await person.context.close()
    }
  })
})
