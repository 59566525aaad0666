/** A child process that speaks in lines. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

export class ProcessLines {
  readonly child: ChildProcessWithoutNullStreams
  readonly lines: string[] = []
  #errors = ''
  readonly #watchers = new Set<() => void>()
  #hasEnded = false

  constructor(words: readonly string[], environment: NodeJS.ProcessEnv = {}) {
    this.child = spawn(process.execPath, [...words], { env: { ...process.env, ...environment } })
    createInterface({ input: this.child.stdout }).on('line', (line) => {
      this.lines.push(line)
      this.#look()
    })
    this.child.stderr.on('data', (data: Buffer) => {
      this.#errors = (this.#errors + data.toString()).slice(-20_000)
    })
    this.child.on('close', () => {
      this.#hasEnded = true
      this.#look()
    })
  }

  /** What it wrote to its standard error, the end of it. */
  get errors(): string {
    return this.#errors
  }

  get hasEnded(): boolean {
    return this.#hasEnded
  }

  /** The first line from `from` on for which `isIt` holds. Rejects when the process ends before. */
  async line(isIt: (line: string) => boolean, from = 0): Promise<string> {
    for (;;) {
      const found = this.lines.slice(from).find(isIt)
      if (found !== undefined) {
        return found
      }
      if (this.#hasEnded) {
        throw new Error(
          `it ended before it said so: ${this.lines.slice(-5).join(' / ')} ${this.#errors}`
        )
      }
      await new Promise<void>((resolve) => {
        const watcher = (): void => {
          this.#watchers.delete(watcher)
          resolve()
        }
        this.#watchers.add(watcher)
      })
    }
  }

  say(line: string): void {
    this.child.stdin.write(`${line}\n`)
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    if (!this.#hasEnded) {
      const closed = once(this.child, 'close')
      this.child.kill(signal)
      await closed
    }
  }

  #look(): void {
    for (const watcher of [...this.#watchers]) {
      watcher()
    }
  }
}
