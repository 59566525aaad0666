/** The screen of this process: its standard streams. */
import { createInterface, type Interface } from 'node:readline'
import { ProcessFullScreen } from './process-full-screen.ts'
import type { FullScreen, Screen, TerminalTraits } from './screen.ts'
import { terminalTraits } from './terminal-traits.ts'

const PROMPT = '> '
/** To the line's beginning, and away with the line. */
const ERASE_LINE = '\r\u001b[2K'

export class ProcessScreen implements Screen {
  readonly #onInterrupt: () => void
  /** There while lines are read in a terminal: what is printed then must not break the line that is being written. */
  #editor: Interface | undefined
  /** There while the terminal is taken. */
  #fullScreen: FullScreen | undefined
  /** What is to be printed once the terminal was given back. */
  readonly #held: (() => void)[] = []

  /**
   * @param onInterrupt Called where the command is to end: for Ctrl-C in a line that is being written, which sends no signal, and
   * where nobody reads the output any more.
   */
  constructor(onInterrupt: () => void) {
    this.#onInterrupt = onInterrupt
    // Without a listener, a reader that goes away would end the process with a stack trace.
    process.stdout.on('error', () => undefined)
    process.stderr.on('error', () => undefined)
  }

  get columns(): number | undefined {
    return process.stdout.isTTY ? process.stdout.columns : undefined
  }

  get terminal(): TerminalTraits | undefined {
    return terminalTraits(process, process.env)
  }

  async print(text: string): Promise<void> {
    await this.#write(process.stdout, text)
  }

  async warn(text: string): Promise<void> {
    await this.#write(process.stderr, text)
  }

  async *lines(): AsyncIterable<string> {
    const isTerminal = process.stdin.isTTY && process.stdout.isTTY
    const editor = createInterface({
      input: process.stdin,
      output: isTerminal ? process.stdout : undefined,
      terminal: isTerminal,
      prompt: PROMPT
    })
    editor.on('SIGINT', this.#onInterrupt)
    if (isTerminal) {
      this.#editor = editor
      editor.prompt()
    }
    try {
      for await (const line of editor) {
        yield line
        if (isTerminal) {
          editor.prompt()
        }
      }
    } finally {
      this.#editor = undefined
      editor.close()
    }
  }

  async takeTerminal(): Promise<FullScreen> {
    this.#fullScreen = new ProcessFullScreen(this.#onInterrupt, () => {
      this.#fullScreen = undefined
      for (const write of this.#held.splice(0)) {
        write()
      }
    })
    return this.#fullScreen
  }

  /** Ends the reading of lines and keys, and gives the terminal back with its cursor at the beginning of a line. */
  async close(): Promise<void> {
    await this.#fullScreen?.close()
    const editor = this.#editor
    if (editor !== undefined) {
      this.#editor = undefined
      process.stdout.write(editor.line === '' ? ERASE_LINE : '\n')
      editor.close()
    }
  }

  async #write(stream: NodeJS.WriteStream, text: string): Promise<void> {
    if (this.#fullScreen !== undefined) {
      this.#held.push(() => stream.write(`${text}\n`))
      return
    }
    const editor = this.#editor
    // The line that is being written is drawn again below what is printed.
    const erase = editor === undefined ? '' : ERASE_LINE
    await new Promise<void>((resolve, reject) => {
      stream.write(`${erase}${text}\n`, (error) => {
        if (error instanceof Error) {
          this.#onInterrupt()
          reject(error)
        } else {
          resolve()
        }
      })
    })
    if (editor !== undefined && this.#editor === editor) {
      editor.prompt(true)
    }
  }
}
