import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const METER = new URL('process-meter.mjs', import.meta.url)
/** A process that is told to end and does not is ended. */
const STOP_MS = 30_000

/** What a process has used since it began, as the operating system counts it. */
export interface Usage {
  /** All threads, in the program and in the kernel, in microseconds. */
  readonly cpuUs: number
  /** The thread that runs JavaScript. */
  readonly mainThreadUs: number
  readonly rssBytes: number
  /** Of these, pages of files, which the system takes back when it needs room; NaN where it does not say. */
  readonly mappedBytes: number
  readonly heapBytes: number
}

export interface ProcessOptions {
  readonly args?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
}

interface Waiter {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

/** A process of its own, whose use of the machine can be asked for, and that can be asked other things where it answers them. */
export class MeasuredProcess implements AsyncDisposable {
  readonly #child: ChildProcess
  readonly #file: string
  readonly #waiters = new Map<number, Waiter>()
  readonly #lines: string[] = []
  readonly #errors: string[] = []
  #onLine: (() => void) | undefined
  #questions = 0
  #isStopping = false
  #end: Error | undefined
  readonly #ended: Promise<unknown>
  readonly #answering = Promise.withResolvers<undefined>()

  private constructor(file: string, { args = [], environment = {} }: ProcessOptions) {
    this.#file = file
    this.#child = fork(file, [...args], {
      execArgv: ['--import', METER.href],
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc']
    })
    this.#ended = once(this.#child, 'close')
    this.#child.on('message', (message) => this.#onMessage(message))
    this.#child.once('close', (code, name) => this.#onClose(code, name))
    for (const [stream, lines] of [
      [this.#child.stdout, this.#lines],
      [this.#child.stderr, this.#errors]
    ] as const) {
      if (stream !== null) {
        createInterface({ input: stream }).on('line', (line) => {
          lines.push(line)
          this.#onLine?.()
        })
      }
    }
  }

  /** Starts `file`, a URL or a path, under the Node that runs this. */
  static start(file: URL | string, options: ProcessOptions = {}): MeasuredProcess {
    return new MeasuredProcess(file instanceof URL ? fileURLToPath(file) : file, options)
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  /** The first line of the standard output, so far or still to come, that `read` makes something of. */
  async line<Value>(read: (line: string) => Value | undefined): Promise<Value> {
    for (let at = 0; ;) {
      for (; at < this.#lines.length; at++) {
        const value = read(this.#lines[at] ?? '')
        if (value !== undefined) {
          return value
        }
      }
      if (this.#end !== undefined) {
        throw this.#end
      }
      await new Promise<void>((resolve) => {
        this.#onLine = resolve
      })
    }
  }

  async usage(): Promise<Usage> {
    return (await this.#send({ meter: 'usage' })) as Usage
  }

  /** Samples the thread that runs JavaScript while `work` goes on, into a file that Chrome's tools read. */
  async profile<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
    await this.#send({ meter: 'profile-start', detail: { intervalUs: 200 } })
    const result = await work()
    await this.#send({ meter: 'profile-stop', detail: { path } })
    return result
  }

  /** Calls what the process offers by `answerCalls`. */
  async call<Result>(name: string, detail?: unknown): Promise<Result> {
    await this.#answering.promise
    return (await this.#send({ call: name, detail })) as Result
  }

  /** Ends it as a supervisor would, and waits. */
  async stop(): Promise<void> {
    this.#isStopping = true
    if (this.#end === undefined) {
      this.#child.kill('SIGTERM')
      const timer = setTimeout(() => this.#child.kill('SIGKILL'), STOP_MS)
      await this.#ended
      clearTimeout(timer)
    }
  }

  /** Ends it at once, as a power cut would, and waits. */
  async kill(): Promise<void> {
    this.#isStopping = true
    if (this.#end === undefined) {
      this.#child.kill('SIGKILL')
      await this.#ended
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  async #send(message: object): Promise<unknown> {
    if (this.#end !== undefined) {
      throw this.#end
    }
    const id = ++this.#questions
    return new Promise((resolve, reject) => {
      this.#waiters.set(id, { resolve, reject })
      this.#child.send({ id, ...message })
    })
  }

  #onMessage(message: unknown): void {
    if (message === 'answering') {
      this.#answering.resolve(undefined)
      return
    }
    const { id, value, error } = message as { id: number; value: unknown; error?: string }
    const waiter = this.#waiters.get(id)
    this.#waiters.delete(id)
    if (error === undefined) {
      waiter?.resolve(value)
    } else {
      waiter?.reject(new Error(`${this.#file}: ${error}`))
    }
  }

  #onClose(code: number | null, name: string | null): void {
    const said = this.#errors.slice(-20).join('\n')
    this.#end = new Error(`${this.#file} ended with ${String(code ?? name)}\n${said}`)
    for (const waiter of this.#waiters.values()) {
      waiter.reject(this.#end)
    }
    this.#waiters.clear()
    this.#answering.promise.catch(() => undefined)
    this.#answering.reject(this.#end)
    if (!this.#isStopping) {
      this.#onLine?.()
    }
  }
}
