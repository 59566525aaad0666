/** The screen of whoever called over the home's socket. */
import type { Socket } from 'node:net'
import { UnreachableError } from '@sealpost/protocol'
import { InputQueue } from '../screen/input-queue.ts'
import type { FullScreen, Screen, TerminalInput, TerminalTraits } from '../screen/screen.ts'
import { encodeWord, type HolderWord } from './socket-words.ts'

/** Typed lines, or chunks of keys, that wait for the command; a caller that sends more is held back. */
const TYPED_MAX = 256

export class SocketScreen implements Screen {
  readonly columns: number | undefined
  readonly terminal: TerminalTraits | undefined
  readonly #socket: Socket
  readonly #typed: InputQueue<string>
  readonly #keys: InputQueue<TerminalInput>

  constructor(socket: Socket, caller: Pick<Screen, 'columns' | 'terminal'>) {
    this.#socket = socket
    this.columns = caller.columns
    this.terminal = caller.terminal
    const goOn = (): void => {
      socket.resume()
    }
    this.#typed = new InputQueue(goOn)
    this.#keys = new InputQueue(goOn)
    socket.once('close', () => {
      this.endTyped()
      this.endKeys()
    })
  }

  print(text: string): Promise<void> {
    return this.say({ type: 'print', text })
  }

  warn(text: string): Promise<void> {
    return this.say({ type: 'warn', text })
  }

  async *lines(): AsyncIterable<string> {
    await this.say({ type: 'read-lines' })
    yield* this.#typed
  }

  async takeTerminal(): Promise<FullScreen> {
    await this.say({ type: 'take-terminal' })
    return {
      inputs: this.#keys,
      draw: (text) => this.say({ type: 'draw', text }),
      close: async () => {
        this.endKeys()
        if (this.#socket.writable) {
          await this.say({ type: 'give-terminal' })
        }
      }
    }
  }

  /** From the connection: the person typed a line. */
  typed(line: string): void {
    this.#typed.push(line)
    this.#holdBack(this.#typed.length)
  }

  /** From the connection: the person types no more. */
  endTyped(): void {
    this.#typed.end()
  }

  /** From the connection: keys, or a new size. */
  happened(input: TerminalInput): void {
    this.#keys.push(input)
    this.#holdBack(this.#keys.length)
  }

  /** From the connection: the terminal is gone. */
  endKeys(): void {
    this.#keys.end()
  }

  /** Resolves once the caller takes more: one who reads slowly holds the command back. @throws UnreachableError once they are gone */
  say(word: HolderWord): Promise<void> {
    const socket = this.#socket
    if (!socket.writable) {
      return Promise.reject(gone())
    }
    if (socket.write(encodeWord(word))) {
      return Promise.resolve()
    }
    return new Promise((resolve, reject) => {
      const end = (settle: () => void): void => {
        socket.off('drain', drained)
        socket.off('close', closed)
        settle()
      }
      const drained = (): void => {
        end(resolve)
      }
      const closed = (): void => {
        end(() => {
          reject(gone())
        })
      }
      socket.on('drain', drained)
      socket.on('close', closed)
    })
  }

  #holdBack(waitingCount: number): void {
    if (waitingCount >= TYPED_MAX) {
      this.#socket.pause()
    }
  }
}

function gone(): UnreachableError {
  return new UnreachableError('SEALPOST_CONNECTION_CLOSED', 'The one who asked is gone.')
}
