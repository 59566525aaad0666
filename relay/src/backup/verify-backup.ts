import { OperatorError } from '@sealpost/operator'
import type { BackupHeader, BackupManifest } from './backup-format.ts'
import type { BackupPart } from './backup-reader.ts'

/** Reads a backup from end to end, and keeps nothing of it. @throws as `readBackup` */
export async function verifyBackup(
  parts: AsyncIterable<BackupPart>
): Promise<{ readonly header: BackupHeader; readonly manifest: BackupManifest }> {
  let header: BackupHeader | undefined
  let manifest: BackupManifest | undefined
  for await (const part of parts) {
    if (part.kind === 'header') {
      ;({ header } = part)
    } else if (part.kind === 'end') {
      ;({ manifest } = part)
    }
  }
  if (header === undefined || manifest === undefined) {
    throw new OperatorError('SEALPOST_BACKUP_CUT_OFF')
  }
  return { header, manifest }
}
