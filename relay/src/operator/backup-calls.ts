import { setTimeout as wait } from 'node:timers/promises'
import { isAbsolute } from 'node:path'
import { UsageError } from '@sealpost/protocol'
import type { BackupKeeper } from '../backup/backup-keeper.ts'
import type { RunningRelay } from '../compose.ts'
import type { CallHandlers } from './operator-server.ts'

/** An answer is waited for a little longer than this. */
const COMPACTING_MS = 50_000

/** Backups of the relay that runs, and room given back. */
export function backupCalls(
  keeper: BackupKeeper,
  relay: Pick<RunningRelay, 'compact' | 'overview'>
): Pick<CallHandlers, 'backup begin' | 'backup progress' | 'compact'> {
  return {
    'backup begin': async (params) => {
      const file = params.text('file')
      if (!isAbsolute(file)) {
        throw new UsageError('SEALPOST_USAGE', 'FILE is an absolute path of the relay’s machine.')
      }
      return { number: await keeper.begin(file, params.optionalText('recipient')) }
    },
    'backup progress': () => keeper.status(),
    compact: async () => {
      const bytesBefore = relay.overview().disk?.storeBytes ?? 0
      const compacted = relay.compact()
      const timeout = new AbortController()
      const ended = await Promise.race([
        compacted,
        wait(COMPACTING_MS, undefined, { signal: timeout.signal, ref: false })
      ]).finally(() => {
        timeout.abort()
        compacted.catch(ignore)
      })
      return {
        isDone: ended !== undefined,
        bytesBefore: ended?.bytesBefore ?? bytesBefore,
        bytesAfter: ended?.bytesAfter ?? bytesBefore
      }
    }
  }
}

function ignore(): void {
  // Whoever asked was told, or is gone.
}
