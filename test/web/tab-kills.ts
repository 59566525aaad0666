/**
 * Somebody writes in several tabs, and the tab whose worker is the peer is closed in the midst of it, again and again: what was
 * written is there once, in order, on both sides.
 */
import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { composer, openChat } from './acquaintance.ts'
import type { Person } from './browser.ts'

/** Messages of a round, and after how many of them the tab goes. */
const ROUND = 4
const KILLED_AFTER = 2
/** A relay takes 120 messages a minute into one mailbox; what was written faster comes after. */
const ARRIVAL_MS = 300_000

async function write(page: Page, text: string): Promise<void> {
  await composer(page).fill(text)
  await page.keyboard.press('Enter')
}

/** @returns what was written, in order. */
export async function writeWhileTabsGo(
  bob: Person,
  link: string,
  kills: number
): Promise<readonly string[]> {
  const written: string[] = []
  let peer = bob.page
  for (let round = 0; round < kills; round++) {
    const page = await bob.context.newPage()
    await page.goto(link)
    await openChat(page, 'alice')
    for (let at = 0; at < ROUND; at++) {
      const text = `${String(round)}.${String(at)}`
      await write(page, text)
      written.push(text)
      if (at + 1 === KILLED_AFTER) {
        await peer.close()
      }
    }
    // Until it is there, the next tab would not be the one that waits.
    await page.getByRole('article', { name: written.at(-1) ?? '' }).waitFor()
    peer = page
  }
  return written
}

/** What a page shows of a conversation, and where it stands in it. */
function shownEntries(page: Page): Promise<readonly (readonly [key: string, text: string])[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('.timeline .entry')].flatMap((entry) => {
      // What is out of sight is not laid out, and has its text all the same.
      const text = entry.querySelector('.text')?.textContent
      return text === undefined ? [] : [[entry.dataset['key'] ?? '', text] as const]
    })
  )
}

/** Every text of a conversation, the first of them first: read back to its beginning, since a page shows a stretch of it. */
async function allTexts(page: Page): Promise<readonly string[]> {
  const found = new Map(await shownEntries(page))
  const begin = page.locator('.timeline .begin')
  let texts = [...found.values()]
  while ((await begin.count()) === 0) {
    await page.evaluate(async () => {
      const timeline = document.querySelector('.timeline')
      const firstKey = (): string | undefined =>
        document.querySelector<HTMLElement>('.timeline .entry')?.dataset['key']
      const before = firstKey()
      timeline?.scrollTo({ top: 0 })
      while (firstKey() === before && document.querySelector('.timeline .begin') === null) {
        await new Promise(requestAnimationFrame)
      }
    })
    const earlier = (await shownEntries(page)).filter(([key]) => !found.has(key))
    for (const [key, text] of earlier) {
      found.set(key, text)
    }
    texts = [...earlier.map(([, text]) => text), ...texts]
  }
  return texts
}

/** @throws AssertionError where something is missing, there twice, or not in order */
export async function assertShown(page: Page, written: readonly string[]): Promise<void> {
  const last = written.at(-1) ?? assert.fail('nothing was written')
  const shown = page.locator('.timeline .text', { hasText: last }).last()
  await shown.waitFor({ timeout: ARRIVAL_MS })
  assert.deepEqual(await allTexts(page), written)
}
