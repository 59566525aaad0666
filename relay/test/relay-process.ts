/** The command in a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { parseRelayAddress, type RelayAddress } from '@sealpost/protocol'
import { GENEROUS, type TestOptions } from './relay-scene.ts'

const LAUNCHER = join(import.meta.dirname, '..', 'bin', 'sealpost-relay.js')

/** How a process ended. */
export interface Ending {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export class RelayProcess {
  readonly #child: ChildProcess
  readonly #ended: Promise<Ending>
  #stdout = ''
  #stderr = ''
  readonly #watchers = new Set<() => void>()
  #hasEnded = false

  /** @param log Where standard error goes: to this object; to nobody, in a pipe; or to an open file. */
  constructor(
    words: readonly string[],
    environment: NodeJS.ProcessEnv = {},
    log: 'kept' | 'unread' | number = 'kept'
  ) {
    const child = spawn(process.execPath, [LAUNCHER, ...words], {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', typeof log === 'number' ? log : 'pipe']
    })
    this.#child = child
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text
      this.#look()
    })
    if (log === 'kept') {
      child.stderr?.setEncoding('utf8').on('data', (text: string) => {
        this.#stderr += text
        this.#look()
      })
    }
    this.#ended = new Promise((resolve) => {
      child.on('exit', () => {
        // What nobody reads would never end.
        if (log === 'unread') {
          child.stderr?.destroy()
        }
      })
      child.on('close', (code, signal) => {
        this.#hasEnded = true
        resolve({ code, signal, stdout: this.#stdout, stderr: this.#stderr })
        this.#look()
      })
    })
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  get stdout(): string {
    return this.#stdout
  }

  get stderr(): string {
    return this.#stderr
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  ended(): Promise<Ending> {
    return this.#ended
  }

  /** Resolves once what it wrote matches. @throws where it ends before. */
  async untilWritten(pattern: RegExp): Promise<void> {
    while (!pattern.test(this.#stdout) && !pattern.test(this.#stderr)) {
      if (this.#hasEnded) {
        throw new Error(`it ended and wrote:\n${this.#stdout}${this.#stderr}`)
      }
      const { promise, resolve } = Promise.withResolvers<undefined>()
      const watcher = (): void => {
        resolve(undefined)
      }
      this.#watchers.add(watcher)
      await promise
      this.#watchers.delete(watcher)
    }
  }

  #look(): void {
    for (const watcher of this.#watchers) {
      watcher()
    }
  }

  /** Nobody reads its log any more. */
  closeLog(): void {
    this.#child.stderr?.destroy()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#ended
  }
}

/** Runs the command to its end. */
export async function runCommand(
  words: readonly string[],
  environment?: NodeJS.ProcessEnv
): Promise<Ending> {
  return new RelayProcess(words, environment).ended()
}

/** A relay that is ready, and where it is. */
export interface ReadyProcess {
  readonly process: RelayProcess
  readonly address: RelayAddress
  /** Where its operator's port answers; empty where it has none. */
  readonly operatorLink: string
}

/** Starts a relay in `data` and waits until it is ready. */
export async function readyProcess(
  data: string,
  options: TestOptions = {},
  log?: 'unread' | number
): Promise<ReadyProcess> {
  const quiet = { listen: '127.0.0.1:0', web: 'none', 'operator-listen': 'none' }
  const all = { data, ...quiet, ...GENEROUS, ...options }
  const flags = Object.entries(all).map(([name, value]) => `--${name}=${value}`)
  const process = new RelayProcess(['run', '--json', ...flags], {}, log)
  await process.untilWritten(/"event":"ready".*\n/)
  const ready = JSON.parse(process.stdout.split('\n')[0] ?? '') as {
    readonly address: string
    readonly operatorLink?: string
  }
  const { address, operatorLink = '' } = ready
  return { process, address: parseRelayAddress(address), operatorLink }
}
