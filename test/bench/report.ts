import { cpus, release, totalmem, type } from 'node:os'
import type { ProfileOfOperation } from './cpu-profile.ts'
import { type Figure, formatNumber } from './figures.ts'

/** Where it was measured. */
export interface Machine {
  readonly cpu: string
  readonly coreCount: number
  readonly memoryBytes: number
  readonly system: string
  readonly node: string
}

/** All that a run found; what `--json` prints. */
export interface Report {
  /** ISO 8601. */
  readonly date: string
  readonly depth: 'quick' | 'full'
  readonly machine: Machine
  readonly build: 'packed' | 'sources'
  /** Options of the relay that are not at their default. */
  readonly raisedBounds: Readonly<Record<string, number>>
  readonly remarks: readonly string[]
  readonly figures: readonly Figure[]
  readonly profiles: readonly ProfileOfOperation[]
}

/** Packages with a smaller share of the time are not told. */
const SHARE_TOLD_MIN = 0.01

/** This machine. */
export function thisMachine(): Machine {
  const all = cpus()
  return {
    cpu: all[0]?.model.trim() ?? 'unknown',
    coreCount: all.length,
    memoryBytes: totalmem(),
    system: `${type()} ${release()}`,
    node: process.version
  }
}

/** The report for people, in Markdown, which a terminal shows as well. */
export function formatReport(report: Report): string {
  const { machine } = report
  const memoryGib = formatNumber(machine.memoryBytes / 2 ** 30)
  const lines = [
    `${report.date.slice(0, 10)}, ${machine.coreCount} cores of ${machine.cpu}, ${memoryGib} GiB, ${machine.system}, ` +
      `Node ${machine.node}, ${report.depth} depth. Medians of the rounds [least-most].`,
    '',
    ...report.remarks.map((remark) => `- ${remark}`),
    '',
    ...table(['what', 'figure', 'goal', '', 'in the same rounds'], report.figures.map(figureCells)),
    '',
    ...missedLines(report.figures)
  ]
  // A moment's samples say nothing.
  for (const profile of report.depth === 'full' ? report.profiles : []) {
    lines.push('', ...profileLines(profile))
  }
  const text = lines.join('\n').replaceAll(/\n{3,}/g, '\n\n')
  return `${text.trimEnd()}\n`
}

function figureCells(one: Figure): readonly string[] {
  const range = one.rounds.length > 1 ? ` [${formatNumber(one.min)}-${formatNumber(one.max)}]` : ''
  return [
    one.name,
    `${formatNumber(one.median)}${range} ${one.unit}`,
    one.goalMax === undefined ? '' : formatNumber(one.goalMax),
    verdictOf(one),
    Object.entries(one.details)
      .map(([name, value]) => `${name} ${formatNumber(value)}`)
      .join(', ')
  ]
}

function verdictOf({ verdict, timesGoal }: Figure): string {
  return verdict === 'missed' ? `missed, ${formatNumber(timesGoal ?? NaN)} times` : (verdict ?? '')
}

function missedLines(figures: readonly Figure[]): readonly string[] {
  return figures
    .filter(({ verdict }) => verdict === 'missed')
    .map(({ name, limit }) => `- ${name}: ${limit ?? 'what limits it was not found.'}`)
}

function profileLines(profile: ProfileOfOperation): readonly string[] {
  const { name, mainThreadUs, packages, functions } = profile
  const shares = packages
    .filter(({ us }) => us >= SHARE_TOLD_MIN * mainThreadUs)
    .map((one) => `${one.name} ${formatNumber(one.us)}`)
  return [
    `The relay's JavaScript thread during a ${name}: ${formatNumber(mainThreadUs)} us of CPU each. By package: ` +
      `${shares.join(', ')}.`,
    '',
    ...table(
      ['function', 'us'],
      functions.map(({ name: function_, us }) => [
        `\`${function_.replaceAll('|', '\\|')}\``,
        formatNumber(us)
      ])
    )
  ]
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const widths = head.map((title, column) =>
    Math.max(3, title.length, ...rows.map((row) => row[column]?.length ?? 0))
  )
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  return [
    line(head),
    `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`,
    ...rows.map(line)
  ]
}
