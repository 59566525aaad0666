/**
 * `npm run bench [-- NAMES] [--quick] [--json] [--sources] [--write]`: what the README promises about speed, measured.
 *
 * It asserts nothing about time: it ends with 0 where it could measure. `docs/benchmarks.md` says what each figure means.
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { packedApps, SOURCES } from './apps.ts'
import { RAISED_BOUNDS } from './bench-relay.ts'
import { FULL, QUICK } from './depth.ts'
import { formatNumber } from './figures.ts'
import { formatReport, type Report, thisMachine } from './report.ts'
import type { Bench, Findings } from './scenario.ts'
import { SCENARIOS } from './scenarios.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const OUT = join(ROOT, 'out')
const GUIDE = join(ROOT, 'docs/benchmarks.md')
/** What measures no relay and no command. */
const WITHOUT_APPS: ReadonlySet<string> = new Set([
  'baselines',
  'engine',
  'simulator-days',
  'full-stack',
  'simulator-kernel'
])
const FIGURES = /(<!-- figures -->\n)[^]*(<!-- end of figures -->)/

const NAMES: Readonly<Record<string, string>> = Object.assign(
  {},
  ...SCENARIOS.map(({ names }) => names)
) as Record<string, string>

interface Wanted {
  readonly names: ReadonlySet<string>
  readonly isQuick: boolean
  readonly isJson: boolean
  readonly isSources: boolean
  readonly isWritten: boolean
}

function usage(): string {
  const width = Math.max(...Object.keys(NAMES).map(({ length }) => length))
  const names = Object.entries(NAMES).map(
    ([name, sentence]) => `  ${name.padEnd(width)}  ${sentence}`
  )
  return `Usage: npm run bench [-- NAMES...] [--quick] [--json] [--sources] [--write]

NAMES, all of them if none is given:
${names.join('\n')}

  --quick    little of everything, to see whether it runs
  --json     the report as JSON on the standard output, and not in out/bench.json
  --sources  measures the sources of this checkout, not the packed build
  --write    puts the figures into docs/benchmarks.md
`
}

/** @returns undefined for a wrong command line, which was told. */
function readCommandLine(words: readonly string[]): Wanted | undefined {
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        quick: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        sources: { type: 'boolean', default: false },
        write: { type: 'boolean', default: false }
      }
    })
    const unknown = positionals.filter((name) => !(name in NAMES))
    if (unknown.length > 0) {
      throw new Error(`There is no scenario ${unknown.join(', ')}.`)
    }
    return {
      names: new Set(positionals.length > 0 ? positionals : Object.keys(NAMES)),
      isQuick: values.quick,
      isJson: values.json,
      isSources: values.sources,
      isWritten: values.write
    }
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage()}`)
    return undefined
  }
}

async function measure(wanted: Wanted): Promise<Report> {
  await mkdir(OUT, { recursive: true })
  // Not below the system's directory for temporary files, which may be memory: what is synced here must reach a disk.
  const directory = await mkdtemp(join(OUT, 'bench-'))
  try {
    const say = (text: string): void => {
      process.stderr.write(`${text}\n`)
    }
    const needsApps = [...wanted.names].some((name) => !WITHOUT_APPS.has(name))
    const apps =
      wanted.isSources || !needsApps ? SOURCES : await packedApps(join(directory, 'installed'))
    const depth = wanted.isQuick ? QUICK : FULL
    const bench: Bench = { depth, wanted: wanted.names, apps, directory, say }
    const date = new Date().toISOString()
    const all: Findings[] = []
    for (const scenario of SCENARIOS) {
      if (Object.keys(scenario.names).some((name) => wanted.names.has(name))) {
        all.push(await scenario.run(bench))
      }
    }
    const raised = Object.entries(RAISED_BOUNDS).map(
      ([name, value]) => `${name} ${formatNumber(value)}`
    )
    return {
      date,
      depth: depth.name,
      machine: thisMachine(),
      build: apps.build,
      raisedBounds: RAISED_BOUNDS,
      remarks: [
        ...(needsApps
          ? [
              apps.sentence,
              `The relay's bounds are raised: ${raised.join('; ')}. Scenarios that say so keep its usual quotas.`
            ]
          : []),
        ...all.flatMap(({ remarks }) => remarks ?? [])
      ],
      figures: all.flatMap(({ figures }) => figures),
      profiles: all.flatMap(({ profiles }) => profiles ?? [])
    }
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

async function writeGuide(text: string): Promise<void> {
  const guide = await readFile(GUIDE, 'utf8')
  if (!FIGURES.test(guide)) {
    throw new Error('docs/benchmarks.md has lost the marks between which the figures stand')
  }
  await writeFile(
    GUIDE,
    guide.replace(FIGURES, (_, head: string, tail: string) => `${head}\n${text}\n${tail}`)
  )
}

const wanted = readCommandLine(process.argv.slice(2))
if (wanted === undefined) {
  process.exitCode = 2
} else {
  const report = await measure(wanted)
  const json = `${JSON.stringify(report, undefined, 2)}\n`
  if (wanted.isJson) {
    process.stdout.write(json)
  } else {
    await writeFile(join(OUT, 'bench.json'), json)
    process.stdout.write(formatReport(report))
  }
  if (wanted.isWritten) {
    await writeGuide(formatReport(report))
  }
}
