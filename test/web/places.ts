/** Where somebody can be in the open client, one after the other: for whoever looks at every screen. */
import type { Page } from 'playwright-core'

const SECTIONS = [
  'appearance',
  'language',
  'chat',
  'notifications',
  'privacy',
  'security',
  'devices',
  'backup',
  'storage',
  'notice',
  'feedback',
  'about'
]

/** Addresses that lead to the same for everybody. */
export const PLACES: readonly string[] = [
  '#/',
  '#/add',
  '#/requests',
  '#/network',
  '#/keys',
  '#/starred',
  '#/settings',
  ...SECTIONS.map((section) => `#/settings/${section}`)
]

/** Addresses about the conversation that is open, in which a message of one's own is. Leaves the page at that message's details. */
export async function placesOfChat(page: Page): Promise<readonly string[]> {
  await page.locator('.meta-link').last().click()
  await page.waitForURL(/\/message\//)
  const message = new URL(page.url()).hash
  const chat = message.replace(/\/message\/.*/, '')
  return [chat, `${chat}/info`, `${chat}/verify`, `${chat}/starred`, message]
}

/** Goes to a place, and waits until all of it is there. */
export async function goToPlace(page: Page, place: string): Promise<void> {
  await page.evaluate((hash) => {
    location.hash = hash
  }, place)
  await page.locator('.app').waitFor()
  await page.locator('[aria-busy=true]').first().waitFor({ state: 'detached' })
  await page.locator('.making').waitFor({ state: 'detached' })
}

/** Opens the page again with these preferences. */
export async function prefer(page: Page, preferences: object): Promise<void> {
  await page.evaluate((wanted) => {
    localStorage.setItem('sealpost preferences', JSON.stringify(wanted))
  }, preferences)
  await page.reload()
}
