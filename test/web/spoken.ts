/** Whether a page speaks the language that was chosen, also of what went wrong before it was. */
import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { enErrors } from '../../web/src/locales/en-errors.ts'

/** What stands in no sentence but its own. */
const ENGLISH = Object.values(enErrors).filter((sentence) => !sentence.includes('{'))

/** @throws AssertionError that names a sentence of another language */
export async function assertSpoken(page: Page, locale: string, what: string): Promise<void> {
  if (locale !== 'en') {
    const text = await page.locator('body').innerText()
    const foreign = ENGLISH.filter((sentence) => text.includes(sentence))
    assert.deepEqual(foreign, [], what)
  }
}
