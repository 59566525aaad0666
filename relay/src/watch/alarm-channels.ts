/**
 * How an alarm leaves the relay: into the log, to a webhook, to a command. Nobody waits for any of them.
 *
 * ```
 *   change -> log, at once
 *         `-> each channel's line of at most 64 --one at a time--> told
 *                      ^                              |
 *                      `--1 s, 5 s, 30 s, 2 min, 10 min, then given up--'
 * ```
 */
import { spawn } from 'node:child_process'
import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import type { Clock, Log } from '@sealpost/host'
import type { AlarmChange, AlarmChannel } from '@sealpost/operator'

const WAITING_MAX = 64
const TRY_MS = 10_000
const RETRY_MS = [1_000, 5_000, 30_000, 120_000, 600_000] as const

/** What a webhook and a command are told, as one line of JSON. */
export interface AlarmWord {
  readonly type: AlarmChange['type'] | 'test'
  /** The alarm's number and name; 0 for a test. */
  readonly id: number
  readonly name: string
  readonly isUrgent: boolean
  readonly sentence: string
  readonly test: string
  readonly value: number
  readonly raisedAtMs: number
  readonly resolvedAtMs?: number | undefined
  /** The line that people have of this relay. */
  readonly relay: string
}

export interface AlarmChannelsOptions {
  readonly clock: Clock
  readonly log: Log
  readonly relay: () => string
  readonly webhook: string | undefined
  /** A program and its words; empty for none. */
  readonly command: readonly string[]
  /** How a channel is told; left out for HTTP and a process. */
  readonly tell?: (channel: 'webhook' | 'command', word: AlarmWord) => Promise<void>
}

/** Tells everybody. */
export class AlarmChannels {
  readonly #options: AlarmChannelsOptions
  readonly #lines: readonly ChannelLine[]
  #toldCount = 0

  constructor(options: AlarmChannelsOptions) {
    this.#options = options
    const { webhook, command } = options
    const tell = options.tell ?? ((name, word) => tellOutside(name, word, webhook, command))
    const names = [
      ...(webhook === undefined ? [] : (['webhook'] as const)),
      ...(command.length === 0 ? [] : (['command'] as const))
    ]
    this.#lines = names.map((name) => new ChannelLine(name, options, (word) => tell(name, word)))
  }

  get state(): readonly AlarmChannel[] {
    const log = {
      name: 'log',
      toldCount: this.#toldCount,
      failedCount: 0,
      waitingCount: 0
    } as const
    return [log, ...this.#lines.map((line) => line.state)]
  }

  tell({ type, alarm }: AlarmChange): void {
    const { id, name, isUrgent, sentence, test, value, raisedAtMs, resolvedAtMs } = alarm
    const fields = { id, alarm: name, test, value: Number(value.toPrecision(4)) }
    if (type === 'resolved') {
      this.#options.log.info('relay.alarm.resolved', fields)
    } else {
      this.#options.log.warn(`relay.alarm.${type}`, { ...fields, sentence })
    }
    const relay = this.#options.relay()
    const word = {
      type,
      id,
      name,
      isUrgent,
      sentence,
      test,
      value,
      raisedAtMs,
      resolvedAtMs,
      relay
    }
    this.#send(word)
  }

  /** Sends one that means nothing. @returns who is told */
  test(atMs: number): readonly AlarmChannel['name'][] {
    this.#options.log.warn('relay.alarm.test')
    this.#send({
      type: 'test',
      id: 0,
      name: 'test',
      isUrgent: false,
      sentence: 'This is a test of the alarms; nothing is wrong.',
      test: 'alarms test',
      value: 0,
      raisedAtMs: atMs,
      relay: this.#options.relay()
    })
    return this.state.map(({ name }) => name)
  }

  close(): void {
    for (const line of this.#lines) {
      line.close()
    }
  }

  #send(word: AlarmWord): void {
    this.#toldCount += 1
    for (const line of this.#lines) {
      line.add(word)
    }
  }
}

