import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import {
  LEVEL_STORE_FORMAT,
  type LevelStore,
  type LevelStoreOptions,
  openLevelStore
} from '@sealpost/storage-level'
import type { RelayConfig } from '../config/config.ts'
import { dataDirectory } from '../store/data-directory.ts'
import { backUpStore } from './back-up-stopped.ts'
import { configText } from './config-text.ts'

/**
 * Backs up a store before its rows are changed, to a file of the data directory that stays until the operator removes it: with an
 * older version it can be restored.
 *
 * @throws as `makeBackup`; then nothing is changed
 */
export function saveBeforeMigrating(
  config: RelayConfig,
  version: string
): (found: LevelStore) => Promise<void> {
  const directory = dataDirectory(config.data)
  const name = `before-format-${String(LEVEL_STORE_FORMAT)}.backup`
  const path = join(directory.path, name)
  return async (found) => {
    // Of an attempt that ended before anything was changed.
    await rm(path, { force: true })
    const source = { directory, configText: configText(config), version }
    await backUpStore(found, source, { path, recipients: [] })
  }
}

/** Opens a relay's store, as `openLevelStore`; one of an older format is backed up before it is brought up. */
export function openSaved(
  config: RelayConfig,
  version: string
): (path: string, options: LevelStoreOptions) => Promise<LevelStore> {
  const beforeMigrating = saveBeforeMigrating(config, version)
  return (path, options) => openLevelStore(path, { ...options, beforeMigrating })
}
