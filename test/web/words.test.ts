import { openBrowser, type OpenBrowser } from './browser.ts'
import { BUILD_MS } from './built-client.ts'
import { serveClient, type ServedClient } from './served-client.ts'
import { acquainted } from './acquaintance.ts'

describe('what is said of messages', function () {
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

  it('answers, changes, reacts and deletes, and shows on the other side what is for both', async () => {
    const { alice, bob } = await acquainted(chromium, served.link)
    const [a, b] = [alice.page, bob.page]
    const write = b.getByRole('textbox', { name: 'Write a message' })
    const choose = async (text: string, item: string): Promise<void> => {
      const message = b.getByRole('article', { name: text })
      await message.getByRole('button').click()
      await b.getByRole('menuitem', { name: item }).click()
    }
    await a.getByRole('textbox', { name: 'Write a message' }).fill('tea or coffee?')
    await a.keyboard.press('Enter')
    await choose('tea or coffee', 'Reply')
    await b.getByText('Answer to alice').waitFor()
    await write.fill('coffe')
    await b.keyboard.press('Enter')
    await a.locator('.own + .theirs, .theirs').locator('.quoted', { hasText: 'tea' }).waitFor()
    await choose('You, coffe,', 'Edit')
    await write.fill('coffee')
    await b.keyboard.press('Enter')
    await a.getByRole('article', { name: 'coffee, ' }).getByText('Edited').waitFor()
    await b.getByRole('article', { name: 'tea or coffee' }).getByRole('button').click()
    await b.getByRole('menuitemradio', { name: '👍' }).click()
    await a.getByRole('img', { name: 'bob: 👍' }).waitFor()
    await choose('tea or coffee', 'Delete for me')
    await b.getByRole('article', { name: 'tea or coffee' }).waitFor({ state: 'detached' })
    await a.getByRole('article', { name: 'tea or coffee' }).waitFor()
    for (const person of [alice, bob]) {
      await person.assertNoFaults()
      await person.context.close()
    }
  })
})
