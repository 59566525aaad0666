import assert from 'node:assert/strict'
import type { Locator, Page } from 'playwright-core'
import { makeAccount, openBrowser, type Person } from './browser.ts'
import { filmOf } from './camera-film.ts'
import { focused } from './focused.ts'
import { servedBrowser } from './served-browser.ts'
import { acquainted, openChat } from './acquaintance.ts'

describe('people in the web client', function () {
  this.timeout(120_000)
  const stage = servedBrowser()
  /** Two who know each other, and two who know nobody yet, or whom a test before made known to alice. */
  let alice: Person
  let bob: Person
  let carol: Person
  let mallory: Person

  before(async () => {
    const strangers = Promise.all([newcomer('carol'), newcomer('mallory')])
    ;({ alice, bob } = await acquainted(stage.chromium, stage.served.link))
    ;[carol, mallory] = await strangers
  })

  afterEach(async () => {
    for (const person of [alice, bob, carol, mallory]) {
      await person.assertNoFaults()
    }
  })

  async function newcomer(name: string): Promise<Person> {
    const person = await stage.chromium.person(stage.served.link)
    await makeAccount(person.page, name)
    return person
  }

  it('come from a link to the first message in six clicks, and leave no link behind', async () => {
    const guest = await stage.chromium.person(await ownLink(alice.page))
    const { page } = guest
    let clicks = 0
    const click = async (name: string): Promise<void> => {
      clicks += 1
      await page.getByRole('button', { name }).click()
    }
    await page.getByText('Somebody wants to talk to you.').waitFor()
    await click('Get started')
    await page.getByLabel('Your name').fill('carol')
    await click('Continue')
    await click('Not now')
    await click('Start talking')
    await click('Talk to them')
    await composer(page).fill('hello alice')
    await click('Send')
    assert.ok(clicks <= 6, `${String(clicks)} clicks`)
    await alice.page.getByText('carol used this link.').waitFor()
    await alice.page.getByRole('link', { name: 'Write to them' }).click()
    await alice.page.getByRole('log').getByText('hello alice').waitFor()
    await page.goBack()
    assert.doesNotMatch(page.url(), /#\/i\//)
    await guest.assertNoFaults()
    await guest.context.close()
  })

  it('are told why a link leads nowhere', async () => {
    const invite = await ownLink(alice.page)
    await ask(alice.page, invite)
    await alice.page.getByText('This is your own link.').waitFor()
    await ask(bob.page, invite.slice(0, -3))
    await bob.page.getByText('This is not a whole Sealpost link.').waitFor()
    await ask(carol.page, invite)
    await composer(carol.page).waitFor()
    await ask(mallory.page, invite)
    await mallory.page.getByText('This link was used already.').waitFor()
  })

  it('who know each other already go on in the chat that they have', async () => {
    await openChat(bob.page, 'alice')
    const chat = bob.page.url()
    await ask(bob.page, await ownLink(alice.page))
    await bob.page.waitForURL(chat)
    await composer(bob.page).waitFor()
  })

  it('ask through a reusable address, and are accepted or declined', async () => {
    const { page } = bob
    const oneTime = await ownLink(page)
    const shown = await page.evaluateHandle(() => {
      const under: string[] = []
      new MutationObserver(() => {
        const card = document.querySelector('[aria-labelledby=add-mine]')
        if (card?.textContent.includes('whoever has it may ask')) {
          under.push(card.querySelector('input')?.value ?? '')
        }
      }).observe(document.body, { attributes: true, childList: true, subtree: true })
      return under
    })
    await page.getByRole('switch', { name: 'Reusable address' }).check()
    const address = await shownLink(page, /whoever has it may ask/)
    // Not even for a moment: who copies it then gives away what one guest alone can use.
    assert.equal((await shown.jsonValue()).includes(oneTime), false)
    for (const guest of [carol, mallory]) {
      await ask(guest.page, address, 'Do you remember me?')
      await guest.page.getByText('bob was asked.').waitFor()
      await guest.page.locator('.message', { hasText: 'Do you remember me?' }).waitFor()
    }
    await page.getByRole('link', { name: '2 people ask to talk to you' }).click()
    await card(page, 'mallory').getByText('Do you remember me?').waitFor()
    await card(page, 'mallory').getByRole('button', { name: 'Decline' }).click()
    await card(page, 'mallory').waitFor({ state: 'detached' })
    await card(page, 'carol').getByRole('button', { name: 'Accept' }).click()
    await composer(page).waitFor()
    await composer(carol.page).waitFor()
    const words = carol.page.locator('.message', { hasText: 'Do you remember me?' })
    await words.getByText('Delivered').or(words.getByText('Read')).waitFor({ state: 'attached' })
  })

  it('end a link that nobody is to use any more', async () => {
    const { page } = alice
    const invite = await ownLink(page)
    const row = page.getByRole('listitem').filter({ hasText: 'Waiting' }).first()
    await row.getByRole('button', { name: 'End', exact: true }).click()
    await row.getByRole('button', { name: 'End it' }).click()
    await page.locator('summary').click()
    await page.getByText('Ended by you').first().waitFor()
    await page.getByRole('link', { name: 'bob' }).first().click()
    assert.notEqual(await ownLink(page), invite)
  })

  it('scan a link from another screen, and compare safety numbers', async () => {
    await ownLink(alice.page)
    await using film = await filmOf(alice.page)
    await using camera = await openBrowser(film.args)
    const guest = await camera.person(stage.served.link)
    await makeAccount(guest.page, 'carol')
    await guest.page.goto(`${stage.served.link}#/add`)
    await guest.page.getByRole('button', { name: 'Scan a QR code' }).click()
    await guest.page.getByRole('button', { name: 'Talk to them' }).click()
    await composer(guest.page).waitFor()
    await alice.page.getByRole('link', { name: 'Write to them' }).click()
    const numbers: string[] = []
    for (const { page } of [alice, guest]) {
      await page.locator('.chat-head-who').click()
      await page.getByRole('link', { name: /Safety number/ }).click()
      numbers.push(await page.getByRole('group', { name: /digit by digit/ }).innerText())
    }
    assert.match(numbers[0] ?? '', /^(\d{5}\s*){12}$/)
    assert.equal(numbers[0], numbers[1])
    // What the camera sees is still the link.
    await guest.page.getByRole('button', { name: 'Scan theirs' }).click()
    await guest.page.getByText('This is another code.').waitFor()
    await guest.page.keyboard.press('Escape')
    await guest.page.getByRole('button', { name: 'mark as verified' }).click()
    await guest.page.getByText('Verified', { exact: true }).first().waitFor()
    await guest.assertNoFaults()
  })

  it('see where a message was stored and when it arrived, and take it back', async () => {
    const { page } = alice
    await openChat(page, 'bob')
    await write(page, 'too late')
    await page.locator('.message .delivered, .message .read').last().waitFor()
    // Whoever left the page fetches nothing.
    await bob.page.goto('about:blank')
    await write(page, 'in time')
    await page.locator('.message .on-relay').last().waitFor()
    await page.locator('.meta-link').last().click()
    await page.getByText(/^Stored at 127\.0\.0\.1:\d+$/).waitFor()
    await takeBack(page)
    await page.getByText('You took this back in time').waitFor()
    await page.getByRole('link', { name: 'Back', exact: true }).click()
    await page.getByRole('log').getByText('You took this message back.').waitFor()
    await page.locator('.message').filter({ hasText: 'too late' }).locator('.meta-link').click()
    await takeBack(page)
    await page.getByText('a device of theirs had it already').waitFor()
    await bob.page.goto(stage.served.link)
  })

  it('reach the menu of a message with the keyboard, and come back to it', async () => {
    const { page } = alice
    await openChat(page, 'bob')
    await write(page, 'look at me')
    const message = page.locator('.message').filter({ hasText: 'look at me' })
    const more = message.getByRole('button', { name: 'What to do with this message' })
    await more.focus()
    await page.keyboard.press('Enter')
    await page.getByRole('menuitem', { name: 'Copy text' }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('menuitem').first().waitFor({ state: 'detached' })
    await focused(more).waitFor()
    await page.keyboard.press('Enter')
    const details = page.getByRole('menuitem', { name: 'Details' })
    await details.waitFor()
    while ((await focused(details).count()) === 0) {
      await page.keyboard.press('ArrowDown')
    }
    await page.keyboard.press('Enter')
    const heading = page.getByRole('heading', { name: 'Message details', exact: true })
    await focused(heading).waitFor()
    await page.keyboard.press('Escape')
    await composer(page).waitFor()
    await focused(message.locator('.meta-link')).waitFor()
  })
})

function composer(page: Page): Locator {
  return page.getByRole('textbox', { name: 'Write a message' })
}

function card(page: Page, name: string): Locator {
  return page.getByRole('article', { name })
}

async function write(page: Page, text: string): Promise<void> {
  await composer(page).fill(text)
  await page.keyboard.press('Enter')
}

/** The one-time link that somebody gives away. */
async function ownLink(page: Page): Promise<string> {
  // Not what is shown there already: somebody may have used it.
  for (const place of ['#/settings', '#/add']) {
    await page.evaluate((hash) => {
      location.hash = hash
    }, place)
    await page.getByRole('heading', { name: /^(Settings|Add somebody)$/ }).waitFor()
  }
  return shownLink(page, /whoever opens it first/)
}

async function shownLink(page: Page, lead: RegExp): Promise<string> {
  await page.getByText(lead).waitFor()
  await page.locator('.making').waitFor({ state: 'detached' })
  return page.getByRole('textbox', { name: 'Your link' }).inputValue()
}

/** Opens a link in the page that somebody has, and asks. */
async function ask(page: Page, link: string, words = ''): Promise<void> {
  await page.goto(link)
  await page.getByLabel('First words').fill(words)
  await page.getByRole('button', { name: 'Talk to them' }).click()
}

async function takeBack(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Take back' }).click()
  await page.getByRole('button', { name: 'Take it back' }).click()
}
