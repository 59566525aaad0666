import type { ParamRow } from '@sealpost/operator'
import { formatOption, OPTION_ROWS, type OptionRow } from '../config/option-rows.ts'
import { COMMANDS } from './commands.ts'

const WIDTH = 100
const INDENT = '      '

/** What `--help` prints: made from the rows, so that it is never wrong. */
export function helpText(): string {
  const commands = Object.entries(COMMANDS).map(
    ([name, { params, sentence }]) =>
      `  sealpost-relay ${[name, ...params.map(paramText)].join(' ')}\n${wrap(sentence)}`
  )
  const sections = new Map<string, string[]>()
  for (const row of OPTION_ROWS) {
    sections.set(row.section, [...(sections.get(row.section) ?? []), optionText(row)])
  }
  const options = [...sections].map(([name, texts]) => `${name}:\n${texts.join('\n')}`)
  return `${[
    'sealpost-relay: a relay that keeps sealed envelopes and knows nothing',
    commands.join('\n'),
    COMMAND_FLAGS,
    SOURCES,
    ...options
  ].join('\n\n')}\n`
}

const COMMAND_FLAGS = `  --config FILE   Reads options from a YAML file; else from relay.yaml in the data directory, if there is one.
  --json          Prints one JSON object a line: for programs.
  --help          Prints this.
  --version       Prints the version.`

const SOURCES = `Every option below can be given as a flag, as SEALPOST_RELAY_<OPTION> in the environment, or as a line
"option: value" in the file. A flag wins over the environment, that over the file.`

function paramText({ name, kind, isOptional, isPositional }: ParamRow): string {
  const value = kind.type === 'choice' ? kind.words.join('|') : name.toUpperCase()
  const text =
    isPositional === true ? value : `--${name}${kind.type === 'switch' ? '' : ` ${value}`}`
  return isOptional === true || kind.type === 'switch' ? `[${text}]` : text
}

function optionText(row: OptionRow): string {
  const told = `${row.sentence} (${defaultText(row)}; ${boundsText(row)})`
  return `  --${row.name} ${placeholder(row)}\n${wrap(told)}`
}

function placeholder({ kind, unit }: OptionRow): string {
  switch (kind.type) {
    case 'integer':
      return 'N'
    case 'bytes':
      return 'BYTES'
    case 'choice':
      return kind.words.join('|')
    case 'list':
      return `${unit.toUpperCase()},...`
    case 'text':
      return unit.toUpperCase()
  }
}

/** What holds where nothing is said. */
export function defaultText(row: OptionRow): string {
  const shown = formatOption(row, row.fallback)
  return shown === '' ? 'nothing' : shown
}

/** What is allowed. */
export function boundsText(row: OptionRow): string {
  const { kind } = row
  switch (kind.type) {
    case 'integer':
    case 'bytes':
      return `${formatOption(row, kind.min)} to ${formatOption(row, kind.max)}`
    case 'text':
      return `up to ${String(kind.bytesMax)} bytes`
    case 'choice':
      return kind.words.join(', ')
    case 'list':
      return `${String(kind.countMin)} to ${String(kind.countMax)}`
  }
}

/** Lines of at most 100 columns, each after `indent`. */
export function wrap(text: string, indent: string = INDENT): string {
  const lines: string[] = []
  let line = indent
  for (const word of text.split(' ')) {
    if (line.length + word.length + 1 > WIDTH && line !== indent) {
      lines.push(line.trimEnd())
      line = indent
    }
    line += `${word} `
  }
  return [...lines, line.trimEnd()].join('\n')
}
