import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { ROOT } from '../tidy/tree.ts'
import { makeAccount, type Person } from './browser.ts'
import { servedBrowser } from './served-browser.ts'
import { serveClient, type ServedClient } from './served-client.ts'

const PASSPHRASE = 'four random words here'

describe('the settings of the web client', function () {
  this.timeout(60_000)
  const stage = servedBrowser()
  let other: ServedClient
  let alice: Person

  before(async () => {
    other = await serveClient()
    alice = await stage.chromium.person(stage.served.link)
    await makeAccount(alice.page, 'alice', PASSPHRASE)
  })

  after(() => other[Symbol.asyncDispose]())

  afterEach(() => alice.assertNoFaults())

  async function open(place: string): Promise<Page> {
    const { page } = alice
    await page.evaluate((hash) => {
      location.hash = hash
    }, place)
    await page.getByRole('main').getByRole('heading', { level: 1 }).waitFor()
    return page
  }

  it('change how the app looks at once, and are kept', async () => {
    const page = await open('#/settings/appearance')
    await page.getByRole('radio', { name: 'Dark' }).check()
    await page.getByRole('slider', { name: 'Font size' }).fill('20')
    await page.reload()
    await page.getByLabel('Passphrase').fill(PASSPHRASE)
    await page.getByRole('button', { name: 'Unlock' }).click()
    await page.getByText('20 pixels').waitFor()
    const look = await page.evaluate(() => {
      const { dataset, style } = document.documentElement
      return [dataset['theme'], style.fontSize]
    })
    assert.deepEqual(look, ['dark', '20px'])
  })

  it('change the language while the app runs', async () => {
    const page = await open('#/settings/language')
    const second = await alice.context.newPage()
    await second.goto(`${stage.served.link}#/settings/language`)
    await second.getByRole('heading', { name: 'Language' }).waitFor()
    await page.getByRole('radio', { name: '简体中文' }).check()
    for (const tab of [page, second]) {
      await tab.getByRole('heading', { name: '语言' }).waitFor()
    }
    await second.close()
    assert.equal(await page.evaluate(() => document.documentElement.lang), 'zh-CN')
    await page.getByRole('radio', { name: 'English' }).check()
    await page.getByRole('heading', { name: 'Language' }).waitFor()
  })

  it('change what others see, also for another tab', async () => {
    const page = await open('#/settings/privacy')
    const second = await alice.context.newPage()
    await second.goto(`${stage.served.link}#/settings/privacy`)
    const isShown = second.getByRole('switch', { name: 'Tell when I write' })
    assert.equal(await isShown.isChecked(), false)
    await page.getByRole('switch', { name: 'Tell when I write' }).check()
    await second.locator('[role=switch]:checked').nth(2).waitFor()
    assert.equal(await isShown.isChecked(), true)
    await second.close()
  })

  it('try a relay before it is taken, and keep the last one', async () => {
    const page = await open('#/network')
    await page.getByText('Your last relay').waitFor()
    await page.getByLabel('Its address').fill('not an address')
    await page.getByRole('button', { name: 'Test it' }).click()
    await page.getByText('This is not the address of a relay.').waitFor()
    await page.getByLabel('Its address').fill(other.relay)
    await page.getByRole('button', { name: 'Test it' }).click()
    await page.getByText('a message went all the way through a mailbox').waitFor()
    await page.getByRole('button', { name: 'Use this relay' }).click()
    await page.getByRole('button', { name: 'Leave' }).first().click()
    await page.getByRole('button', { name: 'Leave it' }).click()
    await page.getByText('Your last relay').waitFor()
  })

  it('say what others can see, and that the notice was shown before the account was made', async () => {
    const page = await open('#/settings/notice')
    await page.getByRole('heading', { name: 'What relays can see' }).waitFor()
    await page.getByText('You were shown version 2 on').waitFor()
    await page.getByText('There is a privacy notice').waitFor({ state: 'detached' })
    const guest = await stage.chromium.person(stage.served.link)
    await guest.page.getByRole('button', { name: 'Get started' }).click()
    await guest.page.getByText('All of it, in plain words').click()
    await guest.page.getByText('the network address that you come from, and when').waitFor()
    await guest.assertNoFaults()
    await guest.context.close()
  })

  it('name the device and the version, and lock', async () => {
    const page = await open('#/settings/devices')
    await page.getByRole('button', { name: 'Rename' }).click()
    await page.getByLabel('Name').fill('the laptop')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('the laptop').waitFor()
    await open('#/settings/about')
    const { version } = JSON.parse(readFileSync(join(ROOT, 'web/package.json'), 'utf8')) as {
      readonly version: string
    }
    await page.getByText(`Version ${version}`).waitFor()
    await open('#/settings/security')
    await page.getByRole('button', { name: 'Lock now' }).click()
    await page.getByLabel('Passphrase').fill(PASSPHRASE)
    await page.getByRole('button', { name: 'Unlock' }).click()
    await page.getByText('Your messages are sealed in this browser.').waitFor()
  })
})
