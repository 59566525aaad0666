import type { Reports } from '@sealpost/client'
import { isSealpostError, UsageError } from '@sealpost/protocol'
import type { Command, Context } from '../command.ts'
import { carryOut, catchUp } from '../network.ts'
import { hasReports, reportsOf } from '../reports/open-reports.ts'
import { reportJson, reportText, wordJson, wordText } from '../reports/report-views.ts'
import { sentences } from '../sentences.ts'
import { remark, show } from '../show.ts'

const NUMBER = { name: 'N', sentence: 'the report’s number, as report and reports show it' }

/** Lists what was reported. */
export const reports: Command = {
  name: 'reports',
  sentence: 'lists what you reported to operators, and what became of it',
  arguments: [],
  flags: [],
  run: list
}

/** Shows a report with all answers. */
export const reportsShow: Command = {
  name: 'reports show',
  sentence: 'shows one of your reports, with all that was said about it',
  arguments: [NUMBER],
  flags: [],
  run: showOne
}

/** Adds to a report. */
export const reportsAnswer: Command = {
  name: 'reports answer',
  sentence: 'writes more about one of your reports',
  arguments: [NUMBER, { name: 'TEXT', sentence: 'what there is to add, in quotes' }],
  flags: [],
  run: answer
}

/** Takes a report back. */
export const reportsWithdraw: Command = {
  name: 'reports withdraw',
  sentence: 'takes one of your reports back: it is not counted',
  arguments: [NUMBER],
  flags: [],
  run: withdraw
}

async function list(context: Context): Promise<number> {
  const client = await context.client()
  if (!hasReports(context.home)) {
    await remark(context, sentences.reports.none)
    return 0
  }
  const all = await freshReports(context)
  const found = await all.reports()
  const nowMs = context.clock.wallMs()
  for (const report of found) {
    await show(context, reportJson(report), reportText(report, nowMs))
  }
  if (found.length === 0) {
    await remark(context, sentences.reports.none)
  }
  await carryOut(context, client)
  return 0
}

async function showOne(context: Context): Promise<number> {
  const all = await freshReports(context)
  const { report, words } = await named(context, (number) => all.show(number))
  const nowMs = context.clock.wallMs()
  const text = [
    reportText(report, nowMs),
    ...words.map((word) => wordText(word, sentences.reports.desk, nowMs))
  ]
  await show(context, { ...reportJson(report), words: words.map(wordJson) }, text.join('\n'))
  return 0
}

async function answer(context: Context): Promise<number> {
  const all = await reportsOf(context, await context.client())
  const text = context.values.text('TEXT')
  const number = await named(context, (given) => all.say(given, text).then(() => numberOf(given)))
  await show(context, { number }, sentences.reports.answered(number))
  await bring(context, all)
  return 0
}

async function withdraw(context: Context): Promise<number> {
  const all = await reportsOf(context, await context.client())
  const number = await named(context, (given) => all.withdraw(given).then(() => numberOf(given)))
  await show(context, { number }, sentences.reports.withdrawn(number))
  await bring(context, all)
  return 0
}

function numberOf(given: string): string {
  return given.trim().toUpperCase()
}

/** What desks have said until now is here. */
async function freshReports(context: Context): Promise<Reports> {
  const all = await reportsOf(context, await context.client())
  if (!context.isResident) {
    await catchUp(context, all.client)
    await all.idle()
  }
  return all
}

async function bring(context: Context, all: Reports): Promise<void> {
  await carryOut(context, all.client)
  await all.idle()
  await carryOut(context, all.client)
}

/** @throws UsageError `SEALPOST_UNKNOWN_MESSAGE` with a sentence about numbers */
async function named<Result>(
  { values }: Context,
  task: (number: string) => Promise<Result>
): Promise<Result> {
  const number = values.text('N')
  try {
    return await task(number)
  } catch (error) {
    if (isSealpostError(error) && error.code === 'SEALPOST_UNKNOWN_MESSAGE') {
      throw new UsageError(error.code, sentences.reports.noNumber(number))
    }
    throw error
  }
}
