import type { ParamValues } from '@sealpost/operator'
import { LEVEL_STORE_FORMAT, openLevelStore } from '@sealpost/storage-level'
import { saveBeforeMigrating } from '../backup/save-before-migrating.ts'
import type { RelayConfig } from '../config/config.ts'
import { dataDirectory, exists, loadNodeSeed, lockedError } from '../store/data-directory.ts'
import { isSealpostError } from '@sealpost/protocol'

/**
 * Brings the store of a relay that does not run to this version's format, or says what that would do.
 *
 * @throws ConfigError where there is no relay; StorageError `SEALPOST_STORE_LOCKED`, `SEALPOST_STORE_NEWER`, ...
 */
export async function runMigrate(
  config: RelayConfig,
  line: { readonly params: ParamValues; readonly isJson: boolean; readonly version: string }
): Promise<number> {
  const directory = dataDirectory(config.data)
  await loadNodeSeed(directory)
  const isDryRun = line.params.has('dry-run')
  try {
    const found = (await exists(directory.storePath)) ? await look(directory.storePath) : undefined
    if (!isDryRun && found !== undefined) {
      const beforeMigrating = saveBeforeMigrating(config, line.version)
      await (await openLevelStore(directory.storePath, { beforeMigrating })).close()
    }
    const told = { format: found?.format, knownFormat: LEVEL_STORE_FORMAT, isDryRun }
    process.stdout.write(
      line.isJson ? `${JSON.stringify(told)}\n` : text(found, directory.path, isDryRun)
    )
    return 0
  } catch (error) {
    const isLocked = isSealpostError(error) && error.code === 'SEALPOST_STORE_LOCKED'
    throw isLocked ? await lockedError(directory, error) : error
  }
}

interface Found {
  readonly format: number
  readonly isHalfMigrated: boolean
}

async function look(storePath: string): Promise<Found> {
  const store = await openLevelStore(storePath, { isAsFound: true })
  const { format, isHalfMigrated } = store
  await store.close()
  return { format, isHalfMigrated }
}

function text(found: Found | undefined, data: string, isDryRun: boolean): string {
  if (found === undefined) {
    return 'There is no store yet; run makes one.\n'
  }
  const known = String(LEVEL_STORE_FORMAT)
  const has = `The store has format ${String(found.format)}`
  if (found.format === LEVEL_STORE_FORMAT) {
    return `${has}, which is this version's: there is nothing to do.\n`
  }
  const saved = found.isHalfMigrated
    ? 'It was begun before, and goes on from there.'
    : `Before that it is backed up to ${data}/before-format-${known}.backup.`
  return isDryRun
    ? `${has}. run, or migrate, would bring it to format ${known}. ${saved}\n`
    : `${has} no more: it was brought to format ${known}.\n`
}
