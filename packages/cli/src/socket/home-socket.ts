/** The socket of a home that a process keeps open: other commands have theirs run by that process. */
import { createServer, type Server, type Socket } from 'node:net'
import { isSealpostError, StorageError } from '@sealpost/protocol'
import type { Home } from '../home/home.ts'
import type { Screen } from '../screen/screen.ts'
import { LineSplitter } from './line-splitter.ts'
import { makeSocketPath, removeSocket } from '@sealpost/local-socket'
import { SocketScreen } from './socket-screen.ts'
import { type CallerWord, decodeCallerWord, SOCKET_VERSION } from './socket-words.ts'

/** Commands at one time; more are turned away. */
const CALLERS_MAX = 64
/** How long commands of others may take to end when this process does. */
const CLOSE_MS = 2_000

/** A command line from another process. */
export interface Call {
  readonly words: readonly string[]
  readonly isJson: boolean
  readonly screen: Screen
  readonly directory: string
  readonly secret: string | undefined
  /** Aborted when the caller ends it or goes away, and when the socket closes. */
  readonly signal: AbortSignal
  /** Aborted when the socket closes. */
  readonly closing: AbortSignal
}

/** Runs a call. Must not throw. @returns the exit code */
export type Answerer = (call: Call) => Promise<number>

export class HomeSocket {
  readonly #home: Home
  readonly #server: Server
  readonly #answer: Answerer
  readonly #closing = new AbortController()
  readonly #calls = new Set<Promise<void>>()
  readonly #sockets = new Set<Socket>()

  private constructor(home: Home, answer: Answerer) {
    this.#home = home
    this.#answer = answer
    this.#server = createServer((socket) => {
      this.#accept(socket)
    })
    this.#server.maxConnections = CALLERS_MAX
  }

  /**
   * Listens. Only who has the store open may call this.
   *
   * @throws StorageError `SEALPOST_STORE_FAILED` where there can be no socket
   */
  static async open(home: Home, answer: Answerer): Promise<HomeSocket> {
    const socket = new HomeSocket(home, answer)
    try {
      await socket.#listen(await makeSocketPath(home))
    } catch (error) {
      throw new StorageError('SEALPOST_STORE_FAILED', 'The home takes no socket.', { cause: error })
    }
    return socket
  }

  /** Ends the commands of others, and removes the socket. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => {
        resolve()
      })
    })
    this.#closing.abort()
    const timer = setTimeout(() => {
      for (const socket of this.#sockets) {
        socket.destroy()
      }
    }, CLOSE_MS)
    await Promise.all(this.#calls)
    for (const socket of this.#sockets) {
      socket.end()
    }
    await closed
    clearTimeout(timer)
    await removeSocket(this.#home)
  }

  async #listen(path: string): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject)
      // The socket is made within this call: nobody else may open it, not even for a moment.
      const mask = process.umask(0o177)
      try {
        this.#server.listen(path, () => {
          this.#server.off('error', reject)
          resolve()
        })
      } finally {
        process.umask(mask)
      }
    })
    this.#server.on('error', () => undefined)
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket)
    const lines = new LineSplitter()
    const stop = new AbortController()
    let screen: SocketScreen | undefined
    socket.on('error', () => undefined)
    socket.on('close', () => {
      this.#sockets.delete(socket)
      stop.abort()
    })
    socket.on('data', (chunk) => {
      try {
        for (const line of lines.push(chunk)) {
          const word = decodeCallerWord(line)
          if (word.type === 'run') {
            screen = screen ?? this.#begin(socket, word, stop)
          } else if (screen !== undefined) {
            hear(word, screen, stop)
          }
        }
      } catch (error) {
        if (!isSealpostError(error)) {
          throw error
        }
        // It does not speak our language: there is nothing to say to it.
        socket.destroy()
      }
    })
  }

  #begin(
    socket: Socket,
    request: Extract<CallerWord, { type: 'run' }>,
    stop: AbortController
  ): SocketScreen {
    const screen = new SocketScreen(socket, request)
    const call = this.#run(request, screen, stop).then(() => {
      this.#calls.delete(call)
      socket.end()
    })
    this.#calls.add(call)
    return screen
  }

  async #run(
    { version, words, isJson, directory, secret }: Extract<CallerWord, { type: 'run' }>,
    screen: SocketScreen,
    stop: AbortController
  ): Promise<void> {
    const closing = this.#closing.signal
    const signal = AbortSignal.any([stop.signal, closing])
    const call = { words, isJson, screen, directory, secret, signal, closing }
    const last =
      version === SOCKET_VERSION
        ? { type: 'exit' as const, code: await this.#answer(call) }
        : { type: 'other-version' as const }
    try {
      await screen.say(last)
    } catch (error) {
      if (!isSealpostError(error)) {
        throw error
      }
      // The caller is gone, and with it everybody who wanted to know.
    }
  }
}

function hear(
  word: Exclude<CallerWord, { type: 'run' }>,
  screen: SocketScreen,
  stop: AbortController
): void {
  switch (word.type) {
    case 'typed':
      screen.typed(word.line)
      return
    case 'typed-end':
      screen.endTyped()
      return
    case 'keys':
      screen.happened({ type: 'typed', text: word.text })
      return
    case 'resized':
      screen.happened(word)
      return
    case 'keys-end':
      screen.endKeys()
      return
    case 'stop':
      stop.abort()
  }
}
