/**
 * Has what is only read wait while the store is being opened again: where a browser has no room, every try to write costs a
 * moment in which nothing can be read, and no page is to show that as a failure.
 */
import type { Clock } from '@sealpost/host'
import { isSealpostError } from '@sealpost/protocol'
import type { PeerApi } from '../wire/peer-api.ts'

const PAUSE_MS = 250
/** The longest that a store stays closed for, and a little. */
const PAUSES_MAX = 24

const READS: ReadonlySet<string> = new Set<keyof PeerApi>([
  'backupStatus',
  'chat',
  'chatNotices',
  'chats',
  'contact',
  'contacts',
  'conversationSizes',
  'dataUse',
  'desks',
  'devices',
  'drafts',
  'feedbackDraft',
  'feedbacks',
  'links',
  'message',
  'messages',
  'noticesRead',
  'relays',
  'reportNews',
  'reports',
  'requests',
  'safetyNumber',
  'search',
  'settings',
  'transfers',
  'upkeep',
  'waysIn'
])

/** Performs what a page asked for by a name. @throws what `perform` throws, at the latest after some seconds */
export async function performPatiently(
  clock: Pick<Clock, 'setTimer'>,
  name: string,
  perform: () => Promise<unknown>
): Promise<unknown> {
  for (let pauses = 0; ; pauses++) {
    try {
      return await perform()
    } catch (error) {
      if (pauses === PAUSES_MAX || !READS.has(name) || !isReopening(error)) {
        throw error
      }
      await new Promise<void>((resolve) => {
        clock.setTimer(PAUSE_MS, resolve)
      })
    }
  }
}

function isReopening(error: unknown): boolean {
  return (
    isSealpostError(error) &&
    (error.code === 'SEALPOST_STORE_FULL' || error.detail === 'store-reopening')
  )
}
