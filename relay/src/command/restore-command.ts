/** Backups read back: looked through, or made a relay of. */
import { resolve } from 'node:path'
import type { ParamValues } from '@sealpost/operator'
import { readBackupFile, readIdentityFile } from '../backup/backup-file.ts'
import type { BackupHeader, BackupManifest } from '../backup/backup-format.ts'
import { restoreBackup } from '../backup/restore-backup.ts'
import { verifyBackup } from '../backup/verify-backup.ts'
import type { RelayConfig } from '../config/config.ts'
import { SYSTEM_CLOCK } from '../world/system-clock.ts'
import { SYSTEM_RANDOM } from '../world/system-random.ts'
import { amount, bytesText, lines, sinceText } from './texts/text-parts.ts'

interface Line {
  readonly params: ParamValues
  readonly isJson: boolean
}

/** @throws as `verifyBackup` */
export async function runVerify({ params, isJson }: Line): Promise<number> {
  const found = await verifyBackup(parts(params, await identities(params)))
  process.stdout.write(isJson ? `${JSON.stringify(found)}\n` : `It is whole.\n${heldText(found)}`)
  return 0
}

/** @throws as `restoreBackup` */
export async function runRestore({ data }: RelayConfig, line: Line): Promise<number> {
  const all = parts(line.params, await identities(line.params))
  const restored = await restoreBackup(all, data, SYSTEM_RANDOM)
  process.stdout.write(
    line.isJson ? `${JSON.stringify({ data, ...restored })}\n` : restoredText(data, restored)
  )
  return 0
}

function parts(
  params: ParamValues,
  identity: string | undefined
): ReturnType<typeof readBackupFile> {
  return readBackupFile(resolve(params.text('file')), identity)
}

async function identities(params: ParamValues): Promise<string | undefined> {
  const path = params.optionalText('identity')
  return path === undefined ? undefined : readIdentityFile(path)
}

interface Held {
  readonly header: BackupHeader
  readonly manifest: BackupManifest
}

function heldText({ header, manifest }: Held): string {
  const { rowCounts, rowCount, rowBytes, fileNames } = manifest
  return lines([
    ['relay', header.peerId],
    [
      'made',
      `${new Date(header.madeAtMs).toISOString()}, ${sinceText(SYSTEM_CLOCK.wallMs() - header.madeAtMs)} ago, by version ${header.version}`
    ],
    ['rows', `${amount(rowCount, 'row')}, ${bytesText(rowBytes)}`],
    ...Object.entries(rowCounts).map(
      ([table, count]) => ['', `${count.toLocaleString('en-US')} ${table}`] as const
    ),
    ['files', fileNames.join(', ')]
  ])
}

function restoredText(
  data: string,
  held: Held & { readonly envelopeCount: number; readonly mailboxCount: number }
): string {
  const kept = `${amount(held.envelopeCount, 'envelope')} in ${amount(held.mailboxCount, 'mailbox', 'mailboxes')}`
  return `${data} is this relay again, with ${kept}.
Links and what strangers could claim were left out: their owners publish them anew.
Its options of then are in ${data}/restored.yaml. Never run it in two places at once.

${heldText(held)}
Start it: sealpost-relay run --data ${data} --config ${data}/restored.yaml
`
}
