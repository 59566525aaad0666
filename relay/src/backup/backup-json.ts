/** The header and the manifest of a backup, from bytes that anybody may have written. */
import { OperatorError } from '@sealpost/operator'
import { peerIdTextToNodeKey } from '@sealpost/protocol'
import {
  BACKUP_FORMAT,
  type BackupHeader,
  type BackupManifest,
  FILE_COUNT_MAX,
  FILE_NAME
} from './backup-format.ts'
import { RELAY_TABLES, type RelayTable } from './restored-rows.ts'

const VERSION_CHARACTERS_MAX = 64
const FORMAT_MAX = 1_000_000

/** @throws OperatorError `SEALPOST_BACKUP_NEWER`, `SEALPOST_BACKUP_DAMAGED` */
export function parseHeader(bytes: Uint8Array): BackupHeader {
  const { format, peerId, version, madeAtMs, levelFormat, storeFormat, tables } = objectOf(bytes)
  // Before all else: what a newer version says besides is not ours to judge.
  if (isCount(format) && format > BACKUP_FORMAT) {
    throw new OperatorError('SEALPOST_BACKUP_NEWER')
  }
  if (
    !isFormat(format) ||
    typeof peerId !== 'string' ||
    peerIdTextToNodeKey(peerId) === undefined ||
    typeof version !== 'string' ||
    version.length > VERSION_CHARACTERS_MAX ||
    !/^[\w.+-]+$/.test(version) ||
    !isCount(madeAtMs) ||
    !isFormat(levelFormat) ||
    !isFormat(storeFormat) ||
    !isList(tables) ||
    tables.length > RELAY_TABLES.length ||
    !tables.every(isTable)
  ) {
    throw new OperatorError('SEALPOST_BACKUP_DAMAGED')
  }
  return { format, peerId, version, madeAtMs, levelFormat, storeFormat, tables }
}

/** @throws OperatorError `SEALPOST_BACKUP_DAMAGED` */
export function parseManifest(bytes: Uint8Array): BackupManifest {
  const { rowCounts, rowCount, rowBytes, fileNames, partCount, endedAtMs } = objectOf(bytes)
  if (
    typeof rowCounts !== 'object' ||
    !rowCounts ||
    !Object.entries(rowCounts).every(([table, count]) => isTable(table) && isCount(count)) ||
    !isCount(rowCount) ||
    !isCount(rowBytes) ||
    !isList(fileNames) ||
    fileNames.length > FILE_COUNT_MAX ||
    !fileNames.every(isFileName) ||
    !isCount(partCount) ||
    !isCount(endedAtMs)
  ) {
    throw new OperatorError('SEALPOST_BACKUP_DAMAGED')
  }
  return {
    rowCounts,
    rowCount,
    rowBytes,
    fileNames,
    partCount,
    endedAtMs
  }
}

function objectOf(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    if (typeof value === 'object' && value && !Array.isArray(value)) {
      return value as Readonly<Record<string, unknown>>
    }
  } catch {
    // No JSON is as good as the wrong JSON.
  }
  throw new OperatorError('SEALPOST_BACKUP_DAMAGED')
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value)
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function isFormat(value: unknown): value is number {
  return isCount(value) && value >= 1 && value <= FORMAT_MAX
}

function isTable(value: unknown): value is RelayTable {
  return RELAY_TABLES.some((table) => table === value)
}

function isFileName(value: unknown): value is string {
  return typeof value === 'string' && FILE_NAME.test(value)
}
