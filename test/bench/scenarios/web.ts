/**
 * The web client as it ships, served by a relay, in Chromium: what a person waits for. A home with a long history comes into the browser as
 * people bring one: as a backup.
 */
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { ContactId } from '@sealpost/protocol'
import { openLevelStore } from '@sealpost/storage-level'
import type { CDPSession, Page } from 'playwright-core'
import { writeHistory } from '../../../packages/client/bench/long-history.ts'
import { openBrowser, type OpenBrowser, type Person } from '../../web/browser.ts'
import { serveClient } from '../../web/served-client.ts'
import { figure } from '../figures.ts'
import type { Bench, Findings, Scenario } from '../scenario.ts'

const PASSPHRASE = 'seven words that nobody would guess so soon'
/** Lighthouse's preset for phones, as it is applied through the browser. */
const PHONE = { latency: 562.5, downloadThroughput: 184_320, uploadThroughput: 84_375 }
const SLOW_CPU = 4
const KEYS = 40

const run = promisify(execFile)

export const web: Scenario = {
  names: { web: 'the web client in Chromium: its first picture, chats, search, and another tab' },
  run: measure
}

async function measure(bench: Bench): Promise<Findings> {
  await using served = await serveClient()
  await using chromium = await openBrowser()
  const rounds = bench.depth.coldStarts
  bench.say('first picture')
  const paints: { readonly first: number; readonly largest: number }[] = []
  for (let round = 0; round < rounds; round++) {
    paints.push(await paintOnPhone(chromium, served.link))
  }
  bench.say('a home with a long history')
  const { person, count } = await longHome(bench, chromium, served)
  const opened: { readonly list: number; readonly online: number }[] = []
  for (let round = 0; round < rounds; round++) {
    opened.push(await openAgain(person.page))
  }
  bench.say('chats, keys and search')
  const searches = await eachOf(rounds, () => search(person.page))
  const session = await person.context.newCDPSession(person.page)
  await session.send('Emulation.setCPUThrottlingRate', { rate: SLOW_CPU })
  const switches = await switchChats(person.page, bench.depth.chatSwitches)
  const keys = await keyPaints(person.page)
  await session.send('Emulation.setCPUThrottlingRate', { rate: 1 })
  bench.say('another tab takes over')
  const takeovers = await takeOver(person, served.link, rounds)
  const row = (name: string, times: readonly number[], goalMax: number) =>
    figure({ scenario: 'web', name, unit: 'ms', rounds: times, goalMax })
  return {
    figures: [
      row(
        'first contentful paint, as a phone',
        paints.map(({ first }) => first),
        1_500
      ),
      row(
        'largest contentful paint, as a phone',
        paints.map(({ largest }) => largest),
        2_000
      ),
      row(
        'reload to the list of chats',
        opened.map(({ list }) => list),
        400
      ),
      row(
        'reload to a relay that is ready',
        opened.map(({ online }) => online),
        1_500
      ),
      row(`search of ${String(count)} messages`, searches, 150),
      row('another chat is shown, CPU 4 times as slow, 95 of 100', [percentile(switches, 95)], 150),
      row('key to paint, CPU 4 times as slow, 95 of 100', [percentile(keys, 95)], 32),
      row('another tab answers after the one that was the peer is gone', takeovers, 500)
    ],
    remarks: [
      `The web client is the build that ships, with its headers, served by a relay in the bench's own process, in headless Chromium; ${String(count)} messages of 240 B came by a backup. "As a phone" is Lighthouse's preset: 562.5 ms a request, 1.47 Mbit/s, CPU 4 times as slow.`
    ]
  }
}

async function eachOf(count: number, task: () => Promise<number>): Promise<readonly number[]> {
  const times: number[] = []
  for (let at = 0; at < count; at++) {
    times.push(await task())
  }
  return times
}

async function paintOnPhone(
  chromium: OpenBrowser,
  link: string
): Promise<{ readonly first: number; readonly largest: number }> {
  const { context, page } = await chromium.person('about:blank')
  const session: CDPSession = await context.newCDPSession(page)
  await session.send('Network.enable')
  await session.send('Network.emulateNetworkConditions', { offline: false, ...PHONE })
  await session.send('Emulation.setCPUThrottlingRate', { rate: SLOW_CPU })
  await page.goto(link)
  await page.getByRole('button', { name: 'Get started' }).waitFor()
  const paints = await page.evaluate(
    () =>
      new Promise<{ readonly first: number; readonly largest: number }>((resolve) => {
        const first = performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN
        new PerformanceObserver((list) => {
          resolve({ first, largest: list.getEntries().at(-1)?.startTime ?? NaN })
        }).observe({ type: 'largest-contentful-paint', buffered: true })
      })
  )
  await context.close()
  return paints
}

