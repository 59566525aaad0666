/** What a home knows of its backups. */
import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import { BackupRowSchema } from '@sealpost/protocol/home'
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

export interface BackupState {
  /** What backups are sealed under where the person gives no passphrase; it protects no more than this home holds. */
  readonly phrase: string | undefined
  readonly last: ProvenBackup | undefined
}

/** Reads the row; a home without it has no backup. */
export function readBackupState(value: Uint8Array | undefined): BackupState {
  if (value === undefined) {
    return { phrase: undefined, last: undefined }
  }
  const { phrase, fileName, ...row } = fromBinary(BackupRowSchema, value)
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
          }
  }
}

export function writeBackupState({ phrase, last }: BackupState): Write {
  const row = create(BackupRowSchema, {
    ...last,
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
