import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const PROGRAM = fileURLToPath(new URL('../../bin/sealpost-sim.js', import.meta.url))

/** The command in a process of its own. */
export class SimProcess {
  readonly child: ChildProcess
  stdout = ''
  stderr = ''
  readonly #ended: Promise<number | NodeJS.Signals>

  constructor(directory: string, line: readonly string[]) {
    this.child = spawn(process.execPath, [PROGRAM, ...line], {
      cwd: directory,
      stdio: ['ignore', 'pipe', 'pipe']
    })
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text
    })
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text
    })
    this.#ended = once(this.child, 'close').then(
      ([code, signal]) => (code ?? signal) as number | NodeJS.Signals
    )
  }

  /** The exit code, or the signal that ended it. */
  end(): Promise<number | NodeJS.Signals> {
    return this.#ended
  }
}

export async function runProcess(
  directory: string,
  ...line: readonly string[]
): Promise<SimProcess & { readonly code: number | NodeJS.Signals }> {
  const process = new SimProcess(directory, line)
  return Object.assign(process, { code: await process.end() })
}
