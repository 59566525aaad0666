import type { Relay } from '@sealpost/client'
import type { Command, Context } from '../command.ts'
import { tryRelays } from '../network.ts'
import { sentences } from '../sentences.ts'
import { show } from '../show.ts'

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
  for (const relay of await tryRelays(context, client, TIMEOUT_MS)) {
    await show(context, relayJson(relay), relayText(relay))
  }
  return 0
}

function relayJson({ address, isOwn, phase, capacity, clockOffsetMs }: Relay): object {
  return { address, isOwn, phase, capacity, clockOffsetMs }
}

function relayText({ address, isOwn, phase, capacity }: Relay): string {
  const whose = isOwn ? sentences.relays.own : sentences.relays.contacts
  const how = sentences.relays.phases[phase]
  return [address, whose, how, ...(capacity === undefined ? [] : [capacity])].join('  ')
}
