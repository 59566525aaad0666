/** Backups that a device makes by itself: files of their own names in a folder, of which the oldest go. */
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { BackupSink, KeptBackup, ProvenBackup, SealpostClient } from '@sealpost/client'
import { DiskBackup, told } from './disk-backup.ts'

const NAME =
  /^(sealpost-[0-9a-f]{8}-\d{1,3})-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z\.backup(\.part)?$/

export interface ScheduledBackup {
  readonly folder: string
  readonly keep: number
  /** Whether it is one that was due; not the one with which a schedule begins. */
  readonly isScheduled: boolean
  readonly nowMs: number
  /** Ends it: nothing is kept then. */
  readonly signal: AbortSignal
}

/** What files of this device begin with: others may keep theirs in the same folder. */
export function backupPrefix({
  identityKey,
  device
}: Pick<SealpostClient['profile'], 'identityKey' | 'device'>): string {
  // Every identity key begins with the same byte.
  return `sealpost-${identityKey.slice(2, 10)}-${String(device)}`
}

/** `sealpost-1a2b3c4d-1-20261122T140307Z.backup` */
export function backupFileName(prefix: string, atMs: number): string {
  const time = new Date(atMs).toISOString().replace(/[-:]|\.\d+/g, '')
  return `${prefix}-${time}.backup`
}

/** Those of the names that are backups of this prefix; and what is left of some that were cut short. */
export function readBackupNames(
  names: readonly string[],
  prefix: string
): { readonly kept: readonly KeptBackup[]; readonly parts: readonly string[] } {
  const kept: KeptBackup[] = []
  const parts: string[] = []
  for (const fileName of names) {
    const found = NAME.exec(fileName)
    const [year, month, day, hour, minute, second] = found?.slice(2, 8) ?? []
    const madeAtMs = Date.parse(
      `${[year, month, day].join('-')}T${[hour, minute, second].join(':')}Z`
    )
    if (found?.[1] === prefix && !Number.isNaN(madeAtMs)) {
      if (found[8] === undefined) {
        kept.push({ fileName, madeAtMs })
      } else {
        parts.push(fileName)
      }
    }
  }
  return { kept, parts }
}

/**
 * Makes one in the folder and proves it; only then older ones go.
 *
 * @throws as `SealpostClient.backup`; the reason of `signal`
 */
export async function makeScheduledBackup(
  client: SealpostClient,
  { folder, keep, isScheduled, nowMs, signal }: ScheduledBackup
): Promise<{ readonly path: string; readonly proven: ProvenBackup }> {
  const prefix = backupPrefix(client.profile)
  const fileName = backupFileName(prefix, nowMs)
  const path = join(folder, fileName)
  const file = new DiskBackup(path)
  try {
    const proven = await client.backup(endable(file, signal), { fileName, isScheduled })
    const { backupsToPrune } = await import('@sealpost/client')
    const { kept, parts } = readBackupNames(await told(() => readdir(folder)), prefix)
    for (const name of [...backupsToPrune(kept, { newest: fileName, keep }), ...parts]) {
      await told(() => rm(join(folder, name), { force: true }))
    }
    return { path, proven }
  } finally {
    await file.discard()
  }
}

/** A sink that ends what is under way once `signal` does. */
function endable(sink: BackupSink, signal: AbortSignal): BackupSink {
  return {
    write: async (bytes) => {
      signal.throwIfAborted()
      await sink.write(bytes)
    },
    flush: () => sink.flush(),
    read: async function* () {
      for await (const bytes of sink.read()) {
        signal.throwIfAborted()
        yield bytes
      }
    },
    keep: async () => {
      signal.throwIfAborted()
      await sink.keep()
    }
  }
}
