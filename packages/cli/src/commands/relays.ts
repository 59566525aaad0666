import type { Relay } from '@sealpost/client'
import type { Command, Context } from '../command.ts'
import { tryRelays } from '../network.ts'
import { dismissAll, noticeLines } from '../operator-notices.ts'
import { sentences } from '../sentences.ts'
import { remark, show } from '../show.ts'
import { warnIfStopped } from '../stop-sentence.ts'
import { dayText } from '../time-text.ts'

const TIMEOUT_MS = 10_000

/** Lists the relays that this account knows. */
export const relays: Command = {
  name: 'relays',
  sentence: 'lists your relays and those of your contacts, and how each is',
  arguments: [],
  flags: [],
  run
}

async function run(context: Context): Promise<number> {
  const client = await context.client()
  const known = await tryRelays(context, client, TIMEOUT_MS)
  const isStopped = await warnIfStopped(context, client)
  const [own, others] = [known.filter(({ isOwn }) => isOwn), known.filter(({ isOwn }) => !isOwn)]
  for (const relay of [...own, ...others]) {
    const lines = [relayText(relay, isStopped), ...noticeLines(relay)]
    await show(context, relayJson(relay), lines.join('\n'))
    if (!context.values.has('--json')) {
      await dismissAll(client, relay)
    }
  }
  if (own.length === 0) {
    await remark(context, sentences.relays.none)
  }
  return 0
}

function relayJson(relay: Relay): object {
  const { address, isOwn, isServed, isUninvited, phase, capacity, closesAtMs, clockOffsetMs } =
    relay
  const notices = relay.notices.map(({ id, language, text, endsAtMs }) => {
    return { id, language, text, endsAtMs }
  })
  return {
    address,
    isOwn,
    isServed,
    isUninvited,
    phase,
    capacity,
    closesAtMs,
    clockOffsetMs,
    notices: notices.length === 0 ? undefined : notices
  }
}

function relayText(
  { address, isOwn, isServed, isUninvited, phase, capacity, closesAtMs }: Relay,
  isStopped: boolean
): string {
  const words = sentences.relays
  const whose = isOwn ? words.own : isServed ? words.left : words.contacts
  const how = isStopped ? words.notAsked : words.phases[phase]
  const uninvited = isUninvited ? [words.uninvited] : []
  const closes = closesAtMs === undefined ? [] : [words.closes(dayText(closesAtMs), isOwn)]
  return [
    address,
    whose,
    how,
    ...(capacity === undefined ? [] : [capacity]),
    ...uninvited,
    ...closes
  ].join('  ')
}
