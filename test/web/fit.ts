/** Whether all of a page is there on the narrowest screen, with the largest font, also where its words are longer. */
import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'

/** The narrowest screen that there is, which is also one of 1,280 at 400 %. */
const NARROW = { width: 320, height: 640 }
/** In CSS pixels. */
const LARGEST = '24px'
/** Words of other languages are longer than those of English. */
const LONGER = 0.4

/** Leaves the page as it was. @throws AssertionError that names what is cut off */
export async function assertFits(page: Page, what: string): Promise<void> {
  const viewport = page.viewportSize() ?? assert.fail('a page has a size')
  const fontSize = await page.evaluate((largest) => {
    const { style } = document.documentElement
    const before = style.fontSize
    style.fontSize = largest
    return before
  }, LARGEST)
  await page.setViewportSize(NARROW)
  const wide = await page.evaluate(
    async ([before, longer]) => {
      // What follows the size of the window does so when it is drawn.
      await new Promise((resolve) => {
        requestAnimationFrame(() => setTimeout(resolve))
      })
      const texts = textsOf(document.body)
      const kept = texts.map((text) => [text, text.data] as const)
      const found = [...cutOff('as it is')]
      for (const text of texts) {
        text.data += ` ${'wörd '.repeat(Math.ceil((text.data.length * longer) / 5))}`
      }
      found.push(...cutOff('with longer words'))
      for (const [text, data] of kept) {
        text.data = data
      }
      document.documentElement.style.fontSize = before
      return found

      function textsOf(root: Node): Text[] {
        const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT)
        const all: Text[] = []
        while (walker.nextNode()) {
          const text = walker.currentNode as Text
          if (/\p{L}{2}/u.test(text.data)) {
            all.push(text)
          }
        }
        return all
      }

      /** What reaches over the edge of the screen, and is not in something that scrolls sideways. */
      function cutOff(how: string): string[] {
        const { clientWidth } = document.documentElement
        return [...document.body.querySelectorAll('*')]
          .filter((element) => {
            const { left, right, width, height } = element.getBoundingClientRect()
            return (
              width > 1 &&
              height > 1 &&
              (right > clientWidth + 1 || left < -1) &&
              element.checkVisibility({ visibilityProperty: true }) &&
              !isHidden(element)
            )
          })
          .slice(0, 5)
          .map((element) => `${how}: ${element.outerHTML.slice(0, 160)}`)
      }

      /** A line that ends in three dots, and what is read aloud alone. */
      function isHidden(element: Element): boolean {
        for (let at = element.parentElement; at && at !== document.body; at = at.parentElement) {
          const { overflowX, textOverflow, clipPath } = getComputedStyle(at)
          if (textOverflow === 'ellipsis' || clipPath !== 'none' || overflowX === 'auto') {
            return true
          }
        }
        return getComputedStyle(element).clipPath !== 'none'
      }
    },
    [fontSize, LONGER] as const
  )
  await page.setViewportSize(viewport)
  assert.deepEqual(wide, [], what)
}
