import type { RelayReport } from '@sealpost/client'
import type { Command, Context } from '../command.ts'
import { withDeadline } from '../deadline.ts'
import { codeSentence } from '../failure.ts'
import { readTimeout } from '../flag-values.ts'
import { plainLine } from '../plain-text.ts'
import { sentences } from '../sentences.ts'
import { show } from '../show.ts'

const TIMEOUT_MS = 30_000

/** Tries a relay without making it one of this account's. */
export const relaysTest: Command = {
  name: 'relays test',
  sentence: 'sends a test message through a relay, yours or not',
  arguments: [{ name: 'ADDRESS', sentence: 'the relay’s address, from who runs it' }],
  flags: [
    {
      name: '--timeout',
      value: 'SECONDS',
      sentence: 'how long it may take; 30 if not given',
      read: readTimeout
    }
  ],
  notes: ['It ends with 1 where the relay cannot keep messages for you now.'],
  run
}

async function run(context: Context): Promise<number> {
  const { values } = context
  const client = await context.client()
  const address = values.text('ADDRESS')
  const report = await withDeadline(context, values.number('--timeout') ?? TIMEOUT_MS, (signal) =>
    client.testRelay(address, signal)
  )
  await show(context, reportJson(address, report), reportText(address, report))
  return report.problem === undefined ? 0 : 1
}

function reportJson(address: string, report: RelayReport): object {
  const { problem, capacity, clockOffsetMs, roundTripMs, operator, policy } = report
  const isUsable = problem === undefined
  return { address, isUsable, problem, capacity, clockOffsetMs, roundTripMs, operator, policy }
}

function reportText(address: string, report: RelayReport): string {
  const words = sentences.relays
  const { problem, capacity, clockOffsetMs, roundTripMs, operator, policy } = report
  const rows: readonly (readonly [string, string])[] = [
    [words.roundTrip, `${roundTripMs.toFixed(0)} ms`],
    [words.clock, `${(Math.abs(clockOffsetMs) / 1_000).toFixed(1)} s`],
    [words.capacity, capacity],
    [words.operator, plainLine(operator)],
    [words.policy, plainLine(policy)]
  ]
  return [
    problem === undefined
      ? words.works(address)
      : words.answersOnly(address, codeSentence(problem)),
    ...rows
      .filter(([, value]) => value !== '')
      .map(([name, value]) => `  ${name.padEnd(18)}${value}`)
  ].join('\n')
}
