import type { RefObject } from 'preact'
import { useEffect } from 'preact/hooks'
import { cameFrom } from '../state/navigation.ts'
import { namePlace } from '../state/page-title.ts'

/** What an element is looked for with. */
type Place = RefObject<HTMLElement | undefined>

/**
 * Brings whoever reads with a keyboard or a screen reader along: to the link that leads where they come from, where there is one,
 * so that going back ends where it began; else to the heading. Names the page after the screen.
 *
 * @param heading undefined where a screen has a better place of its own.
 */
export function useArrival(main: Place, heading: Place | undefined, title: string): void {
  useEffect(() => {
    const from = cameFrom()
    if (from === undefined) {
      return
    }
    const link = main.current?.querySelector<HTMLElement>(
      `a[href="${CSS.escape(from)}"]:not(.back)`
    )
    const target = link ?? heading?.current
    target?.focus({ preventScroll: target === heading?.current })
  }, [main, heading])
  useEffect(() => {
    namePlace(title)
  }, [title])
}
