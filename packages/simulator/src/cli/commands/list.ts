import { BUILTIN_SCENARIOS } from '../../scenario/builtin-scenarios.ts'
import { parseScenario } from '../../scenario/parse-scenario.ts'
import type { Command, Context } from '../command.ts'

/** Shows what is shipped. */
export const list: Command = {
  name: 'list',
  sentence: 'lists the scenarios that are shipped, with the question of each',
  arguments: [],
  flags: [],
  notes: ['sealpost-sim run NAME runs one; a file may begin with it: extends: builtin:NAME'],
  run
}

async function run({ screen, values }: Context): Promise<number> {
  const rows = [...BUILTIN_SCENARIOS].map(([key, text]) => {
    const { variants } = parseScenario({ name: key, text })
    const question = variants[0]?.scenario.question ?? ''
    return { name: key.replace('builtin:', ''), question, variants: variants.length }
  })
  const width = Math.max(...rows.map(({ name }) => name.length)) + 2
  for (const row of rows) {
    screen.print(
      values.has('json') ? JSON.stringify(row) : `${row.name.padEnd(width)}${row.question}`
    )
  }
  return 0
}
