/** What a home knows of its backups. */
import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import { ERROR_CODES, type ErrorCode } from '@sealpost/protocol'
import {
  BackupRowSchema,
  type BackupScheduleRow,
  BackupScheduleRowSchema
} from '@sealpost/protocol/home'
import type { Write } from '../tables.ts'

/** The key of the row in the table `account`. */
export const BACKUP_KEY = 'backup'

/** A backup of which it was shown that it can be restored. */
export interface ProvenBackup {
  /** When it was begun: what came later may not be in it. */
  readonly createdAtMs: number
  readonly provenAtMs: number
  /** As the app named it. */
  readonly fileName: string | undefined
  readonly contactCount: number
  readonly messageCount: number
  readonly linkCount: number
  /** Of the file. */
  readonly byteCount: number
}

/** Backups that a device makes by itself. */
export interface BackupSchedule {
  /** As the app wrote it. */
  readonly folder: string
  readonly everyMs: number
  /** How many files are kept. */
  readonly keep: number
  /** When the last one that was proven was begun; 0 before there was one. */
  readonly lastAtMs: number
  /** The last try, where it failed and none succeeded since. */
  readonly failure: { readonly atMs: number; readonly code: ErrorCode } | undefined
}

export interface BackupState {
  /** What backups are sealed under where the person gives no passphrase; it protects no more than this home holds. */
  readonly phrase: string | undefined
  readonly last: ProvenBackup | undefined
  /** Undefined where backups are made only when somebody asks. */
  readonly schedule: BackupSchedule | undefined
}

/** Reads the row; a home without it has no backup. */
export function readBackupState(value: Uint8Array | undefined): BackupState {
  if (value === undefined) {
    return { phrase: undefined, last: undefined, schedule: undefined }
  }
  const { phrase, fileName, schedule, ...row } = fromBinary(BackupRowSchema, value)
  const { createdAtMs, provenAtMs, contactCount, messageCount, linkCount, byteCount } = row
  const counts = { contactCount, messageCount, linkCount, byteCount }
  return {
    phrase: phrase === '' ? undefined : phrase,
    last:
      provenAtMs === 0
        ? undefined
        : {
            createdAtMs,
            provenAtMs,
            fileName: fileName === '' ? undefined : fileName,
            ...counts
          },
    schedule: schedule === undefined ? undefined : scheduleOfRow(schedule)
  }
}

function scheduleOfRow(row: BackupScheduleRow): BackupSchedule {
  const { folder, everyMs, keep, lastAtMs, failedAtMs, failure } = row
  const code = Object.hasOwn(ERROR_CODES, failure) ? (failure as ErrorCode) : 'SEALPOST_BUG'
  return {
    folder,
    everyMs,
    keep,
    lastAtMs,
    failure: failedAtMs === 0 ? undefined : { atMs: failedAtMs, code }
  }
}

function rowOfSchedule({ failure, ...schedule }: BackupSchedule): BackupScheduleRow {
  return create(BackupScheduleRowSchema, {
    ...schedule,
    failedAtMs: failure?.atMs ?? 0,
    failure: failure?.code ?? ''
  })
}

export function writeBackupState({ phrase, last, schedule }: BackupState): Write {
  const row = create(BackupRowSchema, {
    ...last,
    ...(schedule === undefined ? {} : { schedule: rowOfSchedule(schedule) }),
    phrase: phrase ?? '',
    fileName: last?.fileName ?? ''
  })
  return {
    type: 'write',
    table: 'account',
    key: BACKUP_KEY,
    value: toBinary(BackupRowSchema, row)
  }
}
