import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const PROGRAM = fileURLToPath(new URL('../bin/sealpost.js', import.meta.url))

/** The command in a process of its own, with nothing of this machine's environment that it would look at. */
export class SealpostProcess {
  readonly child: ChildProcessWithoutNullStreams
  stdout = ''
  stderr = ''
  readonly #ended: Promise<number | NodeJS.Signals>

  constructor(line: readonly string[], environment: NodeJS.ProcessEnv = {}) {
    const own = Object.entries(process.env).filter(([name]) => !name.startsWith('SEALPOST_'))
    this.child = spawn(process.execPath, [PROGRAM, ...line], {
      env: { ...Object.fromEntries(own), ...environment }
    })
    this.child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text
    })
    this.child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text
    })
    this.#ended = once(this.child, 'close').then(
      ([code, signal]) => (code ?? signal) as number | NodeJS.Signals
    )
  }

  /** Resolves once the standard output or error matches. */
  async until(pattern: RegExp): Promise<void> {
    while (!pattern.test(this.stdout) && !pattern.test(this.stderr)) {
      if (this.child.exitCode !== null) {
        throw new Error(`it ended with ${String(this.child.exitCode)}: ${this.stderr}`)
      }
      await Promise.race([
        once(this.child.stdout, 'data'),
        once(this.child.stderr, 'data'),
        this.#ended
      ])
    }
  }

  kill(name: NodeJS.Signals): void {
    this.child.kill(name)
  }

  /** The exit code, or the signal that ended it. */
  end(): Promise<number | NodeJS.Signals> {
    return this.#ended
  }
}

/** Runs a command line to its end. */
export async function runProcess(
  line: readonly string[],
  environment: NodeJS.ProcessEnv = {}
): Promise<SealpostProcess & { readonly code: number | NodeJS.Signals }> {
  const process = new SealpostProcess(line, environment)
  process.child.stdin.end()
  return Object.assign(process, { code: await process.end() })
}
