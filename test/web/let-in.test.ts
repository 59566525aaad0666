import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Page } from 'playwright-core'
import { acquainted, openChat } from './acquaintance.ts'
import { makeAccount, openBrowser, type Person } from './browser.ts'
import { filmOf } from './camera-film.ts'
import { servedBrowser } from './served-browser.ts'
import { ROOT } from '../tidy/tree.ts'

const COMMAND = join(ROOT, 'packages/cli/bin/sealpost.js')
const run = promisify(execFile)

interface Showing {
  readonly person: Person
  readonly code: string
  readonly digits: string
}

describe('a device that shows a code', function () {
  this.timeout(120_000)
  const stage = servedBrowser()

  /** A new browser shows a code, with digits beneath it. */
  async function show(name: string): Promise<Showing> {
    const person = await stage.chromium.person(stage.served.link, {
      viewport: { width: 360, height: 740 }
    })
    const { page } = person
    await page.getByRole('button', { name: 'Link this device' }).click()
    await page.getByRole('button', { name: 'Show a code' }).click()
    await page.getByLabel('What to call this device').fill(name)
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByRole('button', { name: 'Not now' }).click()
    const code = await page.getByRole('textbox', { name: 'Code' }).inputValue()
    const digits = (await page.locator('.digits').innerText()).replace(/\D/g, '')
    assert.match(digits, /^\d{6}$/)
    return { person, code, digits }
  }

  async function readCode(page: Page, code: string): Promise<void> {
    await page.getByRole('button', { name: 'Scan or paste its code' }).click()
    await page.getByLabel('The code that the new device shows').fill(code)
    await page.getByRole('button', { name: 'Continue' }).click()
  }

  async function typeDigits(page: Page, digits: string): Promise<void> {
    await page.getByLabel('The six digits that the new device shows').fill(digits)
    await page.getByRole('button', { name: 'Let it in' }).click()
  }

  const wrongOf = (digits: string): string => (digits === '000000' ? '111111' : '000000')

  it('is let in by a page, after its digits were typed and it said whose account it wants', async () => {
    const { link } = stage.served
    const { alice, bob } = await acquainted(stage.chromium, link)
    await bob.page.getByRole('textbox', { name: 'Write a message' }).fill('from the first device')
    await bob.page.keyboard.press('Enter')
    await alice.page.getByRole('article', { name: 'from the first device' }).waitFor()
    const { person: phone, code, digits } = await show('phone')

    await bob.page.goto(`${link}#/settings/devices`)
    await readCode(bob.page, code)
    await bob.page.getByRole('heading', { name: 'Let phone into your account?' }).waitFor()
    await bob.page.getByText('in your own hands').waitFor()
    await typeDigits(bob.page, wrongOf(digits))
    await bob.page.getByText('you can try 2 more times').waitFor()
    await typeDigits(bob.page, `${digits.slice(0, 3)} ${digits.slice(3)}`)
    await phone.page.getByRole('heading', { name: 'Join the account of bob?' }).waitFor()
    await phone.page.getByRole('button', { name: 'Yes, it is mine' }).click()
    await openChat(phone.page, 'alice')
    await phone.page.getByRole('article', { name: 'from the first device' }).waitFor()
    await bob.page.getByText('phone is one of your devices now').waitFor()
    await phone.page.getByRole('textbox', { name: 'Write a message' }).fill('from the second')
    await phone.page.keyboard.press('Enter')
    await alice.page.getByRole('article', { name: 'from the second' }).waitFor()
    for (const person of [alice, bob, phone]) {
      await person.assertNoFaults()
      await person.context.close()
    }
  })

  it('is not let in after three wrong digits, nor by a code in the wrong place', async () => {
    const { link } = stage.served
    const bob = await stage.chromium.person(link)
    await makeAccount(bob.page, 'bob')
    const { person: phone, code, digits } = await show('phone')
    await bob.page.goto(`${link}#/settings/devices`)
    await readCode(bob.page, code)
    for (const said of ['you can try 2 more times', 'you can try once more', 'wrong three times']) {
      await typeDigits(bob.page, wrongOf(digits))
      await bob.page.getByText(said).waitFor()
    }
    await phone.page.getByText('The device was not let in').waitFor()

    // Its own code read by another new device; and that of a device of the account by a device of an account.
    const again = await show('tablet')
    await phone.page.getByLabel('The code it shows').fill(again.code)
    await phone.page.getByRole('button', { name: 'Continue' }).click()
    await phone.page.getByRole('button', { name: 'Not now' }).click()
    await phone.page.getByText('A new device shows this code').waitFor()
    await bob.page.goto(`${link}#/add`)
    await bob.page.getByLabel('Their link', { exact: true }).fill(again.code)
    await bob.page.getByText('they want your account').waitFor()
    await again.person.page.getByRole('button', { name: 'Stop' }).click()
    await bob.page.goto(`${link}#/settings/devices`)
    await readCode(bob.page, again.code)
    await bob.page.getByText('This code has expired, or is not shown any more').waitFor()
    for (const person of [bob, phone, again.person]) {
      await person.assertNoFaults()
      await person.context.close()
    }
  })

  it('is seen by a camera', async () => {
    const { link } = stage.served
    const { person: phone, digits } = await show('phone')
    await using film = await filmOf(phone.page)
    await using camera = await openBrowser(film.args)
    const bob = await camera.person(link)
    await makeAccount(bob.page, 'bob')
    await bob.page.goto(`${link}#/settings/devices`)
    await bob.page.getByRole('button', { name: 'Scan or paste its code' }).click()
    await bob.page.getByRole('button', { name: 'Scan it' }).click()
    await typeDigits(bob.page, digits)
    await phone.page.getByRole('button', { name: 'No, stop' }).click()
    await phone.page.getByText('Nothing was made on this device').waitFor()
    await bob.assertNoFaults()
    await phone.assertNoFaults()
    await phone.context.close()
  })

  it('is let in by a terminal', async () => {
    const home = await mkdtemp(join(tmpdir(), 'sealpost-terminal-'))
    try {
      const sealpost = (...words: readonly string[]): ReturnType<typeof run> =>
        run(process.execPath, [COMMAND, '--home', home, ...words])
      const { relay } = stage.served
      await sealpost('init', '--name', 'carol', '--no-passphrase', '--relay', relay)
      const { person: phone, code, digits } = await show('phone')
      const letting = sealpost('devices', 'link', code)
      letting.child.stdin?.end(`${digits}\n`)
      await phone.page.getByRole('button', { name: 'Yes, it is mine' }).click()
      await phone.page.getByText('Nobody here yet').waitFor()
      const { stderr } = await letting
      assert.match(String(stderr), /phone wants into your account/)
      await phone.assertNoFaults()
      await phone.context.close()
    } finally {
      await rm(home, { recursive: true, force: true })
    }
  })
})
