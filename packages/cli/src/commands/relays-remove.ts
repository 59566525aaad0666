import type { Relay } from '@sealpost/client'
import { isSealpostError, parseRelayAddress, UsageError } from '@sealpost/protocol'
import type { Command, Context } from '../command.ts'
import { carryOut } from '../network.ts'
import { sentences } from '../sentences.ts'
import { show } from '../show.ts'

/** Leaves a relay. */
export const relaysRemove: Command = {
  name: 'relays remove',
  sentence: 'leaves one of your relays',
  arguments: [
    { name: 'ADDRESS', sentence: 'the relay’s address, or only what stands behind /p2p/ in it' }
  ],
  flags: [],
  notes: [
    'What contacts still send there is fetched until all of them know, and 8 weeks more. It need not',
    'answer any more: one that is gone for good is left the same way.'
  ],
  run
}

async function run(context: Context): Promise<number> {
  const client = await context.client()
  const { address, nodeKey } = ownRelay(client.relays(), context.values.text('ADDRESS'))
  await client.removeRelay(nodeKey)
  await show(context, { address }, sentences.relays.removed(address))
  await carryOut(context, client)
  return 0
}

/** @throws UsageError `SEALPOST_UNKNOWN_RELAY` */
function ownRelay(relays: readonly Relay[], given: string): Relay {
  const wanted = nodeKeyOf(given)
  const found = relays.find(
    ({ isOwn, address, nodeKey }) =>
      isOwn && (nodeKey === wanted || address.endsWith(`/p2p/${given}`))
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
