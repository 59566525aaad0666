import type { ClientEvent, Message, SealpostClient } from '@sealpost/client'
import type { ContactId } from '@sealpost/protocol'
import type { Command, Context } from '../command.ts'
import { eventSentence } from '../event-sentences.ts'
import { findPlace, readLimit } from '../inbox-page.ts'
import { messageJson, messageText } from '../message-lines.ts'
import { catchUp, settle } from '../network.ts'
import { remarkRequests } from '../remark-requests.ts'
import { sentences } from '../sentences.ts'
import { remark, show, warn } from '../show.ts'
import { warnIfStopped } from '../stop-sentence.ts'
import { untilAborted } from '../until-aborted.ts'

/** Shows received messages. */
export const inbox: Command = {
  name: 'inbox',
  sentence: 'shows the messages you received, each conversation in its order',
  arguments: [],
  flags: [
    { name: '--unread', sentence: 'only those that were not shown before' },
    {
      name: '--after',
      value: 'ID',
      sentence: 'only those that came after this message, or after a time such as 2026-11-22'
    },
    {
      name: '--limit',
      value: 'COUNT',
      sentence: 'at most so many: the newest, or with --after the next',
      read: readLimit
    },
    { name: '--follow', sentence: 'goes on showing messages as they come, until it is ended' }
  ],
  notes: [
    'What it shows counts as read, and the sender learns of it. With --after or --limit messages stand in',
    'the order in which they came, so that page after page, or run after run, shows each of them once.'
  ],
  stays: (values) => values.has('--follow'),
  run
}

async function run(context: Context): Promise<number> {
  const client = await context.client()
  const isUnreadOnly = context.values.has('--unread')
  if (context.values.has('--follow')) {
    await follow(context, client)
    return 0
  }
  await catchUp(context, client)
  const messages = await asked(context, client)
  await showAll(context, client, messages)
  if (messages.length === 0) {
    await remark(context, isUnreadOnly ? sentences.inbox.noneUnread : sentences.inbox.none)
  }
  await remarkRequests(context, client)
  await settle(context, client)
  return 0
}

/** The messages that are here and were asked for. */
async function asked({ values }: Context, client: SealpostClient): Promise<readonly Message[]> {
  const isUnreadOnly = values.has('--unread')
  const [text, limit] = [values.optionalText('--after'), values.number('--limit')]
  const all = Number.MAX_SAFE_INTEGER
  if (text === undefined && limit === undefined) {
    return client.received({ isUnreadOnly, limit: all })
  }
  const after = text === undefined ? undefined : await findPlace(client, text)
  return client.arrivals({ after, limit: limit ?? all, isUnreadOnly })
}

/** Shows what is there, then what comes. Both may hold the same message: each is shown once. */
async function follow(context: Context, client: SealpostClient): Promise<void> {
  const failed = new AbortController()
  const fail = (error: unknown): void => {
    failed.abort(error)
  }
  const shown = new Set<string>()
  // One after the other, in the order in which they came. What comes while the old ones are shown waits behind them.
  let showing: Promise<void> = Promise.resolve()
  const stop = client.listen((event) => {
    showing = showing.then(() => showEvent(context, client, event, shown)).catch(fail)
  })
  try {
    showing = asked(context, client).then(async (messages) => {
      for (const { key } of messages) {
        shown.add(key)
      }
      await showAll(context, client, messages)
      await remarkRequests(context, client)
      await warnIfStopped(context, client)
      await remark(context, sentences.inbox.following)
    })
    showing = showing.catch(fail)
    await untilAborted(AbortSignal.any([context.signal, failed.signal]))
    await showing
  } finally {
    stop()
  }
  failed.signal.throwIfAborted()
}

/** Shows what happened, unless it was shown with what was there before. */
async function showEvent(
  context: Context,
  client: SealpostClient,
  event: ClientEvent,
  shown: ReadonlySet<string>
): Promise<void> {
  if (event.type === 'message' || event.type === 'message-changed') {
    const { message } = event
    const isOld = event.type === 'message' && shown.has(message.key)
    if (message.kind !== 'sent' && !isOld) {
      await showAll(context, client, [message])
    }
    return
  }
  const sentence = await eventSentence(client, event)
  if (sentence !== undefined) {
    await warn(context, sentence)
  }
}

/** Shows messages and notes that they were shown. */
async function showAll(
  context: Context,
  client: SealpostClient,
  messages: readonly Message[]
): Promise<void> {
  const names = new Map<ContactId, string>()
  for (const message of messages) {
    const { contactId } = message
    const name = names.get(contactId) ?? (await client.contact(contactId)).name
    names.set(contactId, name)
    await show(
      context,
      messageJson(message, name),
      messageText(message, name, context.clock.wallMs())
    )
  }
  if (messages.length > 0) {
    await client.markShown(messages)
  }
}
