import type { Random } from '@sealpost/core'
import type { Clock, Log } from '@sealpost/host'
import type { RunningRelay } from '../compose.ts'
import type { BackupConfig, RelayConfig } from '../config/config.ts'
import { dataDirectory } from '../store/data-directory.ts'
import { measureFileSystem } from '../store/disk-guard.ts'
import { BackupKeeper, type BackupSchedule } from './backup-keeper.ts'
import { configText } from './config-text.ts'

/** An envelope and its tombstone have so many rows each; so has a mailbox. */
const ROWS_PER_ENVELOPE = 3
const ROWS_PER_MAILBOX = 2

/** Backups of a relay that runs. */
export function openBackups(options: {
  readonly relay: Pick<RunningRelay, 'allRows' | 'overview'>
  readonly config: RelayConfig
  readonly version: string
  readonly clock: Clock
  readonly log: Log
  readonly random: Random
}): Promise<BackupKeeper> {
  const { clock, config, log, random, relay, version } = options
  return BackupKeeper.open({
    directory: dataDirectory(config.data),
    rows: () => relay.allRows(),
    measureStore: () => {
      const { disk, machine } = relay.overview()
      const envelopes = (machine?.envelopeCount ?? 0) + (machine?.tombstoneCount ?? 0)
      return {
        rowCount: envelopes * ROWS_PER_ENVELOPE + (machine?.mailboxCount ?? 0) * ROWS_PER_MAILBOX,
        byteCount: disk?.storeBytes ?? 0
      }
    },
    measureFileSystem,
    configText: configText(config),
    version,
    schedule: scheduleOf(config.backup),
    clock,
    log,
    random
  })
}

function scheduleOf({ directory, recipient, ...plan }: BackupConfig): BackupSchedule | undefined {
  return directory === undefined ? undefined : { directory, recipient, plan }
}
