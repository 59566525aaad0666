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

/** Every text that a page shows of a conversation, the first of them first. */
async function shownTexts(page: Page): Promise<readonly string[]> {
  return page.locator('.timeline .text').allInnerTexts()
}

/** @throws AssertionError where something is missing, there twice, or not in order */
export async function assertShown(page: Page, written: readonly string[]): Promise<void> {
  const last = written.at(-1) ?? assert.fail('nothing was written')
  await page.locator('.timeline .text', { hasText: last }).last().waitFor()
  const shown = await shownTexts(page)
  // A page shows a stretch of a long conversation.
  assert.deepEqual(shown, written.slice(-shown.length))
  assert.ok(shown.length >= Math.min(written.length, 60))
}
