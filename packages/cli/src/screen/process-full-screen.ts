/** The terminal of this process, taken whole. */
import { InputQueue } from './input-queue.ts'
import type { FullScreen, TerminalInput } from './screen.ts'

const CTRL_C = '\u0003'
/**
 * The alternate screen; no wrapping, so that a terminal that takes a letter for wider than we do spoils one line and not all;
 * pastes in brackets; word of whether the window is looked at.
 */
const TAKE = '\u001b[?1049h\u001b[?7l\u001b[?2004h\u001b[?1004h'
/** All of that back, with the cursor shown and no style left over. */
const GIVE_BACK = '\u001b[?1004l\u001b[?2004l\u001b[?7h\u001b[0m\u001b[?25h\u001b[?1049l'

export class ProcessFullScreen implements FullScreen {
  readonly inputs: InputQueue<TerminalInput> = new InputQueue()
  readonly #onInterrupt: () => void
  readonly #onClosed: () => void
  #isOpen = true
  readonly #restore = (): void => {
    this.#giveBack()
  }
  readonly #take = (text: string): void => {
    if (text.includes(CTRL_C)) {
      // It must end even what no longer listens to keys.
      this.#onInterrupt()
    }
    this.inputs.push({ type: 'typed', text })
  }
  readonly #end = (): void => {
    this.inputs.end()
  }
  readonly #resized = (): void => {
    const { columns, rows } = process.stdout
    if (columns >= 1 && rows >= 1) {
      this.inputs.push({ type: 'resized', columns, rows })
    }
  }

  /**
   * @param onInterrupt Called for Ctrl-C, which sends no signal while keys come raw, and where nobody sees the output any more.
   * @param onClosed Called once the terminal was given back, however that came.
   */
  constructor(onInterrupt: () => void, onClosed: () => void) {
    this.#onInterrupt = onInterrupt
    this.#onClosed = onClosed
    const { stdin, stdout } = process
    // However the process ends, the person's terminal is theirs again.
    process.on('exit', this.#restore)
    stdin.setRawMode(true)
    stdin.setEncoding('utf8')
    stdin.on('data', this.#take)
    stdin.on('end', this.#end)
    stdin.resume()
    stdout.on('resize', this.#resized)
    stdout.write(TAKE)
  }

  draw(text: string): Promise<void> {
    return new Promise((resolve, reject) => {
      if (!this.#isOpen) {
        resolve()
        return
      }
      process.stdout.write(text, (error) => {
        if (error instanceof Error) {
          this.#onInterrupt()
          reject(error)
        } else {
          resolve()
        }
      })
    })
  }

  async close(): Promise<void> {
    this.#giveBack()
  }

  #giveBack(): void {
    if (!this.#isOpen) {
      return
    }
    this.#isOpen = false
    const { stdin, stdout } = process
    process.off('exit', this.#restore)
    stdin.off('data', this.#take)
    stdin.off('end', this.#end)
    stdout.off('resize', this.#resized)
    this.inputs.end()
    stdout.write(GIVE_BACK)
    stdin.setRawMode(false)
    stdin.pause()
    this.#onClosed()
  }
}
