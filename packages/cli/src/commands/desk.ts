import type { Desk, SealpostClient, Ticket } from '@sealpost/client'
import { UsageError } from '@sealpost/protocol'
import type { Command, Context } from '../command.ts'
import { wait, withDeadline } from '../deadline.ts'
import type { ServedPage } from '../desk-page/desk-page.ts'
import { readPort } from '../flag-values.ts'
import { deskOf } from '../reports/desk-of.ts'
import { RelayCounts } from '../reports/relay-counts.ts'
import { hoursOf } from '../reports/ticket-views.ts'
import { sentences } from '../sentences.ts'
import { show, warn } from '../show.ts'

const LOOK_MS = 30_000
const PUBLISH_MS = 30_000
const HOURS_MAX = 8_784
/** Beside those of a relay and of the web client. */
const PORT = 7703

/** Takes reports as they come. */
export const desk: Command = {
  name: 'desk',
  sentence: 'takes reports for a relay with this account, until it is ended',
  arguments: [],
  flags: [
    {
      name: '--within',
      value: 'HOURS',
      sentence: 'receipts say within how many hours an answer is to come; none says nothing',
      read: readHours
    },
    {
      name: '--relay-data',
      value: 'DIR',
      sentence: 'tells the relay of this data directory, on this machine, how many came of what'
    },
    {
      name: '--page',
      sentence: 'shows reports on a page, to a browser of this machine that has its link'
    },
    {
      name: '--port',
      value: 'PORT',
      sentence: 'of the page, 7703 if not given',
      read: readPort
    }
  ],
  notes: [
    'Use an account of its own, made with init. Reports are accepted and receipted by themselves; all',
    'else that comes stays for inbox and requests. A report that waits for 24 h is told of, once.'
  ],
  stays: () => true,
  place: 'own',
  run
}

async function run(context: Context): Promise<number> {
  const { values, clock } = context
  const client = await context.client()
  const own = await deskOf(context, client)
  const hours = values.optionalText('--within')
  if (hours !== undefined) {
    await own.promise(hours === 'none' ? undefined : Number(hours))
  }
  const link = await addressOf(context, client)
  const relay = RelayCounts.of(context, own)
  const known = new Set((await own.tickets()).map(({ number }) => number))
  const stop = own.listen((ticket) => {
    relay?.wake()
    if (!known.has(ticket.number)) {
      known.add(ticket.number)
      void tell(context, ticket)
    }
  })
  await using page = await pageOf(context, { desk: own, client, link })
  const pageLink = page?.newLink()
  const { ready, page: pageSentence } = sentences.desk
  const said = [ready(link), ...(pageLink === undefined ? [] : [pageSentence(pageLink)])]
  await show(context, { isReady: true, link, page: pageLink }, said.join('\n\n'))
  while (!context.signal.aborted) {
    await alarm(context, own)
    await relay?.tell()
    await wait({ clock, signal: relay?.signal(context.signal) ?? context.signal }, LOOK_MS)
  }
  stop()
  return 0
}

/** Undefined where none is asked for. */
async function pageOf(
  context: Context,
  options: { readonly desk: Desk; readonly client: SealpostClient; readonly link: string }
): Promise<ServedPage | undefined> {
  const { values } = context
  const port = values.number('--port')
  if (!values.has('--page')) {
    if (port !== undefined) {
      throw new UsageError('SEALPOST_USAGE', sentences.desk.onlyWithPage)
    }
    return undefined
  }
  const { serveDeskPage } = await import('../desk-page/desk-page.ts')
  return serveDeskPage(context, { ...options, port: port ?? PORT })
}

/** The public address that there is, or a new one. */
async function addressOf(context: Context, client: SealpostClient): Promise<string> {
  const isUsable = ({ kind, state }: { kind: string; state: string }): boolean =>
    kind === 'public' && (state === 'published' || state === 'new')
  const [oldest] = client.links().filter(isUsable).reverse()
  if (oldest !== undefined) {
    return oldest.link
  }
  const { link } = await withDeadline(context, PUBLISH_MS, (signal) =>
    client.invite({ isReusable: true, signal })
  )
  return link
}

async function tell(context: Context, { number, category }: Ticket): Promise<void> {
  const event = 'ticket'
  await show(context, { event, number, category }, sentences.desk.ticket(number, category))
}

async function alarm(context: Context, own: Desk): Promise<void> {
  for (const { number, category, waitsSinceMs } of await own.overdue()) {
    const hours = hoursOf(waitsSinceMs, context.clock.wallMs())
    const found = { event: 'waits', number, category, waitsSinceMs }
    await show(context, found, undefined)
    if (!context.values.has('--json')) {
      await warn(context, sentences.desk.waits(number, hours))
    }
  }
}

function readHours(text: string): string {
  const hours = /^\d{1,4}$/.test(text) ? Number(text) : 0
  if (text !== 'none' && (hours < 1 || hours > HOURS_MAX)) {
    throw new UsageError('SEALPOST_USAGE', sentences.desk.hours)
  }
  return text
}
