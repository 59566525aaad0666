import type { Relay } from '@sealpost/client'
import type { Command, Context } from '../command.ts'
import { tryRelays } from '../network.ts'
import { sentences } from '../sentences.ts'
import { remark, show } from '../show.ts'
import { warnIfStopped } from '../stop-sentence.ts'

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
    await show(context, relayJson(relay), relayText(relay, isStopped))
  }
  if (own.length === 0) {
    await remark(context, sentences.relays.none)
  }
  return 0
}

function relayJson({ address, isOwn, isServed, phase, capacity, clockOffsetMs }: Relay): object {
  return { address, isOwn, isServed, phase, capacity, clockOffsetMs }
}

function relayText(
  { address, isOwn, isServed, phase, capacity }: Relay,
  isStopped: boolean
): string {
  const words = sentences.relays
  const whose = isOwn ? words.own : isServed ? words.left : words.contacts
  const how = isStopped ? words.notAsked : words.phases[phase]
  return [address, whose, how, ...(capacity === undefined ? [] : [capacity])].join('  ')
}
