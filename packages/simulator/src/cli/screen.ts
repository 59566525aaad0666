/** What a command says: results on the standard output, the rest on the standard error. */
import process from 'node:process'

export interface Screen {
  /** One or several lines of the result. */
  print(text: string): void
  warn(text: string): void
  /** The one line that changes while something runs; an empty one takes it away. Nothing where nobody watches. */
  progress(line: string): void
  readonly isWatched: boolean
}

/** To the line's beginning, and away with the line. */
const ERASE_LINE = '\r\u001b[2K'

export class ProcessScreen implements Screen {
  #line = ''

  /** @param onUnread Called where nobody reads the output any more. */
  constructor(onUnread: () => void) {
    // Without a listener, a reader that goes away would end the process with a stack trace.
    process.stdout.on('error', onUnread)
    process.stderr.on('error', () => undefined)
  }

  get isWatched(): boolean {
    return process.stderr.isTTY
  }

  print(text: string): void {
    this.#over(() => process.stdout.write(`${text}\n`))
  }

  warn(text: string): void {
    this.#over(() => process.stderr.write(`${text}\n`))
  }

  progress(line: string): void {
    if (this.isWatched && line !== this.#line) {
      const columns = process.stderr.columns
      this.#line = line.slice(0, Math.max(1, columns - 1))
      process.stderr.write(ERASE_LINE + this.#line)
    }
  }

  #over(write: () => void): void {
    const line = this.#line
    this.progress('')
    write()
    this.progress(line)
  }
}
