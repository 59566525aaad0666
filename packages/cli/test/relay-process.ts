import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { temporaryDirectory } from './temporary-directory.ts'

const PROGRAM = fileURLToPath(new URL('../../../relay/bin/sealpost-relay.js', import.meta.url))

/** A relay in a process of its own, which asks for little work. */
export class RelayProcess {
  readonly address: string
  /** Its data directory. */
  readonly data: string
  readonly #process: ChildProcess

  private constructor(address: string, data: string, process: ChildProcess) {
    this.address = address
    this.data = data
    this.#process = process
  }

  /** @param more further words of its command line. */
  static async start(...more: readonly string[]): Promise<RelayProcess> {
    const data = temporaryDirectory()
    const words = [
      'run',
      '--data',
      data,
      '--listen',
      '127.0.0.1:0',
      '--overload',
      'off',
      '--json',
      ...more
    ]
    const child = spawn(process.execPath, [PROGRAM, ...words], {
      env: {
        ...process.env,
        SEALPOST_RELAY_WORK_BITS: '1',
        SEALPOST_RELAY_OPERATOR_LISTEN: 'none'
      },
      stdio: ['ignore', 'pipe', 'ignore']
    })
    for await (const line of createInterface({ input: child.stdout })) {
      const { event, address } = JSON.parse(line) as { event: string; address?: string }
      if (event === 'ready' && address !== undefined) {
        child.stdout.resume()
        return new RelayProcess(address, data, child)
      }
    }
    throw new Error('the relay ended before it was ready')
  }

  /** What its operator's command of these words prints. */
  async ask(...words: readonly string[]): Promise<string> {
    const line = [PROGRAM, ...words, '--data', this.data, '--json']
    return (await promisify(execFile)(process.execPath, line)).stdout
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode === null) {
      const ended = once(this.#process, 'exit')
      this.#process.kill('SIGKILL')
      await ended
    }
  }
}
