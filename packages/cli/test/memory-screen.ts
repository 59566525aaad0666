import type { Screen } from '../src/screen/screen.ts'

/** Keeps what is shown; gives lines that somebody might have typed. */
export class MemoryScreen implements Screen {
  readonly columns: number | undefined
  readonly printed: string[] = []
  readonly warned: string[] = []
  readonly #typed: AsyncIterable<string>
  readonly #watchers = new Set<() => void>()

  constructor(options: { columns?: number; typed?: AsyncIterable<string> } = {}) {
    this.columns = options.columns
    this.#typed = options.typed ?? nothing()
  }

  async print(text: string): Promise<void> {
    this.printed.push(text)
    this.#wake()
  }

  async warn(text: string): Promise<void> {
    this.warned.push(text)
    this.#wake()
  }

  lines(): AsyncIterable<string> {
    return this.#typed
  }

  /** Resolves once something that was printed or warned of matches. */
  async until(pattern: RegExp): Promise<string> {
    for (;;) {
      const found = [...this.printed, ...this.warned].find((text) => pattern.test(text))
      if (found !== undefined) {
        return found
      }
      await new Promise<void>((resolve) => {
        this.#watchers.add(resolve)
      })
    }
  }

  #wake(): void {
    for (const watcher of [...this.#watchers]) {
      this.#watchers.delete(watcher)
      watcher()
    }
  }
}

async function* nothing(): AsyncIterable<string> {}
