import { useEffect, useRef } from 'preact/hooks'

/** Brings whoever reads with a keyboard or a screen reader along where one step gives way to another: to its heading, unless a field of it has the focus. */
export function useStepFocus(step: unknown): void {
  const isFirst = useRef(true)
  useEffect(() => {
    if (isFirst.current) {
      isFirst.current = false
      return
    }
    const main = document.querySelector('main')
    const heading = main?.querySelector<HTMLElement>('h1')
    if (heading && main?.contains(document.activeElement) === false) {
      heading.tabIndex = -1
      heading.focus()
    }
  }, [step])
}
