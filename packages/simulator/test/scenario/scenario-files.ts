/** Files that are made of the rows of a scenario, and of the scenarios that are shipped. `node packages/simulator/test/scenario/scenario-files.ts` makes them anew. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { format, resolveConfig } from 'prettier'
import { scenarioSchema, scenarioTable } from '../../src/scenario/scenario-schema.ts'

const ROOT = join(import.meta.dirname, '../../../..')
const SHIPPED = 'packages/simulator/scenarios'
const TABLE = /(<!-- keys -->\n)[^]*(\n<!-- \/keys -->)/

export interface MadeFile {
  readonly path: string
  readonly committed: string
  readonly fresh: string
}

async function made(path: string, make: (committed: string) => string): Promise<MadeFile> {
  const whole = join(ROOT, path)
  const committed = existsSync(whole) ? readFileSync(whole, 'utf8') : ''
  const options = { ...(await resolveConfig(whole)), filepath: whole }
  return { path, committed, fresh: await format(make(committed), options) }
}

/** The code sees no disk: what it ships is a part of it. */
function shippedScenarios(): string {
  const rows = readdirSync(join(ROOT, SHIPPED))
    .sort()
    .map((file) => {
      const text = readFileSync(join(ROOT, SHIPPED, file), 'utf8')
      return `{ name: '${file.replace('.yaml', '')}', text: ${quoted(text)} }`
    })
  return `/**
 * The files of \`scenarios\`, for whoever sees no disk.
 * \`node packages/simulator/test/scenario/scenario-files.ts\` makes this of them.
 */

export interface ShippedScenario {
  readonly name: string
  readonly text: string
}

export const SHIPPED_SCENARIOS: readonly ShippedScenario[] = [${rows.join(',')}]
`
}

function quoted(text: string): string {
  return `\`${text.replaceAll(/[\\`]|[$](?=[{])/g, '\\$&')}\``
}

export function madeFiles(): Promise<readonly MadeFile[]> {
  return Promise.all([
    made('packages/simulator/scenario.schema.json', () => JSON.stringify(scenarioSchema())),
    made('packages/simulator/src/scenario/shipped-scenarios.ts', shippedScenarios),
    made('docs/scenario-files.md', (page) =>
      page.replace(
        TABLE,
        (_, before: string, after: string) => `${before}\n${scenarioTable()}\n${after}`
      )
    )
  ])
}

if (import.meta.main) {
  for (const { path, fresh } of await madeFiles()) {
    writeFileSync(join(ROOT, path), fresh)
  }
}
