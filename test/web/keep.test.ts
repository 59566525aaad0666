import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { makeAccount } from './browser.ts'
import { servedBrowser } from './served-browser.ts'
import { acquainted, openChat } from './acquaintance.ts'

describe('an account that is kept', function () {
  this.timeout(120_000)
  const stage = servedBrowser()

  it('is backed up, proven, lost, and restored in another browser, where the conversation goes on', async () => {
    const { link } = stage.served
    const { alice, bob } = await acquainted(stage.chromium, link)
    await bob.page.getByRole('textbox', { name: 'Write a message' }).fill('before the backup')
    await bob.page.keyboard.press('Enter')
    await bob.page.getByRole('article', { name: /before the backup.*(Delivered|Read)/ }).waitFor()

    await bob.page.goto(`${link}#/settings/backup`)
    await bob.page.getByText('There is no backup yet').waitFor()
    await bob.page.getByRole('button', { name: 'Get a recovery phrase' }).click()
    const groups = await bob.page.locator('.phrase code').allInnerTexts()
    assert.equal(groups.length, 6)
    await bob.page.getByLabel('last five').fill('WRONG')
    await bob.page.getByText('These are not its last five.').waitFor()
    await bob.page.getByLabel('last five').fill(groups.at(-1) ?? '')
    await bob.page.getByRole('button', { name: 'I wrote it down' }).click()
    await bob.page.getByRole('button', { name: 'Make a backup' }).click()
    const saving = bob.page.waitForEvent('download')
    await bob.page.getByRole('button', { name: 'Save the file' }).click()
    const path = await (await saving).path()
    await bob.page.getByText(/Last proven restorable .* 1 contact/).waitFor()
    const file = {
      name: 'bob.backup',
      mimeType: 'application/octet-stream',
      buffer: await readFile(path)
    }
    await bob.assertNoFaults()
    await bob.context.close()

    const again = await stage.chromium.person(link)
    const { page } = again
    await page.getByRole('button', { name: 'Restore a backup' }).click()
    await page.getByLabel('Backup file').setInputFiles(file)
    await page.getByLabel('Recovery phrase').fill('not it at all')
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByRole('button', { name: 'Not now' }).click()
    await page.getByRole('alert').filter({ hasText: /\S/ }).waitFor()
    await page.getByLabel('Backup file').setInputFiles(file)
    await page.getByLabel('Recovery phrase').fill(groups.join(' ').toLowerCase())
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByRole('button', { name: 'Not now' }).click()
    // What was read elsewhere was not read here.
    await page.getByRole('button', { name: 'I have read it' }).click()
    await page.getByText('There is a privacy notice').waitFor({ state: 'detached' })
    await openChat(page, 'alice')
    await page.getByRole('article', { name: 'before the backup' }).waitFor()
    await page.getByRole('textbox', { name: 'Write a message' }).fill('here again')
    await page.keyboard.press('Enter')
    await alice.page.getByRole('article', { name: 'here again' }).waitFor()
    await again.assertNoFaults()
    await alice.assertNoFaults()
    await again.context.close()
    await alice.context.close()
  })

  it('is on a second device, which compares six digits and gets the history', async () => {
    const { link } = stage.served
    const { alice, bob } = await acquainted(stage.chromium, link)
    await bob.page.getByRole('textbox', { name: 'Write a message' }).fill('from the first device')
    await bob.page.keyboard.press('Enter')
    await alice.page.getByRole('article', { name: 'from the first device' }).waitFor()
    await bob.page.goto(`${link}#/settings/devices`)
    await bob.page.getByRole('button', { name: 'Link another device' }).click()
    const code = bob.page.getByRole('textbox', { name: 'Code' })
    await code.waitFor()

    const phone = await stage.chromium.person(link, { viewport: { width: 360, height: 740 } })
    await phone.page.getByRole('button', { name: 'Link this device' }).click()
    await phone.page.getByLabel('The code it shows').fill(await code.inputValue())
    await phone.page.getByLabel('What to call this device').fill('phone')
    await phone.page.getByRole('button', { name: 'Continue' }).click()
    await phone.page.getByRole('button', { name: 'Not now' }).click()
    const digits = await phone.page.locator('.digits').innerText()
    await bob.page.locator('.digits', { hasText: digits }).waitFor()
    await bob.page.getByRole('button', { name: 'They are the same' }).click()
    await bob.page.getByText('Letting it in').waitFor()
    await phone.page.getByRole('heading', { name: 'Join the account of bob?' }).waitFor()
    await phone.page.getByText('you said on your other device just now').waitFor()
    await phone.page.getByRole('button', { name: 'Yes, it is mine' }).click()
    await openChat(phone.page, 'alice')
    await phone.page.getByRole('article', { name: 'from the first device' }).waitFor()
    await phone.page.getByRole('textbox', { name: 'Write a message' }).fill('from the second')
    await phone.page.keyboard.press('Enter')
    await alice.page.getByRole('article', { name: 'from the second' }).waitFor()
    for (const person of [alice, bob, phone]) {
      await person.assertNoFaults()
      await person.context.close()
    }
  })

  it('is not made of a file that is none, and can be made anew afterwards', async () => {
    const { link } = stage.served
    const mallory = await stage.chromium.person(link)
    const { page } = mallory
    await page.getByRole('button', { name: 'Restore a backup' }).click()
    await page.getByLabel('Backup file').setInputFiles({
      name: 'x.backup',
      mimeType: 'application/octet-stream',
      buffer: Buffer.from('nothing of ours')
    })
    await page.getByLabel('Recovery phrase').fill('whatever it is')
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByRole('button', { name: 'Not now' }).click()
    await page.getByRole('alert').filter({ hasText: /\S/ }).waitFor()
    await page.getByRole('button', { name: 'Back', exact: true }).click()
    await makeAccount(page, 'mallory')
    await mallory.assertNoFaults()
    await mallory.context.close()
  })
})
