import { availableParallelism } from 'node:os'
import { UsageError } from '@sealpost/protocol'
import type { Context, Flag } from './command.ts'

const WORKERS_MAX = 256

export const WORKERS: Flag = {
  name: 'workers',
  value: 'COUNT',
  sentence: 'runs so many seeds at a time; as many as there are processors if not given'
}

/** @throws UsageError */
export function readWorkers({ values }: Pick<Context, 'values'>): number {
  const text = values.optionalText('workers') ?? String(availableParallelism())
  const count = /^\d{1,3}$/.test(text) ? Number(text) : 0
  if (count < 1 || count > WORKERS_MAX) {
    throw new UsageError(
      'SEALPOST_USAGE',
      `--workers takes a number from 1 to ${String(WORKERS_MAX)}.`
    )
  }
  return count
}
