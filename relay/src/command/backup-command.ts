/** Backs a relay up: the one that runs does it itself, since nobody else can open its store. */
import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import {
  type BackupAnswer,
  backupName,
  CALLS,
  isOperatorError,
  isOperatorErrorCode,
  OperatorError,
  ParamValues,
  type WorkAnswer
} from '@sealpost/operator'
import { isSealpostError } from '@sealpost/protocol'
import { join } from 'node:path'
import { requireFree } from '../backup/backup-file.ts'
import { backUpStopped } from '../backup/back-up-stopped.ts'
import { configText } from '../backup/config-text.ts'
import type { RelayConfig } from '../config/config.ts'
import { callRelay } from '../operator/call-relay.ts'
import { SYSTEM_CLOCK } from '../world/system-clock.ts'
import { madeText, shareText } from './texts/backup-texts.ts'

/** Between two looks at a backup that the relay makes. */
const LOOK_MS = 500

/** @throws as `callRelay` and `makeBackup` */
export async function runBackup(
  config: RelayConfig,
  line: { readonly params: ParamValues; readonly isJson: boolean; readonly version: string }
): Promise<number> {
  const path = resolve(line.params.text('file'))
  const recipient = line.params.optionalText('recipient')
  const made =
    (await askRelay(config.data, path, recipient, line.isJson)) ??
    (await makeHere(config, path, recipient, line.version))
  process.stdout.write(line.isJson ? `${JSON.stringify({ backup: made })}\n` : madeText(made))
  return 0
}

/** @returns undefined where no relay runs. */
async function askRelay(
  data: string,
  file: string,
  recipient: string | undefined,
  isJson: boolean
): Promise<BackupAnswer | undefined> {
  const params = ParamValues.parse(CALLS['backup begin'].params, {
    file,
    ...(recipient === undefined ? {} : { recipient })
  })
  try {
    const { number } = await callRelay(data, 'backup begin', params)
    return await followWork(data, number, isJson)
  } catch (error) {
    if (isOperatorError(error) && error.code === 'SEALPOST_NOT_RUNNING') {
      return undefined
    }
    throw error
  }
}

async function followWork(data: string, number: number, isJson: boolean): Promise<BackupAnswer> {
  const nothing = ParamValues.parse([], {})
  let shown = ''
  for (;;) {
    const { work } = await callRelay(data, 'backup progress', nothing)
    if (work?.number !== number) {
      // Another one is under way by now: this one has ended, and the log says how.
      throw new OperatorError('SEALPOST_BACKUP_FAILED', 'The relay’s log says how it ended.')
    }
    if (work.endedAtMs !== undefined) {
      return ended(work)
    }
    if (!isJson && shareText(work) !== shown) {
      shown = shareText(work)
      process.stderr.write(`${shown}\n`)
    }
    await wait(LOOK_MS)
  }
}

function ended({ backup, failure }: WorkAnswer): BackupAnswer {
  if (backup !== undefined && failure === undefined) {
    return backup
  }
  const { code, message } = failure ?? { code: '', message: undefined }
  throw new OperatorError(isOperatorErrorCode(code) ? code : 'SEALPOST_BACKUP_FAILED', message)
}

async function makeHere(
  config: RelayConfig,
  path: string,
  recipient: string | undefined,
  version: string
): Promise<BackupAnswer> {
  const isDirectory = await stat(path).then(
    (found) => found.isDirectory(),
    () => false
  )
  const name = backupName(SYSTEM_CLOCK.wallMs(), recipient !== undefined)
  const file = isDirectory ? join(path, name) : path
  await requireFree(file)
  try {
    return await backUpStopped(config, configText(config), version, {
      path: file,
      recipients: recipient === undefined ? [] : [recipient]
    })
  } catch (error) {
    if (isSealpostError(error) && error.code === 'SEALPOST_STORE_LOCKED') {
      throw new OperatorError(
        'SEALPOST_BACKUP_UNDER_WAY',
        `Another process has the store of ${config.data} open and answers nobody: a relay that starts or stops, or another backup. Try again.`,
        { cause: error }
      )
    }
    throw error
  }
}
