/** What editors and readers know of a scenario's file: its JSON Schema, and its keys as a table. Both are made of the rows. */
import { CHOICE } from './fault-shape.ts'
import { FILE, SEEDS_MAX } from './scenario-file.ts'
import { SCENARIO } from './scenario-shape.ts'
import type { JsonSchema, TableRow } from './shape.ts'
import type { Json } from './written.ts'

const SWEEP_WORDS =
  'Dotted paths, each with a list of values: every choice of one for each path is a variant.'

/** The schema of a file, draft 7. What keys mean together is checked when a file is read. */
export function scenarioSchema(): JsonSchema {
  const head = FILE.schema()
  const body = SCENARIO.schema()
  const sweep: Json = {
    description: SWEEP_WORDS,
    type: 'object',
    properties: {
      seeds: { description: 'Runs of each.', type: 'integer', minimum: 1, maximum: SEEDS_MAX }
    },
    additionalProperties: { type: 'array', minItems: 1 }
  }
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'urn:sealpost:scenario:1',
    title: 'A scenario of sealpost-sim',
    ...body,
    required: head['required'] ?? [],
    properties: { ...propertiesOf(head), ...propertiesOf(body), sweep }
  }
}

function propertiesOf(schema: JsonSchema): Readonly<Record<string, Json>> {
  return schema['properties'] as Readonly<Record<string, Json>>
}

/** Every key, as Markdown. */
export function scenarioTable(): string {
  const sweep: readonly TableRow[] = [
    {
      path: 'sweep',
      words: 'a map of paths, each a list',
      fallback: undefined,
      sentence: SWEEP_WORDS
    },
    {
      path: 'sweep.seeds',
      words: `a whole number from 1 to ${String(SEEDS_MAX)}`,
      fallback: 1,
      sentence: 'Runs of each variant.'
    }
  ]
  const choice = CHOICE.rows?.('faults[].nodes') ?? []
  const rows = [...(FILE.rows?.('') ?? []), ...(SCENARIO.rows?.('') ?? []), ...choice, ...sweep]
  const lines = rows.map(
    ({ path, words, fallback, sentence }) =>
      `| \`${path}\` | ${sentence} | ${words} | ${fallback === undefined ? '' : `\`${asWritten(fallback)}\``} |`
  )
  return ['| key | what for | what it can be | otherwise |', '| - | - | - | - |', ...lines].join(
    '\n'
  )
}

function asWritten(fallback: Json): string {
  return typeof fallback === 'string' ? fallback || "''" : JSON.stringify(fallback)
}
