/** Files that are made of the rows of a scenario. `node packages/simulator/test/scenario/scenario-files.ts` makes them anew. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { format, resolveConfig } from 'prettier'
import { scenarioSchema, scenarioTable } from '../../src/scenario/scenario-schema.ts'

const ROOT = join(import.meta.dirname, '../../../..')
const TABLE = /(<!-- keys -->\n)[^]*(\n<!-- \/keys -->)/

export interface MadeFile {
  readonly path: string
  readonly committed: string
  readonly fresh: string
}

async function made(path: string, make: (committed: string) => string): Promise<MadeFile> {
  const whole = join(ROOT, path)
  const committed = readFileSync(whole, 'utf8')
  const options = { ...(await resolveConfig(whole)), filepath: whole }
  return { path, committed, fresh: await format(make(committed), options) }
}

export function madeFiles(): Promise<readonly MadeFile[]> {
  return Promise.all([
    made('packages/simulator/scenario.schema.json', () => JSON.stringify(scenarioSchema())),
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
