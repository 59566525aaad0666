import assert from 'node:assert/strict'
import { makeAccount } from './browser.ts'
import { servedBrowser } from './served-browser.ts'
import { acquainted } from './acquaintance.ts'

describe('the web client, by its keys and while nobody looks', function () {
  this.timeout(60_000)
  const stage = servedBrowser()

  it('leads anywhere by a few letters, and back by Escape', async () => {
    const alice = await stage.chromium.person(stage.served.link)
    const { page } = alice
    await makeAccount(page, 'alice')
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox').fill('appear')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Appearance' }).waitFor()
    await page.keyboard.press('Control+/')
    await page.getByRole('heading', { name: 'Keyboard shortcuts' }).waitFor()
    await page.keyboard.press('Escape')
    // At home, the chats are within the main part.
    await page.getByRole('main').getByText('Nobody here yet').waitFor()
    await page.keyboard.press('Alt+n')
    await page.getByRole('heading', { name: 'Add somebody' }).waitFor()
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('combobox').waitFor({ state: 'detached' })
    await page.getByRole('heading', { name: 'Add somebody' }).waitFor()
    await alice.assertNoFaults()
    await alice.context.close()
  })

  it('sends no message with an Enter that ends the composition of a character', async () => {
    const { alice, bob } = await acquainted(stage.chromium, stage.served.link)
    const session = await bob.context.newCDPSession(bob.page)
    await bob.page.getByRole('textbox', { name: 'Write a message' }).click()
    await session.send('Input.imeSetComposition', {
      text: '你好',
      selectionStart: 2,
      selectionEnd: 2
    })
    // As an input method tells it: an Enter, by the code of what it keeps for itself.
    await session.send('Input.dispatchKeyEvent', {
      type: 'rawKeyDown',
      key: 'Enter',
      windowsVirtualKeyCode: 229
    })
    await session.send('Input.insertText', { text: '你好' })
    const written = bob.page.getByRole('textbox', { name: 'Write a message' })
    await bob.page.waitForFunction(
      () => document.querySelector<HTMLTextAreaElement>('.composer textarea')?.value === '你好'
    )
    assert.equal(await bob.page.locator('.timeline .text').count(), 0)
    // Nobody presses twice within so short a time; some browsers tell the end of a composition just before its Enter.
    const composedMs = await bob.page.evaluate(() => performance.now())
    await bob.page.waitForFunction((since) => performance.now() - since > 100, composedMs)
    await written.press('Enter')
    await alice.page.getByRole('article', { name: '你好' }).waitFor()
    for (const person of [alice, bob]) {
      await person.assertNoFaults()
      await person.context.close()
    }
  })

  it('counts in its title what was not read, and tells of it only while nobody looks', async () => {
    const { alice, bob } = await acquainted(stage.chromium, stage.served.link)
    await alice.context.grantPermissions(['notifications'])
    await alice.page.goto(`${stage.served.link}#/`)
    await alice.page.reload()
    await alice.page.getByRole('link', { name: 'bob' }).waitFor()
    const told = await alice.page.evaluateHandle(() => {
      const seen: string[] = []
      // What is shown goes to the system, where a test cannot see it.
      const Shown = class extends EventTarget {
        static readonly permission = 'granted'
        onclick: unknown
        constructor(title: string, options: { readonly body: string }) {
          super()
          seen.push(`${title}: ${options.body}`)
        }
      }
      Object.assign(globalThis, { Notification: Shown })
      return seen
    })
    await bob.page.getByRole('textbox', { name: 'Write a message' }).fill('are you there?')
    await bob.page.keyboard.press('Enter')
    await alice.page.waitForFunction(() => document.title === '(1) Sealpost')
    assert.deepEqual(await told.jsonValue(), [])
    await alice.page.evaluate(() => {
      Object.defineProperty(document, 'hasFocus', { value: () => false })
      dispatchEvent(new Event('blur'))
    })
    await bob.page.getByRole('textbox', { name: 'Write a message' }).fill('hello?')
    await bob.page.keyboard.press('Enter')
    await alice.page.waitForFunction(() => document.title === '(2) Sealpost')
    await alice.page.waitForFunction((seen) => seen.length > 0, told)
    assert.deepEqual(await told.jsonValue(), ['Sealpost: A new message'])
    // Of this conversation, otherwise than of all.
    const place = await alice.page.getByRole('link', { name: 'bob' }).first().getAttribute('href')
    await alice.page.evaluate(
      (hash) => {
        location.hash = hash
      },
      `${place ?? ''}/info`
    )
    const choose = async (group: string, choice: string): Promise<void> => {
      const radio = alice.page
        .getByRole('group', { name: group })
        .getByRole('radio', { name: choice })
      await radio.click({ force: true })
      await alice.page.waitForFunction(() => document.querySelector('fieldset:disabled') === null)
    }
    const say = async (text: string): Promise<void> => {
      await bob.page.getByRole('textbox', { name: 'Write a message' }).fill(text)
      await bob.page.keyboard.press('Enter')
      await alice.page.getByRole('link', { name: text }).waitFor()
    }
    await choose('Notify me of messages here', 'Never')
    await say('unheard')
    await choose('Notify me of messages here', 'Always')
    await choose('Show who wrote, and what', 'Yes')
    await say('heard')
    await alice.page.waitForFunction((seen) => seen.length > 1, told)
    assert.deepEqual(await told.jsonValue(), ['Sealpost: A new message', 'bob: heard'])
    for (const person of [alice, bob]) {
      await person.assertNoFaults()
      await person.context.close()
    }
  })

  it('goes on where a browser allows neither notifications of a page, nor a count, nor the clipboard', async () => {
    const { alice, bob } = await acquainted(stage.chromium, stage.served.link)
    const { page } = alice
    await page.evaluate(() => {
      const Illegal = class extends EventTarget {
        static readonly permission = 'granted'
        constructor() {
          super()
          throw new TypeError('Illegal constructor')
        }
      }
      const refuse = (): Promise<never> => Promise.reject(new DOMException('', 'NotAllowedError'))
      Object.assign(globalThis, { Notification: Illegal })
      Object.assign(navigator, { setAppBadge: refuse, clearAppBadge: refuse })
      Object.defineProperty(navigator, 'clipboard', { value: { writeText: refuse } })
      Object.defineProperty(document, 'hasFocus', { value: () => false })
      dispatchEvent(new Event('blur'))
    })
    await bob.page.getByRole('textbox', { name: 'Write a message' }).fill('still there?')
    await bob.page.keyboard.press('Enter')
    await page.waitForFunction(() => document.title.startsWith('(1)'))
    const message = page.getByRole('article', { name: 'still there?' })
    await message.getByRole('button').click()
    await page.getByRole('menuitem', { name: 'Copy text' }).click()
    await page.getByText('This browser does not allow it').waitFor()
    await message.waitFor()
    for (const person of [alice, bob]) {
      await person.assertNoFaults()
      await person.context.close()
    }
  })
})
