import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Page } from 'playwright-core'
import { ProcessLines } from '../e2e/process-lines.ts'
import { buildDeskPage } from '../tidy/build-desk-page.ts'
import { ROOT } from '../tidy/tree.ts'
import { assertAccessible } from './accessible.ts'
import { openBrowser, type OpenBrowser } from './browser.ts'
import { BUILD_MS } from './built-client.ts'
import { focused } from './focused.ts'
import { serveClient, type ServedClient } from './served-client.ts'

const COMMAND = join(ROOT, 'packages/cli/bin/sealpost.js')
const run = promisify(execFile)
const NARROW = { width: 320, height: 640 }

type Home = 'alice' | 'rita'

describe('the page of a desk', function () {
  this.timeout(90_000)
  let folder: string
  let chromium: OpenBrowser
  let relay: ServedClient
  let desk: ProcessLines
  let url: string
  let address: string

  before(async function () {
    this.timeout(BUILD_MS)
    await buildDeskPage()
    folder = await mkdtemp(join(tmpdir(), 'sealpost-desk-page-'))
    chromium = await openBrowser()
    relay = await serveClient({ web: 'none' })
    for (const name of ['alice', 'rita'] as const) {
      await sealpost(name, 'init', '--name', name, '--no-passphrase', '--relay', relay.relay)
    }
    await sealpost('rita', 'desk', 'canned', 'when', '--text', 'Since when?')
    const words = ['--home', join(folder, 'rita'), '--json', 'desk', '--page', '--port', '0']
    desk = new ProcessLines([COMMAND, ...words])
    const ready = await desk.line((line) => line.includes('"isReady"'))
    const said = JSON.parse(ready) as { readonly link: string; readonly page: string }
    ;[address, url] = [said.link, said.page]
  })

  after(async () => {
    await desk.end('SIGKILL')
    await chromium[Symbol.asyncDispose]()
    await relay[Symbol.asyncDispose]()
    await rm(folder, { recursive: true, force: true })
  })

  async function sealpost(home: Home, ...words: readonly string[]): Promise<string> {
    const line = [COMMAND, '--home', join(folder, home), '--json', ...words]
    const { stdout } = await run(process.execPath, line)
    return stdout
  }

  async function report(category: string, text: string): Promise<string> {
    const line = ['--desk', address, '--line', 'Sealpost 1.0.0']
    const said = await sealpost('alice', 'report', category, text, ...line)
    return (JSON.parse(said) as { readonly number: string }).number
  }

  async function assertFits(page: Page): Promise<void> {
    const { width } = page.viewportSize() ?? NARROW
    const wide = await page.evaluate(() => document.documentElement.scrollWidth)
    assert.ok(wide <= width, `${String(wide)} of ${String(width)}`)
  }

  it('shows what comes as it comes; it is answered, tagged, solved and counted there, by keys', async () => {
    const operator = await chromium.person(url)
    const { page } = operator
    await page.getByText('No report has come yet.').waitFor()
    assert.doesNotMatch(page.url(), /ticket/)
    await assertAccessible(page, 'empty')
    const slow = await report('problem', 'It is slow.\nVery slow.')
    const row = page.getByRole('link', { name: slow })
    await row.getByText('Received').waitFor()
    await page.getByRole('status').getByText('One waits for an answer').waitFor()
    await report('wish', 'more lighthouses')
    await page.getByRole('status').getByText('2 wait for an answer').waitFor()

    await row.focus()
    await page.keyboard.press('Enter')
    const ticket = page.getByRole('article', { name: `Report ${slow}` })
    await ticket.getByText('Very slow.').waitFor()
    assert.equal(await ticket.locator('pre').innerText(), 'Sealpost 1.0.0')
    await focused(page.locator('#ticket')).waitFor()
    await assertAccessible(page, 'one report')

    await page.getByLabel('Insert an answer that is kept').selectOption('when')
    assert.equal(await page.getByLabel('What to say').inputValue(), 'Since when?')
    await page.getByRole('button', { name: 'Send' }).press('Enter')
    await ticket.getByRole('listitem').getByText('Since when?').waitFor()
    await page.getByText('Sent. It goes out').waitFor()
    await sealpost('alice', 'reports', 'answer', slow, 'Since today.')
    await ticket.getByRole('listitem').getByText('Since today.').waitFor()

    await page.getByLabel('What it came from').fill('Disk slow-start')
    await page.getByLabel('What it came from').press('Enter')
    await row.getByText('#disk · #slow-start').waitFor()
    await page.getByLabel('What it came from').fill('ä')
    assert.equal(await page.getByRole('button', { name: 'Save causes' }).isDisabled(), true)

    await page.getByRole('radio', { name: 'solved' }).press('Space')
    await page.getByLabel('In which version').fill('1.2.3')
    await page.getByLabel('What to say').fill('Upgrade.')
    await page.getByRole('button', { name: 'Send' }).click()
    await ticket.locator('.standing-line').getByText('Solved in 1.2.3').waitFor()
    await page.keyboard.press('Escape')
    await ticket.waitFor({ state: 'detached' })
    assert.equal(await row.count(), 0)
    await page.getByRole('radio', { name: 'All' }).check()
    await page.getByRole('searchbox', { name: 'Number or cause' }).fill('disk')
    await row.waitFor()
    assert.equal(await page.locator('.rows li').count(), 1)
    for (let said = ''; !/"state":"solved","version":"1.2.3"/.test(said);) {
      said = await sealpost('alice', 'reports', 'show', slow)
    }

    await page.getByRole('link', { name: 'Counts' }).click()
    const counts = page.getByRole('table')
    assert.match(await counts.getByRole('row', { name: /^All reports/ }).innerText(), /\t2$/)
    assert.match(await counts.getByRole('row', { name: /^slow-start/ }).innerText(), /\t1$/)
    await assertAccessible(page, 'counts')
    await page.getByRole('combobox', { name: 'Language' }).selectOption('zh-CN')
    await page.getByRole('heading', { name: '每月收到的报告' }).waitFor()
    assert.equal(await page.locator('html').getAttribute('lang'), 'zh-CN')
    await assertAccessible(page, 'counts in Chinese')
    await page.setViewportSize(NARROW)
    await assertFits(page)
    await page.getByRole('link', { name: '报告', exact: true }).click()
    await page.getByRole('link').filter({ hasText: '愿望' }).click()
    await page.getByText('more lighthouses').waitFor()
    await assertFits(page)
    await assertAccessible(page, 'one report on a phone, in Chinese')
    await page.getByRole('link', { name: '所有报告' }).click()
    await page.getByRole('radio', { name: '未了结' }).waitFor()
    await assertFits(page)
    await operator.assertNoFaults()
    await operator.context.close()
  })

  it('opens once by a link, once more by another, and says when the desk is gone', async () => {
    const second = await chromium.person(url)
    await second.page.getByRole('heading', { name: 'Open this page by its link' }).waitFor()
    await assertAccessible(second.page, 'without a link')
    await second.context.close()
    const { page: link } = JSON.parse(await sealpost('rita', 'desk', 'page')) as {
      readonly page: string
    }
    const third = await chromium.person(link)
    await third.page.getByRole('link', { name: 'Wish' }).waitFor()
    await third.page.reload()
    await third.page.getByRole('link', { name: 'Wish' }).waitFor()
    await desk.end('SIGTERM')
    await third.page.getByRole('alert').getByText('The desk does not answer').waitFor()
    await third.context.close()
  })
})
