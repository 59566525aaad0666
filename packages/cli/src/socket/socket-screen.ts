/** The screen of whoever called over the home's socket. */
import type { Socket } from 'node:net'
import { UnreachableError } from '@sealpost/protocol'
import type { Screen } from '../screen/screen.ts'
import { encodeWord, type HolderWord } from './socket-words.ts'

/** Typed lines that wait for the command; a caller that sends more is held back. */
const TYPED_MAX = 256

export class SocketScreen implements Screen {
  readonly columns: number | undefined
  readonly #socket: Socket
  readonly #typed: string[] = []
  #isTypedEnd = false
  #wakeReader: () => void = () => undefined

  constructor(socket: Socket, columns: number | undefined) {
    this.#socket = socket
    this.columns = columns
    socket.once('close', () => {
      this.endTyped()
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
    for (;;) {
      const line = this.#typed.shift()
      if (line !== undefined) {
        this.#socket.resume()
        yield line
      } else if (this.#isTypedEnd) {
        return
      } else {
        await new Promise<void>((resolve) => {
          this.#wakeReader = resolve
        })
      }
    }
  }

  /** From the connection: the person typed a line. */
  typed(line: string): void {
    this.#typed.push(line)
    if (this.#typed.length >= TYPED_MAX) {
      this.#socket.pause()
    }
    this.#wakeReader()
  }

  /** From the connection: the person types no more. */
  endTyped(): void {
    this.#isTypedEnd = true
    this.#wakeReader()
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
}

function gone(): UnreachableError {
  return new UnreachableError('SEALPOST_CONNECTION_CLOSED', 'The one who asked is gone.')
}
