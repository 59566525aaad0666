/** Whether somebody who does not see a page, or not well, can use it: as far as a program can tell. */
import assert from 'node:assert/strict'
import axeCore from 'axe-core'
import type { Page } from 'playwright-core'

interface Axe {
  run(options: object): Promise<{
    readonly violations: readonly {
      readonly id: string
      readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[]
    }[]
  }>
}

/** @throws AssertionError that names what breaks which rule of axe-core */
export async function assertAccessible(page: Page, what: string): Promise<void> {
  // A colour on its way to another is none that anybody has chosen.
  await page.evaluate(() => Promise.all(document.getAnimations().map(({ finished }) => finished)))
  if (!(await page.evaluate(() => 'axe' in window))) {
    await page.evaluate(axeCore.source)
  }
  const broken = await page.evaluate(async () => {
    const { axe } = window as unknown as { readonly axe: Axe }
    const { violations } = await axe.run({ resultTypes: ['violations'] })
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary = '' }) => `${id}: ${html.slice(0, 200)} ${failureSummary}`)
    )
  })
  assert.deepEqual(broken, [], what)
}

/** What a phone shows, which is not the same as what a desk does. */
const PHONE = { width: 360, height: 800 }

/** Leaves the page as it was. @throws as `assertAccessible` */
export async function assertAccessibleOnPhone(page: Page, what: string): Promise<void> {
  const viewport = page.viewportSize() ?? assert.fail('a page has a size')
  await page.setViewportSize(PHONE)
  await assertAccessible(page, `${what} on a phone`)
  await page.setViewportSize(viewport)
}