/** What one channel is still to be told, in order. */
class ChannelLine {
  readonly #name: 'webhook' | 'command'
  readonly #options: AlarmChannelsOptions
  readonly #tell: (word: AlarmWord) => Promise<void>
  readonly #waiting: AlarmWord[] = []
  #isTelling = false
  #isClosed = false
  #tryCount = 0
  #toldCount = 0
  #failedCount = 0
  #cancelTimer: (() => void) | undefined

  constructor(
    name: 'webhook' | 'command',
    options: AlarmChannelsOptions,
    tell: (word: AlarmWord) => Promise<void>
  ) {
    this.#name = name
    this.#options = options
    this.#tell = tell
  }

  get state(): AlarmChannel {
    return {
      name: this.#name,
      toldCount: this.#toldCount,
      failedCount: this.#failedCount,
      waitingCount: this.#waiting.length
    }
  }

  add(word: AlarmWord): void {
    if (this.#waiting.length >= WAITING_MAX) {
      // The one that is being told stays; the oldest behind it says least about now.
      this.#waiting.splice(1, 1)
      this.#failedCount += 1
    }
    this.#waiting.push(word)
    this.#next()
  }

  close(): void {
    this.#isClosed = true
    this.#cancelTimer?.()
  }

  #next(): void {
    const [word] = this.#waiting
    if (word === undefined || this.#isTelling || this.#isClosed) {
      return
    }
    this.#isTelling = true
    this.#tell(word).then(
      () => {
        this.#toldCount += 1
        this.#done()
      },
      () => {
        this.#onFailure()
      }
    )
  }

  #onFailure(): void {
    const { clock, log } = this.#options
    const delayMs = RETRY_MS[this.#tryCount]
    this.#tryCount += 1
    // Never the reason's words: they may hold an address.
    log.warn('relay.alarm.not-told', { channel: this.#name, tryCount: this.#tryCount })
    if (delayMs === undefined) {
      this.#failedCount += 1
      this.#done()
    } else if (!this.#isClosed) {
      this.#cancelTimer = clock.setTimer(delayMs, () => {
        this.#isTelling = false
        this.#next()
      })
    }
  }

  #done(): void {
    this.#tryCount = 0
    this.#waiting.shift()
    this.#isTelling = false
    this.#next()
  }
}

function tellOutside(
  channel: 'webhook' | 'command',
  word: AlarmWord,
  webhook = '',
  command: readonly string[] = []
): Promise<void> {
  return channel === 'webhook' ? post(webhook, word) : run(command, word)
}

/** Posts JSON. @throws Error for every answer but a 2xx, and where there is none in time. */
function post(url: string, word: AlarmWord): Promise<void> {
  const body = JSON.stringify(word)
  const { promise, resolve, reject } = Promise.withResolvers<undefined>()
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
  const ask = new URL(url).protocol === 'https:' ? requestHttps : requestHttp
  const asking = ask(
    url,
    // Of its own, so that nothing keeps a connection open between alarms.
    { method: 'POST', headers, agent: false, signal: AbortSignal.timeout(TRY_MS) },
    (response) => {
      const { statusCode = 0 } = response
      if (statusCode >= 200 && statusCode < 300) {
        resolve(undefined)
      } else {
        reject(new RangeError(`status ${String(statusCode)}`))
      }
      // Nobody reads what else it says.
      response.destroy()
    }
  )
  asking.on('error', reject)
  asking.end(body)
  return promise
}

/** Runs a program without a shell, the word on its standard input. @throws Error where it does not end with 0 in time. */
function run([program = '', ...words]: readonly string[], word: AlarmWord): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<undefined>()
  const child = spawn(program, words, {
    stdio: ['pipe', 'ignore', 'ignore'],
    timeout: TRY_MS,
    killSignal: 'SIGKILL',
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      SEALPOST_ALARM_TYPE: word.type,
      SEALPOST_ALARM_NAME: word.name,
      SEALPOST_ALARM_SENTENCE: word.sentence
    }
  })
  child.on('error', reject)
  child.on('close', (code) => {
    if (code === 0) {
      resolve(undefined)
    } else {
      reject(new RangeError(`exit ${String(code)}`))
    }
  })
  // It may end without reading.
  child.stdin.on('error', () => undefined)
  child.stdin.end(`${JSON.stringify(word)}\n`)
  return promise
}