/** Somebody with two chats, one of them long. */
async function longHome(
  bench: Bench,
  chromium: OpenBrowser,
  { link, relay }: { readonly link: string; readonly relay: string }
): Promise<{ readonly person: Person; readonly count: number }> {
  const count = bench.depth.name === 'full' ? 10_000 : 500
  const sealpost = async (name: string, ...words: readonly string[]): Promise<string> => {
    const home = ['--home', join(bench.directory, `web-${name}`)]
    const env = { ...process.env, SEALPOST_BACKUP_PASSPHRASE: PASSPHRASE }
    return (await run(process.execPath, [bench.apps.sealpost, ...home, ...words], { env })).stdout
  }
  const names = ['alice', 'bob', 'carol']
  for (const name of names) {
    await sealpost(name, 'init', '--name', name, '--no-passphrase', '--relay', relay)
  }
  for (const name of names.slice(1)) {
    const invited = JSON.parse(await sealpost('alice', 'invite', '--json')) as { link: string }
    await sealpost(name, 'add', invited.link)
    await sealpost('alice', 'inbox')
    await sealpost('alice', 'send', name, 'hello', '--wait', 'on-relay')
  }
  const listed = (await sealpost('alice', 'contacts', '--json')).trim().split('\n')
  const bob = listed
    .map((line) => JSON.parse(line) as { readonly name: string; readonly contactId: ContactId })
    .find(({ name }) => name === 'bob')
  if (bob === undefined) {
    throw new Error('alice does not know bob')
  }
  const open = () => openLevelStore(join(bench.directory, 'web-alice', 'store'))
  const history = { contactId: bob.contactId, count, padding: 200, lastAtMs: Date.now() - 60_000 }
  await writeHistory({ open, passphrase: undefined }, history)
  const path = join(bench.directory, 'alice.backup')
  await sealpost('alice', 'backup', '--passphrase', path)
  const person = await chromium.person(link)
  const { page } = person
  await page.getByRole('button', { name: 'Restore a backup' }).click()
  await page.getByLabel('Backup file').setInputFiles({
    name: 'alice.backup',
    mimeType: 'application/octet-stream',
    buffer: await readFile(path)
  })
  await page.getByLabel('Recovery phrase').fill(PASSPHRASE)
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('button', { name: 'Not now' }).click()
  await page.getByRole('link', { name: 'bob' }).first().waitFor({ timeout: 300_000 })
  return { person, count }
}

async function openAgain(page: Page): Promise<{ readonly list: number; readonly online: number }> {
  await page.reload()
  await page.locator('.pill.ready').waitFor()
  // Marked by the page itself, so that the way to this process does not count.
  return page.evaluate(() => {
    const at = (name: string): number => performance.getEntriesByName(name)[0]?.startTime ?? NaN
    return { list: at('sealpost chats'), online: at('sealpost online') }
  })
}

async function search(page: Page): Promise<number> {
  const ms = await page.evaluate(async () => {
    const field = document.querySelector<HTMLInputElement>('.search input')
    if (field === null) {
      throw new Error('there is nothing to search in')
    }
    const startMs = performance.now()
    field.value = '77'
    field.dispatchEvent(new Event('input', { bubbles: true }))
    while (document.querySelector('.found mark') === null) {
      await new Promise(requestAnimationFrame)
    }
    const foundMs = performance.now() - startMs
    field.value = ''
    field.dispatchEvent(new Event('input', { bubbles: true }))
    return foundMs
  })
  await page.getByRole('link', { name: 'carol' }).first().waitFor()
  return ms
}

async function switchChats(page: Page, count: number): Promise<readonly number[]> {
  const times: number[] = []
  for (let at = 0; at < count; at++) {
    const name = at % 2 === 0 ? 'bob' : 'carol'
    await page.getByRole('link', { name }).first().waitFor()
    const ms = await page.evaluate(async (who) => {
      const rows = [...document.querySelectorAll<HTMLElement>('.chat-row')]
      const row = rows.find((one) => one.textContent.includes(who))
      const startMs = performance.now()
      row?.click()
      const isShown = (): boolean =>
        document.querySelector('main.chat')?.getAttribute('aria-label') === who &&
        document.querySelector('.timeline .message') !== null
      while (!isShown()) {
        await new Promise(requestAnimationFrame)
      }
      // The frame in which it is seen.
      await new Promise(requestAnimationFrame)
      return performance.now() - startMs
    }, name)
    times.push(ms)
  }
  return times
}

/** As the browser itself counts it, from the key to the picture that shows it. */
async function keyPaints(page: Page): Promise<readonly number[]> {
  await page.getByRole('textbox', { name: 'Write a message' }).click()
  const seen = await page.evaluateHandle(() => {
    const times: number[] = []
    const options = { type: 'event', durationThreshold: 16 }
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        if (entry.name === 'keydown') {
          times.push(entry.duration)
        }
      }
    }).observe(options)
    return times
  })
  await page.keyboard.type('x'.repeat(KEYS), { delay: 60 })
  await page.evaluate(() => new Promise(requestAnimationFrame))
  const slow = await seen.jsonValue()
  await page.getByRole('textbox', { name: 'Write a message' }).fill('')
  // What was faster than a frame is not told.
  return [...slow, ...Array.from({ length: Math.max(0, KEYS - slow.length) }, () => 16)]
}

async function takeOver(
  { context, page: first }: Person,
  link: string,
  count: number
): Promise<readonly number[]> {
  const times: number[] = []
  let peer = first
  for (let at = 0; at < count; at++) {
    const page = await context.newPage()
    await page.goto(link)
    await page.locator('.chat-row').first().waitFor()
    // Until the worker of this tab has loaded what it would need.
    await page.waitForFunction(() => performance.now() > 5_000)
    const waiting = page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          const channel = new BroadcastChannel('sealpost')
          channel.onmessage = ({ data }: MessageEvent<{ readonly kind: string }>) => {
            if (data.kind === 'hello') {
              channel.close()
              resolve(Date.now())
            }
          }
        })
    )
    const goneMs = Date.now()
    await peer.close()
    times.push((await waiting) - goneMs)
    peer = page
  }
  return times
}

function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? NaN
}
