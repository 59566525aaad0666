/** Keys, made of what a terminal sends for them. */

/** Something that a person did at the keyboard. */
export type Key =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'paste'; readonly text: string }
  /** `enter`, `up`, `page-down`, `ctrl-a`, `alt-enter`, `ctrl-left`, ... */
  | { readonly type: 'key'; readonly name: string }
  /** Whether the window is looked at; only some terminals tell. */
  | { readonly type: 'focus'; readonly isFocused: boolean }

/** A sequence that is longer is none, whatever it began with. */
const SEQUENCE_MAX = 64
const ESCAPE = '\u001b'
const PASTE_END = '\u001b[201~'

const FINALS: Readonly<Record<string, string>> = {
  A: 'up',
  B: 'down',
  C: 'right',
  D: 'left',
  F: 'end',
  H: 'home',
  M: 'enter'
}
const NUMBERS: Readonly<Record<string, string>> = {
  '1': 'home',
  '3': 'delete',
  '4': 'end',
  '5': 'page-up',
  '6': 'page-down',
  '7': 'home',
  '8': 'end'
}
/** Code points of keys that terminals can send with what is held down beside them. */
const CODES: Readonly<Record<string, string>> = {
  '9': 'tab',
  '13': 'enter',
  '27': 'escape',
  '127': 'backspace'
}

/** Reads keys from chunks that may end anywhere. */
export class KeyReader {
  #rest = ''
  #pasted: string | undefined

  /** Whether the last chunk ended in what may be the Escape key or the beginning of another: see `flush`. */
  get isWaiting(): boolean {
    return this.#rest !== '' && this.#pasted === undefined
  }

  push(chunk: string): readonly Key[] {
    const keys: Key[] = []
    this.#rest += chunk
    for (;;) {
      const before = this.#rest
      const key = this.#pasted === undefined ? this.#next(false) : this.#paste()
      if (key !== undefined) {
        keys.push(key)
      } else if (this.#rest === before || this.#rest === '') {
        return keys
      }
    }
  }

  /** Nothing followed for a while: what began is the Escape key, or nothing. */
  flush(): readonly Key[] {
    const keys: Key[] = []
    while (this.isWaiting) {
      const key = this.#next(true)
      keys.push(...(key === undefined ? [] : [key]), ...this.push(''))
    }
    return keys
  }

  /** One key off the beginning; undefined where there is none, or not all of it yet. */
  #next(isAll: boolean): Key | undefined {
    const text = this.#rest
    if (text.startsWith(ESCAPE)) {
      return this.#escape(isAll)
    }
    const [letters = ''] = /^[^\p{Cc}]*/u.exec(text) ?? []
    if (letters !== '') {
      this.#rest = text.slice(letters.length)
      return { type: 'text', text: letters }
    }
    const [control] = text
    this.#rest = text.slice(1)
    const name = control === undefined ? undefined : controlName(control)
    return name === undefined ? undefined : { type: 'key', name }
  }

  #escape(isAll: boolean): Key | undefined {
    const text = this.#rest
    const second = text[1]
    if (second === undefined || (second === ESCAPE && text.length === 2)) {
      return isAll ? this.#take(1, { type: 'key', name: 'escape' }) : undefined
    }
    if (second === '[') {
      return this.#sequence(text, isAll)
    }
    if (second === 'O') {
      const name = FINALS[text[2] ?? '']
      if (text.length < 3 && !isAll) {
        return undefined
      }
      return name === undefined ? this.#skip(3) : this.#take(3, { type: 'key', name })
    }
    if (second === ESCAPE) {
      return this.#take(1, { type: 'key', name: 'escape' })
    }
    const name = controlName(second) ?? second
    return this.#take(2, { type: 'key', name: name.startsWith('alt-') ? name : `alt-${name}` })
  }

  #sequence(text: string, isAll: boolean): Key | undefined {
    const [whole, parameters = '', final = ''] = /^.\[([0-?]*)[ -/]*([@-~])/s.exec(text) ?? []
    if (whole === undefined) {
      const isBegun = /^.\[[0-?]*[ -/]*$/s.test(text) && text.length <= SEQUENCE_MAX
      return isBegun && !isAll ? undefined : this.#skip(2)
    }
    if (parameters === '200' && final === '~') {
      this.#rest = text.slice(whole.length)
      this.#pasted = ''
      return this.#paste()
    }
    const key = sequenceKey(parameters.split(';'), final)
    return key === undefined ? this.#skip(whole.length) : this.#take(whole.length, key)
  }

  /** All up to the end of a paste; undefined where it goes on. */
  #paste(): Key | undefined {
    const text = (this.#pasted ?? '') + this.#rest
    const end = text.indexOf(PASTE_END)
    if (end < 0) {
      this.#pasted = text
      this.#rest = ''
      return undefined
    }
    this.#pasted = undefined
    this.#rest = text.slice(end + PASTE_END.length)
    return { type: 'paste', text: text.slice(0, end) }
  }

  #take(length: number, key: Key): Key {
    this.#rest = this.#rest.slice(length)
    return key
  }

  #skip(length: number): Key | undefined {
    this.#rest = this.#rest.slice(length)
    return undefined
  }
}

function controlName(control: string): string | undefined {
  switch (control) {
    case '\r':
      return 'enter'
    case '\t':
      return 'tab'
    case '\u007f':
    case '\b':
      return 'backspace'
    default: {
      const code = control.charCodeAt(0)
      return code >= 1 && code <= 26 ? `ctrl-${String.fromCharCode(96 + code)}` : undefined
    }
  }
}

function sequenceKey(parameters: readonly string[], final: string): Key | undefined {
  const [first = '', second = '', third = ''] = parameters
  if (first === '' && (final === 'I' || final === 'O')) {
    return { type: 'focus', isFocused: final === 'I' }
  }
  if (final === 'Z') {
    return { type: 'key', name: 'shift-tab' }
  }
  if (final === 'u') {
    return named(CODES[first], second)
  }
  if (final === '~') {
    return first === '27' ? named(CODES[third], second) : named(NUMBERS[first], second)
  }
  return named(FINALS[final], second)
}

/** @param modifiers 1 and a bit for each key that is held down: 1 Shift, 2 Alt, 4 Ctrl. */
function named(name: string | undefined, modifiers: string): Key | undefined {
  if (name === undefined) {
    return undefined
  }
  const held = Math.max(0, Number.parseInt(modifiers, 10) - 1 || 0)
  const prefix = (held & 4) > 0 ? 'ctrl-' : (held & 2) > 0 ? 'alt-' : (held & 1) > 0 ? 'shift-' : ''
  return { type: 'key', name: `${prefix}${name}` }
}
