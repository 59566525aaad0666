import { acquainted, composer } from './acquaintance.ts'
import { servedBrowser } from './served-browser.ts'

describe('messages that stay for a while', function () {
  this.timeout(90_000)
  const stage = servedBrowser()

  it('say so on both sides, count down, and go', async () => {
    const { alice, bob } = await acquainted(stage.chromium, stage.served.link)
    const [a, b] = [alice.page, bob.page]
    await a.getByRole('link', { name: 'bob' }).last().click()
    const times = a.getByRole('group', { name: 'Disappearing messages' })
    await times.getByRole('radio', { name: '30 seconds' }).click()
    await a.getByRole('link', { name: 'Back' }).click()
    await a.locator('.timeline').getByText('You set messages to disappear after 30').waitFor()
    await b.locator('.timeline').getByText('alice set messages to disappear after').waitFor()
    await b.locator('.timer-sign').waitFor()
    await composer(a).fill('for half a minute')
    await a.keyboard.press('Enter')
    for (const page of [a, b]) {
      await page.getByRole('article', { name: 'for half a minute' }).locator('.fading').waitFor()
    }
    await b.goto(`${stage.served.link}#/settings/privacy`)
    const ofNew = b.getByRole('group', { name: 'In new chats, messages disappear after' })
    await ofNew.getByRole('radio', { name: '1 day' }).click()
    await b.reload()
    await ofNew.getByRole('radio', { name: '1 day', checked: true }).waitFor()
    await b.goBack()
    for (const page of [a, b]) {
      await page.getByRole('article', { name: 'for half a minute' }).waitFor({
        state: 'detached',
        timeout: 45_000
      })
    }
    for (const person of [alice, bob]) {
      await person.assertNoFaults()
      await person.context.close()
    }
  })
})
