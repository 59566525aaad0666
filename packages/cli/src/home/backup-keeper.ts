/** Makes the backups of a home that are due, while a process stays. */
import type { SealpostClient } from '@sealpost/client'
import type { Clock } from '@sealpost/host'
import { isSealpostError } from '@sealpost/protocol'
import { makeScheduledBackup } from './scheduled-backup.ts'

/** The wall clock may be set anew meanwhile. */
const LOOK_MS = 3_600_000

export interface BackupKeeper {
  readonly client: SealpostClient
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Told of what could not be made. */
  readonly onFailed: (error: unknown) => Promise<void>
}

/** Resolves once `signal` is aborted and nothing is under way. @throws StorageError where the home cannot be read */
export async function keepBackups(keeper: BackupKeeper): Promise<void> {
  const { client, clock, signal } = keeper
  while (!signal.aborted) {
    const { schedule } = await client.backupStatus()
    const leftMs = (schedule?.dueAtMs ?? Number.POSITIVE_INFINITY) - clock.wallMs()
    if (schedule === undefined || leftMs > 0) {
      await changed(keeper, Math.min(leftMs, LOOK_MS))
    } else {
      await make(keeper, schedule)
    }
  }
}

async function make(
  { client, clock, signal, onFailed }: BackupKeeper,
  { folder, keep }: { readonly folder: string; readonly keep: number }
): Promise<void> {
  const nowMs = clock.wallMs()
  try {
    await makeScheduledBackup(client, { folder, keep, isScheduled: true, nowMs, signal })
  } catch (error) {
    if (signal.aborted) {
      return
    }
    if (!isSealpostError(error)) {
      throw error
    }
    await client.noteFailedBackup(error.code)
    await onFailed(error)
  }
}

/** Resolves once the schedule may be another, or after a time. */
function changed({ client, clock, signal }: BackupKeeper, withinMs: number): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      stop()
      cancelTimer()
      signal.removeEventListener('abort', end)
      resolve()
    }
    const stop = client.listen(({ type }) => {
      if (type === 'backup-schedule') {
        end()
      }
    })
    const cancelTimer = clock.setTimer(withinMs, end)
    signal.addEventListener('abort', end)
    if (signal.aborted) {
      end()
    }
  })
}
