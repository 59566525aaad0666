import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { isSealpostError, StorageError, UsageError } from '@sealpost/protocol'
import type { Command, Context } from '../command.ts'
import { newScenarioText } from '../new-scenario.ts'

/** Begins a scenario. */
export const newCommand: Command = {
  name: 'new',
  sentence: 'writes a scenario of your own to begin with, with a line on everything',
  arguments: [
    { name: 'NAME', sentence: 'its name: NAME.yaml is the file, which must not be there yet' }
  ],
  flags: [],
  run
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/

async function run({ values, directory, screen }: Context): Promise<number> {
  const name = values.text('NAME').replace(/[.]ya?ml$/, '')
  if (!NAME.test(name)) {
    throw new UsageError(
      'SEALPOST_USAGE',
      'NAME takes letters, digits, dots and dashes: sealpost-sim new how-many-relays'
    )
  }
  const path = resolve(directory, `${name}.yaml`)
  try {
    await writeFile(path, newScenarioText(name), { flag: 'wx' })
  } catch (cause) {
    throw isSealpostError(cause) ? cause : whyNot(path, cause)
  }
  const next = `sealpost-sim run ${name}.yaml`
  screen.print(
    values.has('json')
      ? JSON.stringify({ path })
      : `${path} is there. Write your question into it, then: ${next}`
  )
  return 0
}

function whyNot(path: string, cause: unknown): Error {
  const isThere = cause instanceof Error && 'code' in cause && cause.code === 'EEXIST'
  return isThere
    ? new UsageError('SEALPOST_USAGE', `${path} is there already. Take another name.`, { cause })
    : new StorageError(
        'SEALPOST_STORE_FAILED',
        `${path} cannot be written (${cause instanceof Error ? cause.message : String(cause)}).`,
        { cause }
      )
}
