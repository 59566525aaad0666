import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { assertAccessible } from './accessible.ts'
import { openBrowser, type OpenBrowser } from './browser.ts'

const SIMULATOR = fileURLToPath(
  new URL('../../packages/simulator/bin/sealpost-sim.js', import.meta.url)
)
const SCENARIO = `sealpost-sim: 1
question: How long do texts take, and what do relays keep?
duration: 10m
clients: {count: 6}
relays: {count: 4}
churn: {model: always-on}
workload: {messagesPerDay: 1000, contacts: 3}
expect: {deliveryRatio: {min: 0.9}, duplicates: {max: 0}, networkLatencyP50Ms: {max: 1}}
sweep: {relays.replicas: [1, 2], seeds: 2}
`
const WIDTHS: readonly number[] = [360, 1280]

describe('the pages that a simulation leaves behind', function () {
  this.timeout(90_000)
  let chromium: OpenBrowser
  let folder: string

  before(async () => {
    chromium = await openBrowser()
    folder = await mkdtemp(join(tmpdir(), 'sealpost-sim-'))
    const file = join(folder, 'small.yaml')
    await writeFile(file, SCENARIO)
    const words = ['run', file, '--workers', '1', '--out', join(folder, 'out')]
    const command = spawn(process.execPath, [SIMULATOR, ...words], { stdio: 'ignore' })
    // What it expects of the latency is not so.
    assert.deepEqual(await once(command, 'close'), [1, null])
  })

  after(async () => {
    await rm(folder, { recursive: true, force: true })
    await chromium[Symbol.asyncDispose]()
  })

  async function pages(): Promise<readonly (readonly [what: string, path: string])[]> {
    const out = join(folder, 'out')
    const [variant = ''] = (await readdir(out)).filter((name) => name.startsWith('02-')).sort()
    return [
      ['the report of a run', join(out, variant, 'report.html')],
      ['the page of a sweep', join(out, 'report.html')]
    ]
  }

  for (const colorScheme of ['light', 'dark'] as const) {
    it(`can be used by everybody, on a phone and at a desk, in ${colorScheme} colours`, async () => {
      const context = await chromium.browser.newContext({ colorScheme })
      const page = await context.newPage()
      for (const [what, path] of await pages()) {
        await page.goto(pathToFileURL(path).href)
        for (const summary of await page.locator('summary').all()) {
          await summary.click()
        }
        for (const width of WIDTHS) {
          await page.setViewportSize({ width, height: 800 })
          await assertAccessible(page, `${what}, ${colorScheme}, ${String(width)} px`)
          const wide = await page.evaluate(() => document.documentElement.scrollWidth)
          assert.ok(wide <= width, `${what} is wider than ${String(width)} px`)
        }
      }
      await context.close()
    })
  }
})
