import type { StoredRow } from '@sealpost/storage-level'
import { type BackupAnswer, OperatorError } from '@sealpost/operator'
import { openLevelStore, type LevelStore, LEVEL_STORE_FORMAT } from '@sealpost/storage-level'
import type { RelayConfig } from '../config/config.ts'
import { dataDirectory, exists, loadNodeSeed } from '../store/data-directory.ts'
import { SYSTEM_CLOCK } from '../world/system-clock.ts'
import { type BackupTarget, makeBackup } from './make-backup.ts'

/**
 * Backs up a relay that does not run, in the format that its store has.
 *
 * @throws StorageError `SEALPOST_STORE_LOCKED` where somebody has its store open; as `makeBackup`
 */
export async function backUpStopped(
  { data }: Pick<RelayConfig, 'data'>,
  configText: string,
  version: string,
  target: BackupTarget
): Promise<BackupAnswer> {
  const directory = dataDirectory(data)
  // Refuses where there is no relay, before a store is made there.
  await loadNodeSeed(directory)
  const store = (await exists(directory.storePath))
    ? await openLevelStore(directory.storePath, { isAsFound: true })
    : undefined
  try {
    return await backUpStore(store, { directory, configText, version }, target)
  } finally {
    await store?.close()
  }
}

/** @throws OperatorError `SEALPOST_BACKUP_FAILED` where a migration was interrupted in it */
export async function backUpStore(
  store: LevelStore | undefined,
  source: Omit<Parameters<typeof makeBackup>[0], 'rows' | 'levelFormat'>,
  target: BackupTarget
): Promise<BackupAnswer> {
  if (store?.isHalfMigrated === true) {
    throw new OperatorError(
      'SEALPOST_BACKUP_FAILED',
      'A migration of the store was interrupted; sealpost-relay migrate ends it.'
    )
  }
  const { path, byteCount, madeAtMs, isEncrypted, manifest } = await makeBackup(
    {
      ...source,
      rows: store?.allRows() ?? nothing(),
      levelFormat: store?.format ?? LEVEL_STORE_FORMAT
    },
    target,
    SYSTEM_CLOCK
  )
  return { path, byteCount, madeAtMs, isEncrypted, rowCount: manifest.rowCount }
}

async function* nothing(): AsyncGenerator<readonly StoredRow[], void, undefined> {
  // A relay that never ran to the point where it has a store.
}
