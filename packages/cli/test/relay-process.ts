import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { temporaryDirectory } from './temporary-directory.ts'

const PROGRAM = fileURLToPath(new URL('../../../relay/bin/sealpost-relay.js', import.meta.url))

/** A relay in a process of its own, which asks for little work. */
export class RelayProcess {
  readonly address: string
  readonly #process: ChildProcess

  private constructor(address: string, process: ChildProcess) {
    this.address = address
    this.#process = process
  }

  static async start(): Promise<RelayProcess> {
    const words = ['run', '--data', temporaryDirectory(), '--listen', '127.0.0.1:0', '--json']
    const child = spawn(process.execPath, [PROGRAM, ...words], {
      env: { ...process.env, SEALPOST_RELAY_WORK_BITS: '1' },
      stdio: ['ignore', 'pipe', 'ignore']
    })
    for await (const line of createInterface({ input: child.stdout })) {
      const { event, address } = JSON.parse(line) as { event: string; address?: string }
      if (event === 'ready' && address !== undefined) {
        child.stdout.resume()
        return new RelayProcess(address, child)
      }
    }
    throw new Error('the relay ended before it was ready')
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode === null) {
      const ended = once(this.#process, 'exit')
      this.#process.kill('SIGKILL')
      await ended
    }
  }
}
