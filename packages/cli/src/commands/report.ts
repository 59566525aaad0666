import type { Report, ReportDesk, Reports, SealpostClient } from '@sealpost/client'
import { TICKET_CATEGORIES, type TicketCategory, UsageError } from '@sealpost/protocol'
import type { Command, Context } from '../command.ts'
import { readChoice, readTimeout } from '../flag-values.ts'
import { carryOut, tryRelays, withinTime } from '../network.ts'
import { askLines, redactLine } from '../reports/log-lines.ts'
import { reportsOf } from '../reports/open-reports.ts'
import { reportJson, stateText } from '../reports/report-views.ts'
import { sentences } from '../sentences.ts'
import { remark, show } from '../show.ts'

const DIAL_MS = 5_000
const TIMEOUT_MS = 15_000

/** Writes to the operator of a relay. */
export const report: Command = {
  name: 'report',
  sentence: 'reports a problem, abuse or a wish to the operator of a relay',
  arguments: [
    { name: 'CATEGORY', sentence: 'problem, complaint, abuse, wish or other' },
    { name: 'TEXT', sentence: 'what there is to say, in quotes' }
  ],
  flags: [
    {
      name: '--relay',
      value: 'ADDRESS',
      sentence: 'whose operator gets it; needed where several of your relays take reports'
    },
    {
      name: '--desk',
      value: 'ADDRESS',
      sentence: 'the public address for reports, where no relay has told it'
    },
    {
      name: '--log',
      value: 'FILE',
      sentence: 'shows the last lines of a log, one by one, and asks which may go with it'
    },
    {
      name: '--line',
      value: 'TEXT',
      isRepeatable: true,
      sentence: 'a line that goes with it, which the person agreed to'
    },
    {
      name: '--timeout',
      value: 'SECONDS',
      sentence: 'how long to wait until a relay has it; 15 if not given',
      read: readTimeout
    }
  ],
  notes: [
    'It is encrypted for the operator alone and goes out without your account: from another one, made for',
    'your reports. It is kept until it can be sent. sealpost reports shows what becomes of it.'
  ],
  run
}

async function run(context: Context): Promise<number> {
  const { values } = context
  const category = categoryOf(values.text('CATEGORY'))
  const client = await context.client()
  const desk = values.optionalText('--desk') ?? (await findDesk(context, client)).link
  const log = values.optionalText('--log')
  const asked = log === undefined ? [] : await askLines(context, log)
  const lines = [...values.list('--line').map(redactLine), ...asked]
  await remark(context, sentences.reports.learns)
  const reports = await reportsOf(context, client)
  const begun = await reports.report({ desk, category, text: values.text('TEXT'), lines })
  const written = await untilSent(context, reports, begun)
  const { number } = written
  await show(context, reportJson(written), `${number}  ${stateText(written)}`)
  await remark(context, sentences.reports.later)
  await carryOut(context, reports.client)
  return 0
}

function categoryOf(text: string): TicketCategory {
  const name = readChoice('CATEGORY', TICKET_CATEGORIES)(text)
  return TICKET_CATEGORIES.find((known) => known === name) ?? 'other'
}

async function findDesk(context: Context, client: SealpostClient): Promise<ReportDesk> {
  await tryRelays(context, client, DIAL_MS)
  const { desksOf } = await import('@sealpost/client')
  const desks = await desksOf(client)
  const wanted = context.values.optionalText('--relay')
  const found = desks.filter(({ relay }) => wanted === undefined || isOf(relay, wanted))
  const [desk] = found
  if (desk === undefined) {
    throw new UsageError('SEALPOST_USAGE', sentences.reports.noDesk)
  }
  if (found.length > 1) {
    const relays = found.map(({ relay }) => relay)
    throw new UsageError('SEALPOST_USAGE', sentences.reports.whichRelay(relays))
  }
  return desk
}

/** A relay is named by any of its addresses, or by the end of them, which is its key. */
function isOf(relay: string, wanted: string): boolean {
  const keyOf = (address: string): string | undefined => address.split('/').at(-1)
  return relay === wanted || keyOf(relay) === keyOf(wanted)
}

/** Waits until a relay has it, if one can be reached; and a moment more for the receipt. */
async function untilSent(context: Context, reports: Reports, written: Report): Promise<Report> {
  const { number } = written
  // Nothing is marked as shown by looking: whatever stays online tells of the receipt.
  const find = async (): Promise<Report | undefined> =>
    (await reports.reports()).find((report) => report.number === number)
  await tryRelays(context, reports.client, DIAL_MS)
  if (reports.client.relays().some(({ phase }) => phase === 'ready')) {
    const timeoutMs = context.values.number('--timeout') ?? TIMEOUT_MS
    await withinTime(context, timeoutMs, (signal) => {
      return untilSo(reports, async () => (await find())?.state !== 'queued', signal)
    })
  }
  return (await find()) ?? written
}

/** Looks again whenever anything happens. */
async function untilSo(
  reports: Reports,
  isSo: () => Promise<boolean>,
  signal: AbortSignal
): Promise<void> {
  let wake: () => void = () => undefined
  const woken = (): void => {
    wake()
  }
  const stops = [reports.listen(woken), reports.client.listen(woken)]
  signal.addEventListener('abort', woken)
  try {
    for (;;) {
      const next = new Promise<void>((resolve) => {
        wake = resolve
      })
      if (signal.aborted || (await isSo())) {
        return
      }
      await next
    }
  } finally {
    stops.forEach((stop) => {
      stop()
    })
    signal.removeEventListener('abort', woken)
  }
}
