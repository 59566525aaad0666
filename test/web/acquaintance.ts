import type { Page } from 'playwright-core'
import { makeAccount, type OpenBrowser, type Person } from './browser.ts'

/**
 * Two people who know each other, each in a conversation with the other.
 *
 * @param passphrase bob's; none if not given
 * @param isDirect whether alice allows direct paths, as bob does
 */
export async function acquainted(
  chromium: OpenBrowser,
  link: string,
  passphrase?: string,
  isDirect = true
): Promise<{ readonly alice: Person; readonly bob: Person }> {
  const alice = await chromium.person(link)
  const bob = await chromium.person(link)
  await makeAccount(alice.page, 'alice', undefined, isDirect)
  await makeAccount(bob.page, 'bob', passphrase)
  await meet(alice, bob, link)
  return { alice, bob }
}

/** Bob opens a link of alice's; then each is in a conversation with the other. */
export async function meet(alice: Person, bob: Person, link: string): Promise<void> {
  await alice.page.goto(`${link}#/add`)
  const invite = alice.page.getByRole('textbox', { name: 'Your link' })
  await invite.waitFor()
  await bob.page.goto(await invite.inputValue())
  await bob.page.getByRole('button', { name: 'Talk to them' }).click()
  await composer(bob.page).waitFor()
  await openChat(alice.page, 'bob')
}

export async function openChat(page: Page, name: string): Promise<void> {
  await page.getByRole('link', { name }).first().click()
  await composer(page).waitFor()
}

/** Where a message is written. */
export function composer(page: Page): ReturnType<Page['getByRole']> {
  return page.getByRole('textbox', { name: 'Write a message' })
}
