import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { SampleHistory } from '@sealpost/operator'
import { parseRelayAddress } from '@sealpost/protocol'
import { ProcessLines } from '../e2e/process-lines.ts'
import { assertAccessible, assertAccessibleOnPhone } from './accessible.ts'
import { buildDashboard } from '../tidy/build-dashboard.ts'
import { openBrowser, type OpenBrowser } from './browser.ts'
import { BUILD_MS } from './built-client.ts'
import { loadOn } from './dashboard-load.ts'

const RELAY = fileURLToPath(new URL('../../relay/bin/sealpost-relay.js', import.meta.url))

const PANELS = [
  ...['Alarms', 'Now', 'History', 'Takes in', 'Disk', 'Reached by others', 'Backups'],
  ...[
    'Refused since the start',
    'Not as usual',
    'Reports of people',
    'Said to people',
    'Blocked',
    'Alarms that are over',
    'Changes'
  ]
]

describe('the dashboard of a relay', function () {
  this.timeout(90_000)
  let chromium: OpenBrowser
  let data: string
  let people: string
  let relay: ProcessLines
  let ready: Promise<string>

  before(async function () {
    this.timeout(BUILD_MS)
    await buildDashboard()
    chromium = await openBrowser()
    data = await mkdtemp(join(tmpdir(), 'sealpost-dashboard-'))
    people = await mkdtemp(join(tmpdir(), 'sealpost-people-'))
    const ports = ['--listen', '127.0.0.1:0', '--operator-listen', '127.0.0.1:0']
    await mkdir(join(data, 'watch'), { recursive: true, mode: 0o700 })
    await writeFile(join(data, 'watch', 'history.json'), fillingDisk(Date.now()).toText())
    // True at once, and as long as there is a relay.
    const alarm = ['--alarm-rules', 'ours mailboxes < 1000']
    const words = ['run', '--data', data, ...ports, ...alarm, '--web', 'none', '--json']
    relay = new ProcessLines([RELAY, ...words])
    ready = relay.line((line) => line.includes('"ready"'))
    await ready
    await asked('notices', 'add', 'We move on Sunday', '--days', '3')
  })

  after(async () => {
    await relay.end('SIGKILL')
    await rm(data, { recursive: true, force: true })
    await rm(people, { recursive: true, force: true })
    await chromium[Symbol.asyncDispose]()
  })

  async function asked(...words: readonly string[]): Promise<string> {
    const command = new ProcessLines([RELAY, ...words, '--data', data, '--json'])
    return command.line((line) => line.startsWith('{'))
  }

  async function link(): Promise<string> {
    return (JSON.parse(await asked('dashboard')) as { readonly url: string }).url
  }

  it('is shown to who has a link, once, and says what the relay is', async () => {
    const url = await link()
    const operator = await chromium.person(url)
    const { page } = operator
    await page.getByRole('status').filter({ hasText: 'Serves people' }).waitFor()
    assert.doesNotMatch(page.url(), /ticket/)
    await page.getByText(/\/ip4\/127\.0\.0\.1\/tcp\/\d+\/ws\/p2p\/12D3/).waitFor()
    await page.getByRole('img', { name: /^Connections: / }).waitFor()
    for (const name of PANELS) {
      await page.getByRole('region', { name, exact: true }).first().waitFor()
    }
    await page
      .getByRole('region', { name: 'Said to people' })
      .getByText('We move on Sunday')
      .waitFor()
    const alarms = page.getByRole('region', { name: 'Alarms', exact: true }).getByRole('listitem')
    const alarm = alarms.filter({ hasText: 'ours' })
    await alarm.waitFor()
    await assertAccessible(page, 'English')

    await alarm.getByRole('button', { name: 'I look after it' }).click()
    await alarm.getByText('somebody looks after it').waitFor()
    assert.equal(await alarm.getByRole('button').count(), 0)

    await page.getByRole('combobox', { name: 'Language' }).selectOption('zh-CN')
    await page.getByRole('status').filter({ hasText: '正常服务' }).waitFor()
    assert.equal(await page.locator('html').getAttribute('lang'), 'zh-CN')
    await assertAccessible(page, 'Chinese')
    await page.reload()
    await page.getByRole('status').filter({ hasText: '正常服务' }).waitFor()

    const other = await chromium.person(url)
    await other.page.getByRole('heading', { name: 'Open this page by its link' }).waitFor()
    await assertAccessible(other.page, 'without a link')
    // Into the same tab: only what is behind the # changes.
    await other.page.goto(await link())
    await other.page.getByRole('status').filter({ hasText: 'Serves people' }).waitFor()
    assert.doesNotMatch(other.page.url(), /ticket/)
    await operator.assertNoFaults()
    await operator.context.close()
    await other.context.close()
  })

  it('says what is not as usual and why, and does what helps until it is taken back', async () => {
    const operator = await chromium.person(await link())
    const { page } = operator
    const panel = page.getByRole('region', { name: 'Not as usual' })
    await panel.getByText('The disk fills; at this pace it is full within three days.').waitFor()
    await panel.getByText('Something else than the relay writes to the disk.').waitFor()
    await panel.getByRole('button', { name: 'Do it' }).press('Enter')
    await panel.getByText('deposits-per-second was changed from 20 to 10.').waitFor()
    assert.match(await asked('watch'), /"applied":\[\{"id":1,"option":"deposits-per-second"/)
    await panel.getByRole('button', { name: 'Take it back' }).press('Enter')
    await panel.getByText('Takes half as many deposits from each connection.').waitFor()
    assert.match(await asked('watch'), /"applied":\[\]/)
    await page.getByRole('combobox', { name: 'Language' }).selectOption('zh-CN')
    await page.getByText('磁盘正在变满；照此下去，三天之内会满。').waitFor()
    await operator.assertNoFaults()
    await operator.context.close()
  })

  it('moves under a load, and is used by keys alone', async () => {
    const operator = await chromium.person(await link())
    const { page } = operator
    const taken = page.locator('.live dd').first()
    await taken.filter({ hasText: /^0$/ }).waitFor()
    const { address } = JSON.parse(await ready) as { readonly address: string }
    const load = await loadOn(parseRelayAddress(address), people)
    await taken.filter({ hasText: /[1-9]/ }).waitFor()
    const mailboxes = page.locator('.tiles .card', { hasText: 'Mailboxes' })
    await mailboxes.filter({ hasText: /[1-9]/ }).waitFor()
    await load.end()
    await taken.filter({ hasText: /^0$/ }).waitFor()

    await page.getByRole('radio', { name: 'Hour' }).focus()
    await page.keyboard.press('ArrowRight')
    assert.ok(await page.getByRole('radio', { name: 'Day' }).isChecked())
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    const tables = page.getByRole('button', { name: 'As tables' })
    assert.equal(await tables.getAttribute('aria-pressed'), 'true')
    await page.getByRole('table', { name: 'Connections', exact: true }).waitFor()
    assert.equal(await page.getByRole('img').count(), 0)
    await assertAccessible(page, 'as tables')
    await assertAccessibleOnPhone(page, 'as tables')
    for (const width of [320, 360, 1280, 1920]) {
      await page.setViewportSize({ width, height: 900 })
      const overflow = await page.evaluate(() => {
        const { clientWidth, scrollWidth } = document.documentElement
        return scrollWidth - clientWidth
      })
      assert.equal(overflow, 0, `at ${String(width)} px`)
    }
    await operator.assertNoFaults()
    await operator.context.close()
  })

  it('says that what it shows is old where the relay is gone', async () => {
    const operator = await chromium.person(await link())
    const { page } = operator
    await page.getByRole('status').filter({ hasText: 'Serves people' }).waitFor()
    await relay.end('SIGTERM')
    await page.getByRole('alert').filter({ hasText: 'The relay does not answer' }).waitFor()
    assert.equal(await page.getByText('Serves people').count(), 0)
    await operator.context.close()
  })
})

/** Half a day in which something else than the relay writes to the disk. */
function fillingDisk(nowMs: number): SampleHistory {
  const history = new SampleHistory()
  for (let minutes = 720; minutes > 0; minutes--) {
    const values = { 'disk-free-bytes': 4e9 + minutes * 20e6, 'store-bytes': 20e6 }
    history.add({ atMs: nowMs - minutes * 60_000, values })
  }
  return history
}
