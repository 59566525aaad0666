import { focused } from './focused.ts'
import { servedBrowser } from './served-browser.ts'
import { acquainted, composer } from './acquaintance.ts'

describe('what is said of messages', function () {
  this.timeout(60_000)
  const stage = servedBrowser()

  it('answers, changes, reacts and deletes, and shows on the other side what is for both', async () => {
    const { alice, bob } = await acquainted(stage.chromium, stage.served.link)
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
    await b.getByText('Reply to alice').waitFor()
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
    await b.getByText('alice keeps theirs').waitFor()
    await b.keyboard.press('Escape')
    await b.getByRole('article', { name: 'tea or coffee' }).waitFor()
    await choose('tea or coffee', 'Delete for me')
    await b.getByRole('button', { name: 'Delete for me' }).click()
    await b.getByRole('article', { name: 'tea or coffee' }).waitFor({ state: 'detached' })
    await a.getByRole('article', { name: 'tea or coffee' }).waitFor()
    for (const person of [alice, bob]) {
      await person.assertNoFaults()
      await person.context.close()
    }
  })

  it('passes a text on by the keys alone, marked as such, and takes an own one back from both', async () => {
    const { alice, bob } = await acquainted(stage.chromium, stage.served.link)
    const [a, b] = [alice.page, bob.page]
    await composer(a).fill('the old mill, at noon')
    await a.keyboard.press('Enter')
    await b.getByRole('article', { name: 'the old mill' }).getByRole('button').focus()
    await b.keyboard.press('Enter')
    const forward = b.getByRole('menuitem', { name: 'Forward' })
    await forward.waitFor()
    while ((await focused(forward).count()) === 0) {
      await b.keyboard.press('ArrowDown')
    }
    await b.keyboard.press('Enter')
    await b.getByText('not by whom it was written').waitFor()
    await b.keyboard.type('nobody')
    await b.getByText('Nobody you can write to').waitFor()
    await b.getByRole('combobox').fill('alic')
    await b.keyboard.press('Enter')
    const passedOn = a.locator('.theirs').filter({ hasText: 'the old mill, at noon' })
    await passedOn.getByText('Forwarded').waitFor()
    await b.locator('.own').getByRole('button').click()
    await b.getByRole('menuitem', { name: 'Delete for me' }).click()
    await b.getByRole('button', { name: 'Take it back from both' }).click()
    await a.getByRole('log').getByText('bob took this message back.').waitFor()
    for (const person of [alice, bob]) {
      await person.assertNoFaults()
      await person.context.close()
    }
  })
})
