/** What commands that do not stay do so that what they show is fresh, and what they did arrives. */
import type { Contact, Relay, SealpostClient } from '@sealpost/client'
import { isSealpostError, UsageError } from '@sealpost/protocol'
import type { Context } from './command.ts'
import { withDeadline } from './deadline.ts'
import { sentences } from './sentences.ts'
import { warn } from './show.ts'
import { warnIfStopped } from './stop-sentence.ts'

/** How long relays may take to be reached and to hand over what they hold. */
const DRAIN_MS = 10_000
/** How long a command that has done its work waits for relays to learn of it. */
const REACH_MS = 5_000
/** How long a command waits, once it is done, for the last replica, acks and receipts. */
export const SETTLE_MS = 1_500

/** Has relays hand over what they hold, and says on the standard error what is not here yet. */
export async function catchUp(context: Context, client: SealpostClient): Promise<void> {
  const isDrained = await withinTime(context, DRAIN_MS, async (signal) => {
    await client.drain(signal)
  })
  if (await warnIfStopped(context, client)) {
    return
  }
  const missing = client.relays().filter(({ isOwn, phase }) => isOwn && phase !== 'ready')
  for (const { address } of missing) {
    await warn(context, sentences.network.unreached(address))
  }
  if (!isDrained && missing.length === 0) {
    await warn(context, sentences.network.notDrained)
  }
  await settle(context, client)
}

/**
 * Brings what was decided to relays, as far as they can be reached in a moment: the rest goes out whenever `sealpost` runs. A client
 * that stays online needs no help.
 */
export async function carryOut(context: Context, client: SealpostClient): Promise<void> {
  if (!context.isResident && client.stopped === undefined) {
    await tryRelays(context, client, REACH_MS)
    await settle(context, client)
  }
}

/** Gives what is under way a moment to arrive. A client that stays online needs none. */
export async function settle(context: Context, client: SealpostClient): Promise<void> {
  if (!context.isResident) {
    await withinTime(context, SETTLE_MS, (signal) => client.settle(signal))
  }
}

/** Waits until each own relay is reached, or cannot be. */
export async function tryRelays(
  context: Context,
  client: SealpostClient,
  timeoutMs: number
): Promise<readonly Relay[]> {
  const isTried = (): boolean =>
    client.stopped !== undefined ||
    client.relays().every(({ phase }) => phase !== 'dialing' && phase !== 'greeting')
  await withinTime(context, timeoutMs, (signal) => {
    return new Promise<void>((resolve) => {
      const look = (): void => {
        if (isTried() || signal.aborted) {
          stop()
          signal.removeEventListener('abort', look)
          resolve()
        }
      }
      const stop = client.listen(look)
      signal.addEventListener('abort', look)
      look()
    })
  })
  return client.relays()
}

/**
 * The contact of a name or an id: where nobody is called so, relays are asked first whether somebody opened a link meanwhile.
 *
 * @throws UsageError `SEALPOST_UNKNOWN_CONTACT`, `SEALPOST_AMBIGUOUS_CONTACT`
 */
export async function findContact(
  context: Context,
  client: SealpostClient,
  who: string
): Promise<Contact> {
  const found = await findKnown(client, who)
  if (found !== undefined) {
    return found
  }
  if (!context.isResident) {
    await catchUp(context, client)
  }
  const late = context.isResident ? undefined : await findKnown(client, who)
  if (late === undefined) {
    throw new UsageError('SEALPOST_UNKNOWN_CONTACT', sentences.contacts.unknown(who))
  }
  return late
}

async function findKnown(client: SealpostClient, who: string): Promise<Contact | undefined> {
  try {
    return await client.findContact(who)
  } catch (error) {
    if (!isSealpostError(error) || error.code !== 'SEALPOST_UNKNOWN_CONTACT') {
      throw error
    }
    return undefined
  }
}

/** @returns whether it came about. What else it throws rises. */
export async function withinTime(
  context: Context,
  timeoutMs: number,
  task: (signal: AbortSignal) => Promise<void>
): Promise<boolean> {
  try {
    await withDeadline(context, timeoutMs, task)
    return true
  } catch (error) {
    if (context.signal.aborted || !isSealpostError(error) || error.code !== 'SEALPOST_TIMEOUT') {
      throw error
    }
    return false
  }
}
