import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { assertAccessible } from './accessible.ts'
import { giveAuthenticator } from './authenticator.ts'
import { makeAccount, type Person } from './browser.ts'
import { focused } from './focused.ts'
import { servedBrowser } from './served-browser.ts'

const PASSPHRASE = 'four random words here'

describe('what protects a home from its first moment', function () {
  this.timeout(90_000)
  const stage = servedBrowser()
  /** Where passkeys work. */
  let link: string

  before(() => {
    link = stage.served.namedLink
  })

  /** Up to the step in which somebody chooses. */
  async function newcomer(at: string): Promise<Person> {
    const alice = await stage.chromium.person(at)
    await alice.page.getByRole('button', { name: 'Get started' }).click()
    await alice.page.getByLabel('Your name').fill('alice')
    await alice.page.getByRole('button', { name: 'Continue' }).click()
    await alice.page.getByRole('heading', { name: 'Protect what' }).waitFor()
    return alice
  }

  async function choose(page: Page, kind: string): Promise<void> {
    await page.getByRole('radio', { name: kind, exact: true }).check()
  }

  async function fill(page: Page, passphrase: string, again = passphrase): Promise<void> {
    await page.getByRole('textbox', { name: 'Passphrase' }).fill(passphrase)
    await page.getByLabel('Once more').fill(again)
  }

  async function make(page: Page): Promise<void> {
    await page.getByRole('button', { name: 'Make the passkey' }).click()
  }

  async function lock(page: Page): Promise<void> {
    await page.evaluate(() => {
      location.hash = '#/settings/security'
    })
    await page.getByRole('button', { name: 'Lock now' }).click()
    await page.getByRole('heading', { name: 'Welcome back' }).waitFor()
  }

  async function leave(person: Person): Promise<void> {
    await person.assertNoFaults()
    await person.context.close()
  }

  it('is a passkey, once the person agrees to it', async () => {
    const alice = await newcomer(link)
    const { page } = alice
    const other = await giveAuthenticator(page, { isAgreed: false })
    await choose(page, 'Passkey')
    await page.getByText('If you lose it, what this browser keeps is lost').waitFor()
    assert.equal(await page.getByLabel('Once more').count(), 0)
    await make(page)
    await page.getByText('No passkey was used').waitFor()
    await page.getByRole('button', { name: 'Use a passphrase instead' }).waitFor()
    await assertAccessible(page, 'a passkey that nobody agreed to')
    await other.remove()
    const authenticator = await giveAuthenticator(page)
    await make(page)
    await page.getByRole('button', { name: 'Start talking' }).click()
    await page.getByText('Nobody here yet').waitFor()
    assert.equal(await authenticator.count(), 1)
    await lock(page)
    assert.equal(await page.getByLabel('Passphrase').count(), 0)
    await page.getByRole('button', { name: 'Use a passkey' }).click()
    await page.getByRole('heading', { name: 'Ways in' }).waitFor()
    await leave(alice)
  })

  it('is a passphrase and a passkey together, of which neither is enough', async () => {
    const alice = await newcomer(link)
    const { page } = alice
    await giveAuthenticator(page)
    await choose(page, 'Both')
    await page.getByText('If you lose either one').waitFor()
    const button = page.getByRole('button', { name: 'Make the passkey' })
    await fill(page, PASSPHRASE, 'four random words')
    await page.getByText('The two are not the same.').waitFor()
    assert.equal(await button.isDisabled(), true)
    await assertAccessible(page, 'two passphrases that are not the same')
    await fill(page, PASSPHRASE)
    await button.click()
    await page.getByRole('button', { name: 'Start talking' }).click()
    await page.getByText('Nobody here yet').waitFor()
    await page.reload()
    await page.getByText('Your passkey is asked for next.').waitFor()
    assert.equal(await page.getByRole('button', { name: 'Use a passkey' }).count(), 0)
    await page.getByLabel('Passphrase').fill('a guess')
    await page.getByRole('button', { name: 'Unlock' }).click()
    await page.getByText('That is not the passphrase.').waitFor()
    await page.getByLabel('Passphrase').fill(PASSPHRASE)
    await page.getByRole('button', { name: 'Unlock' }).click()
    await page.getByText('Nobody here yet').waitFor()
    await leave(alice)
  })

  it('is a passphrase where an authenticator cannot seal', async () => {
    const alice = await newcomer(link)
    const { page } = alice
    await giveAuthenticator(page, { hasPrf: false })
    await choose(page, 'Passkey')
    await make(page)
    await page.getByText('This passkey cannot seal anything').waitFor()
    await page.getByRole('button', { name: 'Use a passphrase instead' }).click()
    await focused(page.getByRole('textbox', { name: 'Passphrase' })).waitFor()
    await fill(page, PASSPHRASE)
    await page.getByRole('button', { name: 'Continue' }).click()
    const heading = page.getByRole('heading', { name: 'How should messages travel?' })
    await focused(heading).waitFor()
    await page.getByRole('button', { name: 'Start talking' }).click()
    await page.getByText('Nobody here yet').waitFor()
    await lock(page)
    await leave(alice)
  })

  it('is a passphrase, and where to have a passkey is said, where the page was opened at a number', async () => {
    const alice = await newcomer(`${stage.served.link}#/settings`)
    const { page } = alice
    const named = page.getByRole('link', { name: 'Open it at localhost' })
    assert.equal(await named.getAttribute('href'), `${link}#/settings`)
    assert.equal(await page.getByRole('radio').count(), 0)
    await focused(page.getByRole('textbox', { name: 'Passphrase' })).waitFor()
    await assertAccessible(page, 'a page at a number')
    await leave(alice)
  })

  it('is a passphrase in a browser that says it cannot seal with passkeys', async () => {
    const alice = await stage.chromium.person(link)
    const { page } = alice
    await page.addInitScript(() => {
      PublicKeyCredential.getClientCapabilities = () => Promise.resolve({ 'extension:prf': false })
    })
    await page.reload()
    await makeAccount(page, 'alice', PASSPHRASE)
    await page.evaluate(() => {
      location.hash = '#/settings/security'
    })
    await page.getByText('passkeys cannot seal anything').waitFor()
    assert.equal(await page.getByRole('button', { name: 'Add a passkey' }).count(), 0)
    await leave(alice)
  })

  it('is one passkey for a restored home, also where the file was opened only at the second try', async () => {
    const alice = await stage.chromium.person(link)
    await makeAccount(alice.page, 'alice')
    const { file, phrase } = await backedUp(alice.page, link)
    await leave(alice)
    const again = await stage.chromium.person(link)
    const { page } = again
    const authenticator = await giveAuthenticator(page)
    await page.getByRole('button', { name: 'Restore a backup' }).click()
    for (const words of ['not it at all', phrase]) {
      await page.getByLabel('Backup file').setInputFiles(file)
      await page.getByLabel('Recovery phrase').fill(words)
      await page.getByRole('button', { name: 'Continue' }).click()
      await choose(page, 'Passkey')
      await make(page)
      if (words !== phrase) {
        await page.getByRole('alert').filter({ hasText: /\S/ }).waitFor()
      }
    }
    await page.getByText('Nobody here yet').waitFor()
    assert.equal(await authenticator.count(), 1)
    await lock(page)
    await page.getByRole('button', { name: 'Use a passkey' }).click()
    await page.getByRole('heading', { name: 'Ways in' }).waitFor()
    await leave(again)
  })

  it('is both for a device that joins an account', async () => {
    const alice = await stage.chromium.person(link)
    await makeAccount(alice.page, 'alice')
    await alice.page.goto(`${link}#/settings/devices`)
    await alice.page.getByRole('button', { name: 'Link another device' }).click()
    const phone = await stage.chromium.person(link)
    const { page } = phone
    await giveAuthenticator(page)
    await page.getByRole('button', { name: 'Link this device' }).click()
    const code = alice.page.getByRole('textbox', { name: 'Code' })
    await page.getByLabel('The code it shows').fill(await code.inputValue())
    await page.getByRole('button', { name: 'Continue' }).click()
    await choose(page, 'Both')
    await fill(page, PASSPHRASE)
    await make(page)
    await alice.page.getByRole('button', { name: 'They are the same' }).click()
    await page.getByRole('button', { name: 'Yes, it is mine' }).click()
    await page.getByText('Nobody here yet').waitFor()
    await lock(page)
    await page.getByText('Your passkey is asked for next.').waitFor()
    await leave(phone)
    await leave(alice)
  })
})

interface BackupFile {
  readonly name: string
  readonly mimeType: string
  readonly buffer: Buffer
}

/** A backup of an open home, and the phrase that opens it. */
async function backedUp(
  page: Page,
  link: string
): Promise<{ readonly file: BackupFile; readonly phrase: string }> {
  await page.goto(`${link}#/settings/backup`)
  await page.getByRole('button', { name: 'Get a recovery phrase' }).click()
  const groups = await page.locator('.phrase code').allInnerTexts()
  await page.getByLabel('last five').fill(groups.at(-1) ?? '')
  await page.getByRole('button', { name: 'I wrote it down' }).click()
  await page.getByRole('button', { name: 'Make a backup' }).click()
  const saving = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Save the file' }).click()
  const buffer = await readFile(await (await saving).path())
  const file = { name: 'alice.backup', mimeType: 'application/octet-stream', buffer }
  return { file, phrase: groups.join(' ') }
}
