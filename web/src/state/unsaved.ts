/** Whether something stands in a field that would be gone if the page were opened anew. What is written in a conversation, or as a report, is kept anyway. */

const touched = new Set<HTMLInputElement | HTMLTextAreaElement>()

/** What is chosen, or looked for, is quickly chosen again. */
const HARMLESS: readonly string[] = ['checkbox', 'radio', 'range', 'search']

/** Notes from now on where somebody writes. */
export function followTyping(): void {
  document.addEventListener(
    'input',
    ({ target }) => {
      if (target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement) {
        forgetGone()
        touched.add(target)
      }
    },
    { capture: true, passive: true }
  )
}

export function isSomethingUnsaved(): boolean {
  forgetGone()
  return [...touched].some(
    (field) =>
      field.value !== '' &&
      !field.readOnly &&
      !HARMLESS.includes(field.type) &&
      !(field.closest('.composer, .feedback') instanceof Element)
  )
}

function forgetGone(): void {
  for (const field of touched) {
    if (!field.isConnected) {
      touched.delete(field)
    }
  }
}
