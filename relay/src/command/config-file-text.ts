import { stringify } from 'yaml'
import {
  formatOption,
  OPTION_ROWS,
  type OptionRow,
  type OptionValue
} from '../config/option-rows.ts'
import { boundsText, defaultText, wrap } from './help-text.ts'

const INTRO =
  'How this relay is configured. A line that begins with # and an option holds nothing: it shows what holds anyway. ' +
  'A flag wins over the environment, that over this file. "sealpost-relay config check" says what is wrong with it; ' +
  '"sealpost-relay reload" makes a relay that runs take what has changed.'

/** A configuration file with every option in it: those of `chosen` as lines that hold, all others as comments with their default. */
export function configFileText(chosen: ReadonlyMap<string, OptionValue>): string {
  const sections = new Map<string, string[]>()
  for (const row of OPTION_ROWS) {
    const texts = sections.get(row.section) ?? []
    sections.set(row.section, [...texts, rowText(row, chosen.get(row.name))])
  }
  const parts = [...sections].map(([name, texts]) => `# ---- ${name}\n\n${texts.join('\n')}`)
  return `${wrap(INTRO, '# ')}\n\n${parts.join('\n')}`
}

function rowText(row: OptionRow, chosen: OptionValue | undefined): string {
  const restart = row.isLive ? '' : ' A change needs a restart.'
  const told = `${row.sentence}${restart} (${defaultText(row)}; ${boundsText(row)})`
  const line = `${row.name}: ${yamlText(row, chosen ?? row.fallback)}`
  return `${wrap(told, '# ')}\n${chosen === undefined ? '#' : ''}${line}\n`
}

function yamlText(row: OptionRow, value: OptionValue): string {
  const written = typeof value === 'number' ? formatOption(row, value) : value
  // Numbers are written as people write them; only texts need YAML's quotes.
  return typeof value === 'number'
    ? String(written)
    : stringify(written, { collectionStyle: 'flow', lineWidth: 0 }).trim()
}
