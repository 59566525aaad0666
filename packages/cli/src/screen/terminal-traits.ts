/** What the terminal of a process can do. */
import type { TerminalTraits } from './screen.ts'

/** As terminals begin where they do not say how large they are. */
const COLUMNS = 80
const ROWS = 24

/** The standard streams, as far as this looks at them. */
interface Streams {
  readonly stdin: { readonly isTTY?: boolean }
  readonly stdout: { readonly isTTY?: boolean; readonly columns?: number; readonly rows?: number }
}

/** Undefined unless both streams are a terminal that can be drawn on. `NO_COLOR` as no-color.org has it. */
export function terminalTraits(
  { stdin, stdout }: Streams,
  environment: NodeJS.ProcessEnv
): TerminalTraits | undefined {
  if (stdin.isTTY !== true || stdout.isTTY !== true || environment['TERM'] === 'dumb') {
    return undefined
  }
  return {
    // A terminal that does not know its size says 0.
    columns: atLeastOne(stdout.columns) ?? COLUMNS,
    rows: atLeastOne(stdout.rows) ?? ROWS,
    isUtf8: isUtf8(environment),
    hasColor: (environment['NO_COLOR'] ?? '') === ''
  }
}

function atLeastOne(count: number | undefined): number | undefined {
  return count !== undefined && count >= 1 ? count : undefined
}

/** Whether the locale's letters are UTF-8: the first of the three that is set says so. */
function isUtf8(environment: NodeJS.ProcessEnv): boolean {
  const locale = ['LC_ALL', 'LC_CTYPE', 'LANG']
    .map((name) => environment[name] ?? '')
    .find((value) => value !== '')
  // On Windows there is no locale of this kind, and its terminals show UTF-8.
  return locale === undefined ? environment['OS'] === 'Windows_NT' : /utf-?8/i.test(locale)
}
