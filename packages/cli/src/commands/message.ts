import type { Timeline } from '@sealpost/client'
import type { Command, Context } from '../command.ts'
import { catchUp } from '../network.ts'
import { saidText, wordsJson } from '../message-words.ts'
import { plainLine } from '../plain-text.ts'
import { sentences } from '../sentences.ts'
import { show } from '../show.ts'
import { exactTimeText } from '../time-text.ts'

/** What a timeline has in the place of a relay where there was none. */
const DIRECT = 'direct'

/** Tells what became of a message. */
export const message: Command = {
  name: 'message',
  sentence: 'tells what became of a message, each step as it was proven',
  arguments: [{ name: 'ID', sentence: 'the messageId that send or inbox gave' }],
  flags: [],
  run
}

async function run(context: Context): Promise<number> {
  const client = await context.client()
  const id = context.values.text('ID')
  // First of all whether there is one: nobody should wait for relays to learn of a typing error.
  await client.messageOf(id)
  await catchUp(context, client)
  const timeline = await client.messageOf(id)
  const { name } = await client.contact(timeline.contactId)
  await show(context, timelineJson(timeline, name), timelineText(timeline, name))
  return 0
}

function timelineJson(timeline: Timeline, contact: string): object {
  const { messageId, kind, text, sentAtMs, storedAtMs, withdrawnAtMs, recall } = timeline
  const { earlier } = timeline
  const said = { ...wordsJson(timeline), ...(earlier.length === 0 ? {} : { earlier }) }
  if (kind !== 'sent') {
    const receivedAtMs = storedAtMs
    return { messageId, kind, contact, text, sentAtMs, receivedAtMs, withdrawnAtMs, ...said }
  }
  const { state, queuedAtMs, storedAt, onRelayAtMs, deliveredAtMs, readAtMs } = timeline
  const relays = storedAt.map(({ relay, atMs }) => ({ relay, storedAtMs: atMs }))
  return {
    messageId,
    kind,
    contact,
    text,
    state,
    sentAtMs,
    queuedAtMs,
    relays,
    onRelayAtMs,
    deliveredAtMs,
    readAtMs,
    withdrawnAtMs,
    recall,
    ...said
  }
}

/** Whether no relay has it: a device of the contact took it at once. */
export function isDirect({ storedAt }: Pick<Timeline, 'storedAt'>): boolean {
  return storedAt.length > 0 && storedAt.every(({ relay }) => relay === DIRECT)
}

function placeOf(relay: string): string {
  return relay === DIRECT ? sentences.message.directly : relay
}

function timelineText(timeline: Timeline, contact: string): string {
  const words = sentences.message
  const isSent = timeline.kind === 'sent'
  const head = `${isSent ? words.to : words.from} ${plainLine(contact)}: ${saidText(timeline, '    ')}`
  const steps: (readonly [string, number | undefined, string?])[] = isSent
    ? [
        [words.queued, timeline.queuedAtMs],
        ...timeline.storedAt.map(
          ({ relay, atMs }) => [words.storedAt, atMs, placeOf(relay)] as const
        ),
        [isDirect(timeline) ? words.onDevice : words.onRelay, timeline.onRelayAtMs],
        [words.delivered, timeline.deliveredAtMs],
        [words.read, timeline.readAtMs]
      ]
    : [[words.received, timeline.storedAtMs]]
  if (timeline.editedAtMs !== undefined) {
    steps.push([words.edited, timeline.editedAtMs])
  }
  for (const { text, sentAtMs } of timeline.earlier.toReversed()) {
    steps.push([words.before, sentAtMs, plainLine(text)])
  }
  if (timeline.withdrawnAtMs !== undefined) {
    const { recall } = timeline
    const outcome = recall === undefined ? '' : words.recall[recall]
    steps.push([words.withdrawn, timeline.withdrawnAtMs, outcome])
  }
  const lines = steps.map(([step, atMs, where]) => {
    const time = atMs === undefined ? words.notYet : exactTimeText(atMs)
    return `  ${step.padEnd(14)}${time}${where === undefined ? '' : `  ${where}`}`
  })
  return [head, ...lines].join('\n')
}
