/** As much of a keyboard event as decides. */
export interface PressedKey {
  readonly key: string
  readonly keyCode: number
  readonly isComposing: boolean
  readonly shiftKey: boolean
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly altKey: boolean
}

/**
 * Whether a key sends the message. An Enter that ends the composition of a character (Chinese, Japanese, Korean) never does; some
 * browsers tell it only by the key code 229.
 *
 * @param doesEnterSend Shift+Enter begins a line then; else Enter does, and Ctrl+Enter or Cmd+Enter sends. Those send always.
 */
export function doesSend(pressed: PressedKey, doesEnterSend: boolean): boolean {
  if (pressed.key !== 'Enter' || pressed.isComposing || pressed.keyCode === 229 || pressed.altKey) {
    return false
  }
  return pressed.ctrlKey || pressed.metaKey || (doesEnterSend && !pressed.shiftKey)
}
