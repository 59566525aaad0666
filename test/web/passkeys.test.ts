import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { assertAccessible } from './accessible.ts'
import { giveAuthenticator } from './authenticator.ts'
import { makeAccount, type Person } from './browser.ts'
import { servedBrowser } from './served-browser.ts'

const OLD = 'four random words here'
const NEW = 'four other words there'

describe('the ways into what a browser keeps', function () {
  this.timeout(90_000)
  const stage = servedBrowser()
  /** Where passkeys work: they belong to a name, and `127.0.0.1` is none. */
  let link: string

  before(() => {
    link = stage.served.namedLink
  })

  async function openSecurity(page: Page): Promise<void> {
    await page.evaluate(() => {
      location.hash = '#/settings/security'
    })
    await page.getByRole('heading', { name: 'Ways in' }).waitFor()
  }

  async function wish(page: Page, name: string, now?: string): Promise<void> {
    await page.getByRole('button', { name, exact: true }).first().click()
    if (now !== undefined) {
      await page.getByLabel('Your passphrase now').fill(now)
    }
  }

  async function confirm(page: Page): Promise<void> {
    await page.getByRole('button', { name: 'Confirm' }).click()
    await page.getByText('Done.', { exact: true }).waitFor()
  }

  async function lock(page: Page): Promise<void> {
    await page.getByRole('button', { name: 'Lock now' }).click()
    await page.getByRole('heading', { name: 'Welcome back' }).waitFor()
  }

  async function leave(alice: Person): Promise<void> {
    await alice.assertNoFaults()
    await alice.context.close()
  }

  it('change: another passphrase, which the old one allows', async () => {
    const alice = await stage.chromium.person(stage.served.link)
    const { page } = alice
    await makeAccount(page, 'alice', OLD)
    await openSecurity(page)
    // Here, where the page was opened at a number, it says what to do.
    await page.getByText('Open it at http://localhost').waitFor()
    assert.equal(await page.getByRole('button', { name: 'Add a passkey' }).count(), 0)
    await wish(page, 'Set a passphrase', 'a guess')
    await page.getByLabel('The new passphrase').fill(NEW)
    await page.getByLabel('Once more').fill(NEW)
    await page.getByRole('button', { name: 'Confirm' }).click()
    await page.getByText('That is not the passphrase.').waitFor()
    await page.getByLabel('Your passphrase now').fill(OLD)
    await assertAccessible(page, 'a passphrase being changed')
    await confirm(page)
    await lock(page)
    await page.getByLabel('Passphrase').fill(OLD)
    await page.getByRole('button', { name: 'Unlock' }).click()
    await page.getByText('That is not the passphrase.').waitFor()
    await page.getByLabel('Passphrase').fill(NEW)
    await page.getByRole('button', { name: 'Unlock' }).click()
    await page.getByRole('heading', { name: 'Ways in' }).waitFor()
    await leave(alice)
  })

  it('are a passkey beside the passphrase, then both together, then the passkey alone', async () => {
    const alice = await stage.chromium.person(link)
    const { page } = alice
    await giveAuthenticator(page)
    await makeAccount(page, 'alice', OLD)
    await openSecurity(page)
    await wish(page, 'Add a passkey', OLD)
    await confirm(page)
    await lock(page)
    await page.getByRole('button', { name: 'Use a passkey' }).waitFor()
    await assertAccessible(page, 'locked, with a passkey')
    await page.getByRole('button', { name: 'Use a passkey' }).click()
    await page.getByRole('heading', { name: 'Ways in' }).waitFor()
    await wish(page, 'Require both', OLD)
    await page.getByText('If you lose either one').waitFor()
    await confirm(page)
    await page.getByText('Passphrase and passkey, both').waitFor()
    // Also after the tab was closed, and nobody has the key any more.
    await page.reload()
    await page.getByText('Your passkey is asked for next.').waitFor()
    await page.getByLabel('Passphrase').fill('a guess')
    await page.getByRole('button', { name: 'Unlock' }).click()
    await page.getByText('That is not the passphrase.').waitFor()
    await page.getByLabel('Passphrase').fill(OLD)
    await page.getByRole('button', { name: 'Unlock' }).click()
    await openSecurity(page)
    await wish(page, 'Let either be enough', OLD)
    await confirm(page)
    await wish(page, 'Remove')
    await confirm(page)
    assert.equal(await page.getByRole('button', { name: 'Remove', exact: true }).count(), 0)
    await lock(page)
    assert.equal(await page.getByLabel('Passphrase').count(), 0)
    await page.getByRole('button', { name: 'Use a passkey' }).click()
    await page.getByRole('heading', { name: 'Ways in' }).waitFor()
    await leave(alice)
  })

  it('say so where an authenticator cannot seal', async () => {
    const alice = await stage.chromium.person(link)
    const { page } = alice
    await giveAuthenticator(page, { hasPrf: false })
    await makeAccount(page, 'alice', OLD)
    await openSecurity(page)
    await wish(page, 'Add a passkey', OLD)
    await page.getByRole('button', { name: 'Confirm' }).click()
    await page.getByText('This passkey cannot seal anything').waitFor()
    await page.getByRole('button', { name: 'Cancel' }).click()
    await lock(page)
    await page.getByLabel('Passphrase').fill(OLD)
    await page.getByRole('button', { name: 'Unlock' }).click()
    await page.getByRole('heading', { name: 'Ways in' }).waitFor()
    await leave(alice)
  })
})
