import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Page } from 'playwright-core'
import { ProcessLines } from '../e2e/process-lines.ts'
import { ROOT } from '../tidy/tree.ts'
import { makeAccount, openBrowser, type OpenBrowser } from './browser.ts'
import { BUILD_MS } from './built-client.ts'
import { serveClient, type ServedClient } from './served-client.ts'

const COMMAND = join(ROOT, 'packages/cli/bin/sealpost.js')
const run = promisify(execFile)
const PASSPHRASE = 'four random words here'
const STATE_SHOWN_MS = 5_000

describe('a report from the web client', function () {
  this.timeout(90_000)
  let folder: string
  let rita: string
  let chromium: OpenBrowser
  let other: ServedClient
  let served: ServedClient
  let desk: ProcessLines

  before(async function () {
    this.timeout(BUILD_MS)
    folder = await mkdtemp(join(tmpdir(), 'sealpost-reports-'))
    rita = join(folder, 'rita')
    chromium = await openBrowser()
    // The desk is known before the relay that names it is.
    other = await serveClient({ web: 'none' })
    await sealpost('init', '--name', 'rita', '--no-passphrase', '--relay', other.relay)
    desk = new ProcessLines([COMMAND, '--home', rita, '--json', 'desk', '--within', '48'])
    const ready = await desk.line((line) => line.includes('"isReady"'))
    const { link } = JSON.parse(ready) as { readonly link: string }
    served = await serveClient({ desk: link, data: join(folder, 'relay') })
  })

  after(async () => {
    await desk.end('SIGTERM')
    await chromium[Symbol.asyncDispose]()
    await served[Symbol.asyncDispose]()
    await other[Symbol.asyncDispose]()
    await rm(folder, { recursive: true, force: true })
  })

  /** Rita, who runs the relay. */
  async function sealpost(...words: readonly string[]): Promise<string> {
    const { stdout } = await run(process.execPath, [COMMAND, '--home', rita, '--json', ...words])
    return stdout
  }

  /** @returns what `task` led to being shown, at most so long after it was done */
  async function shownSoon(
    task: () => Promise<unknown>,
    shown: () => Promise<unknown>
  ): Promise<void> {
    await task()
    const beganMs = performance.now()
    await shown()
    const tookMs = performance.now() - beganMs
    assert.ok(tookMs < STATE_SHOWN_MS, `${String(tookMs)} ms`)
  }

  async function writeReport(page: Page, text: string): Promise<string> {
    await page.getByLabel('What happened').fill(text)
    await page.getByRole('button', { name: 'Send report' }).click()
    const said = await page.getByText('Your report has the number').innerText()
    return /[2-9A-Z]{4}-[2-9A-Z]{4}/.exec(said)?.[0] ?? assert.fail(said)
  }

  it('goes to the desk of the relay as it was shown, is answered and solved, and nobody learns who wrote it', async () => {
    const alice = await chromium.person(served.link)
    const { page } = alice
    await makeAccount(page, 'alice', PASSPHRASE)
    await page.goto(`${served.link}#/settings`)
    await page.getByRole('link', { name: 'Report a problem' }).click()
    await page.getByText('goes to whoever runs your relay, 127.0.0.1').waitFor()
    await page.getByText('You have reported nothing yet.').waitFor()
    await page.getByRole('switch', { name: 'Add what helps' }).check()
    const shown = await page.locator('form .lines code').allInnerTexts()
    await page.getByRole('button', { name: `Take out: ${shown[1] ?? ''}` }).click()
    await page.getByLabel('What happened').fill('The sunset is slow.')
    await page.getByText('Exactly this is sent').click()
    const exactly = await page.locator('.exactly').innerText()
    assert.match(
      exactly,
      /^sealpost-report\/1 open [2-9A-Z-]{9} problem whole \d+\nThe sunset is slow\.\n/
    )
    const number = await writeReport(page, 'The sunset is slow.')
    assert.ok(exactly.includes(number))
    await desk.line((line) => line.includes(number))
    const opened = JSON.parse(await sealpost('desk', 'show', number)) as {
      readonly words: readonly { readonly text: string; readonly lines: readonly string[] }[]
    }
    const [word] = opened.words
    assert.deepEqual(exactly.split('\n').slice(1), [word?.text, ...(word?.lines ?? [])])
    assert.equal(word?.lines.includes(shown[1] ?? ''), false)

    // Its receipt, and what the operator does, as it happens.
    await page.getByRole('link', { name: number }).getByText('Received').waitFor()
    await page.getByRole('link', { name: 'See what becomes of it' }).click()
    await page.getByText('An answer is to come within 48 hours.').waitFor()
    await shownSoon(
      () => sealpost('desk', 'state', number, 'looking'),
      () => page.locator('.ticket').getByText('Being looked at').waitFor()
    )
    await shownSoon(
      () => sealpost('desk', 'answer', number, 'Since when?'),
      () => page.locator('.ticket-words').getByText('Since when?').waitFor()
    )
    await page.getByLabel('Add something').fill('Since today.')
    await page.getByRole('button', { name: 'Send', exact: true }).click()
    await page.locator('.ticket-words').getByText('Since today.').waitFor()
    for (let said = ''; !said.includes('Since today.');) {
      said = await sealpost('desk', 'show', number)
    }

    // Elsewhere in the app it is said above everything, also after the page was locked.
    await page.getByRole('button', { name: 'Lock' }).click()
    await sealpost('desk', 'state', number, 'solved', '--in', '1.2.3', '--text', 'Reload.')
    await page.getByLabel('Passphrase').fill(PASSPHRASE)
    await page.getByRole('button', { name: 'Unlock' }).click()
    await page.evaluate(() => {
      location.hash = '#/'
    })
    const news = page.locator('.banner', { hasText: `${number}: Solved in version 1.2.3` })
    await news.getByRole('link', { name: 'Look' }).click()
    await page.locator('.ticket-words').getByText('Reload.').waitFor()
    await news.waitFor({ state: 'detached' })

    const learned = (await sealpost('desk', 'show', number)) + (await sealpost('contacts'))
    assert.doesNotMatch(learned, /alice/)
    assert.match(learned, /"report/)
    await alice.assertNoFaults()
    await alice.context.close()
    await served.stop()
    const data = join(folder, 'relay')
    const files = await readdir(data, { recursive: true, withFileTypes: true })
    const found = files.filter((file) => file.isFile())
    const held = await Promise.all(
      found.map(({ parentPath, name }) => readFile(join(parentPath, name), 'latin1'))
    )
    assert.doesNotMatch(held.join(), /alice|sunset|Since today/)
    await served.start()
  })

  it('is written without a network, waits, and goes out by itself; and can be withdrawn', async () => {
    const bob = await chromium.person(served.link)
    const { page } = bob
    await makeAccount(page, 'bob')
    await page.goto(`${served.link}#/settings/feedback`)
    await page.getByText('goes to whoever runs your relay').waitFor()
    await served.stop()
    await page.getByText('No relay can be reached now.').waitFor()
    await page.getByRole('radio', { name: 'A complaint' }).check()
    await page.getByText('goes to the very people who run it').waitFor()
    const number = await writeReport(page, 'Too few lighthouses.')
    const row = page.getByRole('link', { name: number })
    await row.getByText('Waits here, and goes out by itself').waitFor()
    await page.reload()
    await row.getByText('Waits here, and goes out by itself').waitFor()
    await served.start()
    await desk.line((line) => line.includes(number) && line.includes('complaint'))
    await row.getByText('Received').waitFor()
    await row.click()
    await page.getByRole('button', { name: 'Withdraw' }).click()
    await page.getByRole('button', { name: 'Withdraw it' }).click()
    await page.locator('.ticket').getByText('Withdrawn by you').waitFor()
    for (let said = ''; !said.includes('"state":"withdrawn"');) {
      said = await sealpost('desk', 'show', number)
    }
    await bob.context.close()
  })

  it('of a request begins with what it said, and asks before anything goes', async () => {
    const carol = await chromium.person(served.link)
    const { page } = carol
    await makeAccount(page, 'carol')
    await page.goto(`${served.link}#/add`)
    await page.getByRole('switch', { name: 'Reusable address' }).check()
    await page.getByText('whoever has it may ask').waitFor()
    const address = await page.getByRole('textbox', { name: 'Your link' }).inputValue()
    await sealpost('add', address, '--text', 'buy my coins')
    await page.goto(`${served.link}#/requests`)
    await page
      .getByRole('article', { name: 'rita' })
      .getByRole('button', { name: 'Report' })
      .click()
    const text = page.getByLabel('What happened')
    await text.waitFor()
    assert.match(
      await text.inputValue(),
      /calls themselves “rita” asked to talk to me.*\n\nbuy my coins$/
    )
    assert.equal(await page.getByRole('radio', { name: 'Abuse' }).isChecked(), true)
    await page.getByText('They cannot see who wrote to you').waitFor()
    const number = await writeReport(page, await text.inputValue())
    await desk.line((line) => line.includes(number) && line.includes('abuse'))

    // The same of a message, once they talk.
    await page.goto(`${served.link}#/requests`)
    await page.getByRole('button', { name: 'Accept' }).click()
    const message = page.locator('.message', { hasText: 'buy my coins' })
    await message.getByRole('button', { name: 'What to do with this message' }).click()
    await page.getByRole('menuitem', { name: 'Report' }).click()
    await text.waitFor()
    assert.match(await text.inputValue(), /“rita” wrote to me:\n\nbuy my coins$/)
    await carol.assertNoFaults()
    await carol.context.close()
  })
})
