/** The operator's page of a relay that has been used for a day, as a picture, at the widths of a phone, a desk and a wall. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { SampleHistory } from '@sealpost/operator'
import { parseRelayAddress } from '@sealpost/protocol'
import { ProcessLines } from '../e2e/process-lines.ts'
import { buildDashboard } from '../tidy/build-dashboard.ts'
import type { OpenBrowser } from './browser.ts'
import { loadOn } from './dashboard-load.ts'

const RELAY = fileURLToPath(new URL('../../relay/bin/sealpost-relay.js', import.meta.url))
const SIZES = [
  { width: 360, height: 800 },
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 }
]
const THEMES = ['light', 'dark'] as const
const HOUR_MS = 3_600_000
/** Until there is something to see in what is live. */
const USE_MS = 40_000

/** @returns how many pictures it made in `folder` */
export async function photographDashboard(
  browser: OpenBrowser,
  { folder, locales }: { readonly folder: string; readonly locales: readonly string[] }
): Promise<number> {
  await buildDashboard()
  const place = await mkdtemp(join(tmpdir(), 'sealpost-pictures-'))
  const data = join(place, 'relay')
  await mkdir(join(data, 'watch'), { recursive: true, mode: 0o700 })
  await writeFile(join(data, 'watch', 'history.json'), usedForADay(Date.now()).toText())
  const where = ['--data', data]
  const ports = ['--listen', '127.0.0.1:0', '--operator-listen', '127.0.0.1:0']
  const backups = ['--backup-directory', join(place, 'backups')]
  // Two people write what many would.
  const rates = ['--deposits-per-second', '1000', '--mailbox-deposits-per-minute', '100000']
  const words = [...where, ...ports, ...backups, ...rates, '--json']
  const relay = new ProcessLines([RELAY, 'run', ...words])
  const ready = await relay.line((line) => line.includes('"ready"'))
  const { address } = JSON.parse(ready) as { readonly address: string }
  await told('block', 'range', '198.51.100.0/24', '--reason', 'floods strangers', ...where)
  const load = await loadOn(parseRelayAddress(address), place)
  const link = JSON.parse(await told('dashboard', ...where)) as { readonly url: string }
  const { context, page } = await browser.person(link.url)
  await setTimeout(USE_MS)
  let count = 0
  for (const locale of locales) {
    await page.locator('header select').selectOption(locale)
    for (const theme of THEMES) {
      await page.emulateMedia({ colorScheme: theme })
      for (const [span, at] of [
        ['hour', 0],
        ['day', 1]
      ] as const) {
        await page.locator('input[name=span]').nth(at).check()
        for (const size of SIZES) {
          await page.setViewportSize(size)
          await setTimeout(1_500)
          const name = `dashboard-${span}.${locale}.${theme}.${String(size.width)}.png`
          await page.screenshot({ path: join(folder, name) })
          count++
        }
      }
    }
  }
  await context.close()
  await load.end()
  await relay.end('SIGTERM')
  await rm(place, { recursive: true, force: true })
  return count
}

async function told(...words: readonly string[]): Promise<string> {
  return new ProcessLines([RELAY, ...words, '--json']).line((line) => line.startsWith('{'))
}

/** What a small relay measures in a day and a half: people write by day, and less by night. */
function usedForADay(nowMs: number): SampleHistory {
  const history = new SampleHistory()
  for (let atMs = nowMs - 36 * HOUR_MS; atMs < nowMs - 60_000; atMs += 60_000) {
    const day = 1 - Math.cos((atMs / HOUR_MS / 24) * 2 * Math.PI)
    const swing = 1 + Math.sin(atMs / 300_000) / 12 + Math.sin(atMs / 47_000) / 20
    const rate = (0.8 + 2.4 * day) * swing
    history.add({
      atMs,
      values: {
        'deposits-per-second': rate,
        'deliveries-per-second': rate * 0.98,
        'refused-per-second': Math.sin(atMs / 900_000) > 0.98 ? 0.4 : 0,
        connections: Math.round((14 + 40 * day) * swing),
        'deposit-ms': 4 + 3 * day * swing,
        'commit-ms': 3 + 2 * day * swing,
        'loop-lag-ms': 1 + day * swing,
        envelopes: Math.round(900 + 500 * day),
        unacked: Math.round(6 * day * swing),
        'disk-free-bytes': 40e9 - 2e9 * day,
        'store-bytes': 21e6 + 4e6 * day,
        'resident-bytes': 168e6 + 9e6 * day
      }
    })
  }
  return history
}
