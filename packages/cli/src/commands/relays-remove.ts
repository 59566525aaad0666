import type { Relay, SealpostClient } from '@sealpost/client'
import { isSealpostError, parseRelayAddress, UsageError } from '@sealpost/protocol'
import type { Command, Context } from '../command.ts'
import { withDeadline } from '../deadline.ts'
import { carryOut } from '../network.ts'
import { heldSentences } from '../held-sentences.ts'
import { sentences } from '../sentences.ts'
import { show } from '../show.ts'

const ERASING_MS = 60_000

/** Leaves a relay. */
export const relaysRemove: Command = {
  name: 'relays remove',
  sentence: 'leaves one of your relays',
  arguments: [
    { name: 'ADDRESS', sentence: 'the relay’s address, or only what stands behind /p2p/ in it' }
  ],
  flags: [
    {
      name: '--now',
      sentence: 'has it erase all that it holds for you at once, and fetches nothing more there'
    }
  ],
  notes: [
    'What contacts still send there is fetched until all of them know, and 8 weeks more. It need not',
    'answer any more: one that is gone for good is left the same way.'
  ],
  run
}

async function run(context: Context): Promise<number> {
  const client = await context.client()
  const given = context.values.text('ADDRESS')
  if (context.values.has('--now')) {
    return removeNow(context, client, knownRelay(client.relays(), given))
  }
  const { address, nodeKey } = ownRelay(client.relays(), given)
  await client.removeRelay(nodeKey)
  await show(context, { address }, sentences.relays.removed(address))
  await carryOut(context, client)
  return 0
}

async function removeNow(
  context: Context,
  client: SealpostClient,
  { address, nodeKey }: Relay
): Promise<number> {
  const erasedCount = await withDeadline(context, ERASING_MS, (signal) =>
    client.heldData.erase(nodeKey, signal)
  )
  await show(context, { address, erasedCount }, heldSentences.erased(address, erasedCount))
  await carryOut(context, client)
  return 0
}

/** @throws UsageError `SEALPOST_UNKNOWN_RELAY` */
function ownRelay(relays: readonly Relay[], given: string): Relay {
  return findRelay(relays, given, ({ isOwn }) => isOwn)
}

/** One of ours, or one that we left and that still has mailboxes of ours. @throws UsageError `SEALPOST_UNKNOWN_RELAY` */
export function knownRelay(relays: readonly Relay[], given: string): Relay {
  return findRelay(relays, given, ({ isOwn, isServed }) => isOwn || isServed)
}

function findRelay(
  relays: readonly Relay[],
  given: string,
  isMeant: (relay: Relay) => boolean
): Relay {
  const wanted = nodeKeyOf(given)
  const found = relays.find(
    (relay) =>
      isMeant(relay) && (relay.nodeKey === wanted || relay.address.endsWith(`/p2p/${given}`))
  )
  if (found === undefined) {
    throw new UsageError('SEALPOST_UNKNOWN_RELAY', sentences.relays.notYours(given))
  }
  return found
}

/** The relay that an address names; undefined for what is no address. */
function nodeKeyOf(text: string): string | undefined {
  try {
    return parseRelayAddress(text).nodeKey
  } catch (error) {
    if (isSealpostError(error)) {
      return undefined
    }
    throw error
  }
}
