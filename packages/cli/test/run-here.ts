import { runSealpost } from '../src/run-sealpost.ts'
import { MemoryScreen } from './memory-screen.ts'

export interface Ran {
  readonly code: number
  /** Lines of the standard output, and of the standard error. */
  readonly printed: readonly string[]
  readonly warned: readonly string[]
}

export interface RunOptions {
  readonly environment?: NodeJS.ProcessEnv
  readonly screen?: MemoryScreen
  readonly signal?: AbortSignal
}

/** Runs a command line in this process, with a home of its own to find: it knows nothing of this machine's environment. */
export async function runHere(line: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const screen = options.screen ?? new MemoryScreen()
  const code = await runSealpost(line, {
    screen,
    environment: options.environment ?? {},
    signal: options.signal ?? new AbortController().signal
  })
  return { code, printed: screen.printed, warned: screen.warned }
}

/** The one object that a run with `--json` printed. */
export function onlyJson({ printed }: Ran): Record<string, unknown> {
  if (printed.length !== 1) {
    throw new Error(`${String(printed.length)} lines: ${printed.join('\n')}`)
  }
  return JSON.parse(printed[0] ?? '') as Record<string, unknown>
}

/** The objects that a run with `--json` printed. */
export function jsonLines({ printed }: Pick<Ran, 'printed'>): readonly Record<string, unknown>[] {
  return printed.map((line) => JSON.parse(line) as Record<string, unknown>)
}

/** The error that a run with `--json` ended with. */
export function jsonError({ warned }: Ran): { readonly code: string; readonly message: string } {
  const { error } = JSON.parse(warned.at(-1) ?? '') as {
    error: { code: string; message: string }
  }
  return error
}
