/** Has a command run by the process that keeps the home open. */
import { connect, type Socket } from 'node:net'
import { SealpostError, UnreachableError, UsageError } from '@sealpost/protocol'
import type { Home } from '../home/home.ts'
import type { FullScreen, Screen } from '../screen/screen.ts'
import { sentences } from '../sentences.ts'
import { LineSplitter } from './line-splitter.ts'
import { findSocketPath } from '@sealpost/local-socket'
import {
  type CallerWord,
  decodeHolderWord,
  encodeWord,
  type HolderWord,
  SOCKET_VERSION
} from './socket-words.ts'

/** A connection to the process that keeps the home open; undefined where none does. */
export async function connectHome(home: Home): Promise<Socket | undefined> {
  const path = await findSocketPath(home)
  return new Promise((resolve) => {
    const socket = connect(path)
    socket.once('connect', () => {
      socket.off('error', failed)
      resolve(socket)
    })
    const failed = (): void => {
      resolve(undefined)
    }
    socket.once('error', failed)
  })
}

/**
 * @returns the exit code.
 * @throws UnreachableError `SEALPOST_CONNECTION_CLOSED`; UsageError `SEALPOST_HOME_IN_USE` for a process of another version
 */
export async function callHome(
  socket: Socket,
  line: Pick<Extract<CallerWord, { type: 'run' }>, 'words' | 'isJson' | 'directory' | 'secret'>,
  { screen, signal }: { readonly screen: Screen; readonly signal: AbortSignal }
): Promise<number> {
  const stop = (): void => {
    socket.write(encodeWord({ type: 'stop' }))
  }
  signal.addEventListener('abort', stop)
  socket.on('error', () => undefined)
  socket.write(
    encodeWord({
      type: 'run',
      version: SOCKET_VERSION,
      words: line.words,
      isJson: line.isJson,
      directory: line.directory,
      secret: line.secret,
      columns: screen.columns,
      terminal: screen.terminal
    })
  )
  if (signal.aborted) {
    stop()
  }
  const ear = new Ear(socket, screen)
  try {
    for await (const word of words(socket)) {
      const code = await ear.hear(word)
      if (code !== undefined) {
        return code
      }
    }
    throw new UnreachableError('SEALPOST_CONNECTION_CLOSED', sentences.home.connectionLost)
  } finally {
    signal.removeEventListener('abort', stop)
    socket.destroy()
    await ear.close()
  }
}

/** Does here what the holder says. */
class Ear {
  readonly #socket: Socket
  readonly #screen: Screen
  #fullScreen: FullScreen | undefined

  constructor(socket: Socket, screen: Screen) {
    this.#socket = socket
    this.#screen = screen
  }

  /** @returns the exit code, where that was the holder's last word. */
  async hear(word: HolderWord): Promise<number | undefined> {
    switch (word.type) {
      case 'print':
        await this.#screen.print(word.text)
        return undefined
      case 'warn':
        await this.#screen.warn(word.text)
        return undefined
      case 'draw':
        await this.#fullScreen?.draw(word.text)
        return undefined
      case 'read-lines':
        void sendTyped(this.#socket, this.#screen)
        return undefined
      case 'take-terminal':
        if (this.#fullScreen === undefined && this.#screen.terminal !== undefined) {
          this.#fullScreen = await this.#screen.takeTerminal()
          void sendKeys(this.#socket, this.#fullScreen)
        }
        return undefined
      case 'give-terminal':
        await this.close()
        return undefined
      case 'exit':
        return word.code
      case 'other-version':
        throw new UsageError('SEALPOST_HOME_IN_USE', sentences.home.otherVersion)
    }
  }

  /** Gives the terminal back. */
  async close(): Promise<void> {
    const fullScreen = this.#fullScreen
    this.#fullScreen = undefined
    await fullScreen?.close()
  }
}

async function* words(socket: Socket): AsyncIterable<HolderWord> {
  const splitter = new LineSplitter()
  try {
    for await (const chunk of socket) {
      for (const line of splitter.push(chunk as Uint8Array)) {
        yield decodeHolderWord(line)
      }
    }
  } catch (error) {
    if (error instanceof SealpostError) {
      throw error
    }
    throw new UnreachableError('SEALPOST_CONNECTION_CLOSED', sentences.home.connectionLost, {
      cause: error
    })
  }
}

async function sendTyped(socket: Socket, screen: Screen): Promise<void> {
  for await (const line of screen.lines()) {
    socket.write(encodeWord({ type: 'typed', line }))
  }
  if (socket.writable) {
    socket.write(encodeWord({ type: 'typed-end' }))
  }
}

async function sendKeys(socket: Socket, { inputs }: FullScreen): Promise<void> {
  for await (const input of inputs) {
    socket.write(encodeWord(input.type === 'typed' ? { type: 'keys', text: input.text } : input))
  }
  if (socket.writable) {
    socket.write(encodeWord({ type: 'keys-end' }))
  }
}
