import type { Ticket } from '@sealpost/client'
import { UsageError } from '@sealpost/protocol'
import type { Command, Context } from '../command.ts'
import { readChoice } from '../flag-values.ts'
import { carryOut } from '../network.ts'
import { plainText } from '../plain-text.ts'
import { deskOf, freshDesk, withNumber } from '../reports/desk-of.ts'
import { wordJson, wordText } from '../reports/report-views.ts'
import { countsText, ticketJson, ticketText } from '../reports/ticket-views.ts'
import { sentences } from '../sentences.ts'
import { remark, show } from '../show.ts'

const NUMBER = { name: 'N', sentence: 'the report’s number, as desk list shows it' }
const CANNED = {
  name: '--canned',
  value: 'NAME',
  sentence: 'says an answer that desk canned keeps, before the text if there is one'
}
const STATES = ['looking', 'solved', 'closed'] as const

export const deskList: Command = {
  name: 'desk list',
  sentence: 'lists the reports that came to this desk',
  arguments: [],
  flags: [
    { name: '--open', sentence: 'only those that are received or being looked at' },
    {
      name: '--overdue',
      sentence: 'only those that wait for 24 h; ends with 1 where there are any'
    }
  ],
  run: list
}

export const deskShow: Command = {
  name: 'desk show',
  sentence: 'shows a report, with all that was said about it',
  arguments: [NUMBER],
  flags: [],
  run: showOne
}

export const deskAnswer: Command = {
  name: 'desk answer',
  sentence: 'answers whoever reported it',
  arguments: [NUMBER, { name: 'TEXT', sentence: 'what to say, in quotes', isOptional: true }],
  flags: [CANNED],
  run: answer
}

export const deskState: Command = {
  name: 'desk state',
  sentence: 'says what becomes of a report',
  arguments: [NUMBER, { name: 'STATE', sentence: 'looking, solved or closed' }],
  flags: [
    { name: '--in', value: 'VERSION', sentence: 'in which version it is solved' },
    { name: '--text', value: 'TEXT', sentence: 'what to say with it, in quotes' },
    CANNED
  ],
  run: setState
}

export const deskTag: Command = {
  name: 'desk tag',
  sentence: 'notes what a report came from, to be counted',
  arguments: [NUMBER],
  flags: [
    {
      name: '--cause',
      value: 'CAUSE',
      isRepeatable: true,
      sentence: 'a word of small letters, digits and dashes; up to five'
    }
  ],
  run: tag
}

export const deskCounts: Command = {
  name: 'desk counts',
  sentence: 'counts reports by month, category and cause',
  arguments: [],
  flags: [],
  run: counts
}

export const deskCanned: Command = {
  name: 'desk canned',
  sentence: 'keeps an answer that is often given, or lists them',
  arguments: [{ name: 'NAME', sentence: 'what it is called', isOptional: true }],
  flags: [{ name: '--text', value: 'TEXT', sentence: 'what it says; without one it is removed' }],
  run: canned
}

async function list(context: Context): Promise<number> {
  const { values } = context
  const own = await freshDesk(context)
  const isOverdueOnly = values.has('--overdue')
  const found = (await own.tickets()).filter((ticket) => {
    return (!values.has('--open') || isOpen(ticket)) && (!isOverdueOnly || own.isOverdue(ticket))
  })
  const nowMs = context.clock.wallMs()
  for (const ticket of found) {
    await show(context, ticketJson(ticket, own.isOverdue(ticket)), ticketText(ticket, nowMs))
  }
  if (found.length === 0) {
    await remark(context, sentences.desk.none)
  }
  return isOverdueOnly && found.length > 0 ? 1 : 0
}

function isOpen({ state }: Ticket): boolean {
  return state === 'received' || state === 'looking'
}

async function showOne(context: Context): Promise<number> {
  const own = await freshDesk(context)
  const { ticket, words } = await withNumber(context, (number) => own.show(number))
  const nowMs = context.clock.wallMs()
  const text = [
    ticketText(ticket, nowMs),
    ...words.map((word) => wordText(word, sentences.reports.reporter, nowMs))
  ]
  const found = { ...ticketJson(ticket, own.isOverdue(ticket)), words: words.map(wordJson) }
  await show(context, found, text.join('\n'))
  return 0
}

async function answer(context: Context): Promise<number> {
  const own = await freshDesk(context)
  const text = textOf(context, own.canned)
  if (text === '') {
    throw new UsageError('SEALPOST_USAGE', sentences.desk.noText)
  }
  const ticket = await withNumber(context, (number) => own.answer(number, text))
  return done(context, ticket, sentences.desk.answered(ticket.number))
}

async function setState(context: Context): Promise<number> {
  const { values } = context
  const name = readChoice('STATE', STATES)(values.text('STATE'))
  const state = STATES.find((known) => known === name) ?? 'looking'
  const version = values.optionalText('--in')
  if (version !== undefined && state !== 'solved') {
    throw new UsageError('SEALPOST_USAGE', sentences.desk.onlySolved)
  }
  const own = await freshDesk(context)
  const text = textOf(context, own.canned)
  const ticket = await withNumber(context, (number) =>
    own.setState(number, { state, version, text })
  )
  return done(context, ticket, sentences.desk.state(ticket.number, state))
}

async function tag(context: Context): Promise<number> {
  const own = await freshDesk(context)
  const causes = context.values.list('--cause')
  const ticket = await withNumber(context, (number) => own.tag(number, causes))
  return done(context, ticket, sentences.desk.tagged(ticket.number, ticket.tags))
}

async function counts(context: Context): Promise<number> {
  const own = await freshDesk(context)
  const months = await own.counts()
  for (const month of months) {
    await show(context, month, countsText(month))
  }
  if (months.length === 0) {
    await remark(context, sentences.desk.none)
  }
  return 0
}

async function canned(context: Context): Promise<number> {
  const { values } = context
  const own = await deskOf(context, await context.client())
  const name = values.optionalText('NAME')
  if (name !== undefined) {
    const text = values.optionalText('--text')
    await own.keepCanned(name, text)
    const { kept, removed } = sentences.desk
    await show(context, { name, text }, text === undefined ? removed(name) : kept(name))
    return 0
  }
  const all = Object.entries(own.canned)
  for (const [each, text] of all) {
    await show(context, { name: each, text }, `${each}\n    ${plainText(text, '    ')}`)
  }
  if (all.length === 0) {
    await remark(context, sentences.desk.noneCanned)
  }
  return 0
}

/** What is to be said: an answer that is kept, a text, or both. */
function textOf({ values }: Context, kept: Readonly<Record<string, string>>): string {
  const name = values.optionalText('--canned')
  const text = values.optionalText('TEXT') ?? values.optionalText('--text')
  if (name !== undefined && !Object.hasOwn(kept, name)) {
    throw new UsageError('SEALPOST_USAGE', sentences.desk.noCanned(name))
  }
  const before = name === undefined ? undefined : kept[name]
  return [before, text].filter((part) => part !== undefined).join('\n\n')
}

async function done(context: Context, ticket: Ticket, sentence: string): Promise<number> {
  await show(context, ticketJson(ticket, false), sentence)
  await carryOut(context, await context.client())
  return 0
}
