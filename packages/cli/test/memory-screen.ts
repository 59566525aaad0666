import { InputQueue } from '../src/screen/input-queue.ts'
import type { FullScreen, Screen, TerminalInput, TerminalTraits } from '../src/screen/screen.ts'

/** Keeps what is shown, and gives the lines that somebody types. */
export class MemoryScreen implements Screen {
  readonly columns: number | undefined
  readonly terminal: TerminalTraits | undefined
  /** What happens at the terminal, where there is one. */
  readonly keys = new InputQueue<TerminalInput>()
  /** All that was drawn on it. */
  drawn = ''
  isTerminalTaken = false
  readonly printed: string[] = []
  readonly warned: string[] = []
  readonly #typed: (string | undefined)[] = []
  readonly #watchers = new Set<() => void>()

  constructor(options: { columns?: number; terminal?: TerminalTraits } = {}) {
    this.columns = options.columns
    this.terminal = options.terminal
  }

  async print(text: string): Promise<void> {
    this.printed.push(text)
    this.#wake()
  }

  async warn(text: string): Promise<void> {
    this.warned.push(text)
    this.#wake()
  }

  /** Somebody types a line; undefined for no more. */
  type(line: string | undefined): void {
    this.#typed.push(line)
    this.#wake()
  }

  async *lines(): AsyncIterable<string> {
    for (;;) {
      while (this.#typed.length === 0) {
        await this.#change()
      }
      const line = this.#typed.shift()
      if (line === undefined) {
        return
      }
      yield line
    }
  }

  async takeTerminal(): Promise<FullScreen> {
    this.isTerminalTaken = true
    this.#wake()
    return {
      inputs: this.keys,
      draw: async (text) => {
        this.drawn += text
        this.#wake()
      },
      close: async () => {
        this.isTerminalTaken = false
        this.keys.end()
        this.#wake()
      }
    }
  }

  /** Somebody presses keys, as a terminal sends them. */
  press(text: string): void {
    this.keys.push({ type: 'typed', text })
  }

  /** Resolves once this is so, looked at again whenever anything was shown. */
  async untilSo(isSo: () => boolean): Promise<void> {
    while (!isSo()) {
      await this.#change()
    }
  }

  /** Resolves once something that was printed or warned of matches. */
  async until(pattern: RegExp): Promise<string> {
    for (;;) {
      const found = [...this.printed, ...this.warned].find((text) => pattern.test(text))
      if (found !== undefined) {
        return found
      }
      await this.#change()
    }
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#watchers.add(resolve)
    })
  }

  #wake(): void {
    for (const watcher of [...this.#watchers]) {
      this.#watchers.delete(watcher)
      watcher()
    }
  }
}
