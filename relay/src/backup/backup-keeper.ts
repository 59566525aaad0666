/**
 * Makes a running relay's backups: when somebody asks, and by the schedule; tries whether they can be restored; deletes old ones.
 * One thing at a time.
 *
 * ```
 *   idle --asked, due--> backup --trial due--> trial --> idle
 *                           | failed: log, status, again within the hour
 * ```
 *
 * What it encrypts it encrypts to a key of its own too, which is in this process's memory alone: that is how it can try what only
 * its operator can open. After a restart it tries the next one that it makes.
 */
import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Random } from '@sealpost/core'
import type { Clock, Log } from '@sealpost/host'
import type { StoredRow } from '@sealpost/storage-level'
import {
  backupName,
  type BackupPast,
  type BackupPlan,
  type BackupStatus,
  backupsToDelete,
  isOperatorError,
  isTrialDue,
  type KeptBackup,
  nextBackupAtMs,
  OperatorError,
  parseBackupName,
  type WorkAnswer
} from '@sealpost/operator'
import { isSealpostError } from '@sealpost/protocol'
import { LEVEL_STORE_FORMAT } from '@sealpost/storage-level'
import { type DataDirectory, makeDirectory } from '../store/data-directory.ts'
import type { FileSystemUse } from '../store/disk-guard.ts'
import { type AgeKeyPair, drawAgeKeyPair } from './age-format.ts'
import { isDraft, readBackupFile, requireFree } from './backup-file.ts'
import { type BackupState, readBackupState, writeBackupState } from './backup-state.ts'
import { makeBackup } from './make-backup.ts'
import { pacer } from './pace.ts'
import { restoreBackup } from './restore-backup.ts'

const TRIAL = /^\.trial-\d{1,16}$/
/** Of a file system, the share that a backup or a trial leaves free. */
const FREE_SHARE = 0.1
/** What a timer waits at most: a clock that is set is noticed within it. */
const WAIT_MS_MAX = 3_600_000

/** What is backed up by itself. */
export interface BackupSchedule {
  readonly plan: BackupPlan
  /** Absolute; made where it is not there. */
  readonly directory: string
  /** `age1...`; undefined where backups are not encrypted. */
  readonly recipient: string | undefined
}

/** What a keeper needs of the relay and of the world. */
export interface BackupKeeperOptions {
  readonly directory: DataDirectory
  readonly rows: () => AsyncIterable<readonly StoredRow[]>
  /** About how many rows and bytes there are. */
  readonly measureStore: () => { readonly rowCount: number; readonly byteCount: number }
  readonly measureFileSystem: (path: string) => Promise<FileSystemUse>
  readonly configText: string
  readonly version: string
  readonly schedule: BackupSchedule | undefined
  readonly clock: Clock
  readonly log: Log
  readonly random: Random
}

type Work = { -readonly [Field in keyof WorkAnswer]: WorkAnswer[Field] }

export class BackupKeeper {
  readonly #options: BackupKeeperOptions
  readonly #startedAtMs: number
  #state: BackupState
  #kept: readonly KeptBackup[] = []
  #work: Work | undefined
  #running: Promise<void> | undefined
  #newestAtMs: number | undefined
  #failure: { readonly atMs: number; readonly code: string } | undefined
  /** The newest scheduled one that this process can open. */
  #tryable: string | undefined
  #keyPair: AgeKeyPair | undefined
  #cancelTimer: (() => void) | undefined
  #isClosed = false

  private constructor(options: BackupKeeperOptions, state: BackupState) {
    this.#options = options
    this.#state = state
    this.#startedAtMs = options.clock.wallMs()
  }

  /** Looks what there is, removes what a killed process left, and follows the schedule from then on. */
  static async open(options: BackupKeeperOptions): Promise<BackupKeeper> {
    const keeper = new BackupKeeper(options, await readBackupState(options.directory.path))
    await keeper.#look()
    keeper.#planNext()
    return keeper
  }

  /** How backups are; for figures too: `newestAtMs` is the age, `proven` whether one was verified. */
  status(): BackupStatus {
    const { schedule, clock } = this.#options
    return {
      work: this.#work && { ...this.#work },
      newestAtMs: this.#newestAtMs,
      nextAtMs: schedule && nextBackupAtMs(schedule.plan, this.#past(), clock.wallMs()),
      proven: this.#state.proven,
      failure: this.#failure
    }
  }

  /**
   * Begins a backup; `status` says how it goes.
   *
   * @param path absolute; a directory gets a file with the time in its name.
   * @returns the number of the work.
   * @throws OperatorError `SEALPOST_BACKUP_UNDER_WAY`, `SEALPOST_BACKUP_FAILED`, `SEALPOST_NO_ROOM`
   */
  async begin(path: string, recipient: string | undefined): Promise<number> {
    const file = await this.#target(path, recipient !== undefined)
    await this.#requireRoom(file, this.#options.measureStore().byteCount)
    const recipients = recipient === undefined ? [] : [recipient]
    return this.#start('backup', (work) => this.#make(work, file, recipients))
  }

  /** Resolves once nothing is under way. */
  async settled(): Promise<void> {
    while (this.#running !== undefined) {
      await this.#running
    }
  }

  /** Stops what is under way, and leaves nothing half. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#cancelTimer?.()
    await this.settled()
  }

  // ---- work

  #start(what: WorkAnswer['what'], act: (work: Work) => Promise<void>): number {
    if (this.#running !== undefined || this.#isClosed) {
      throw new OperatorError('SEALPOST_BACKUP_UNDER_WAY')
    }
    const work = this.#newWork(what)
    this.#running = this.#perform(work, act).finally(() => {
      this.#running = undefined
      this.#planNext()
    })
    return work.number
  }

  #newWork(what: WorkAnswer['what']): Work {
    const { rowCount } = this.#options.measureStore()
    const work: Work = {
      number: (this.#work?.number ?? 0) + 1,
      what,
      startedAtMs: this.#options.clock.wallMs(),
      endedAtMs: undefined,
      rowCount: 0,
      expectedRowCount: rowCount,
      failure: undefined,
      backup: undefined
    }
    this.#work = work
    return work
  }

  async #perform(work: Work, act: (work: Work) => Promise<void>): Promise<void> {
    const { clock, log } = this.#options
    try {
      await act(work)
    } catch (error) {
      work.failure = failureOf(error)
      log.warn('relay.backup.failed', { what: work.what, code: work.failure.code })
    }
    work.endedAtMs = clock.wallMs()
  }

  async #make(work: Work, path: string, recipients: readonly string[]): Promise<void> {
    const { clock, configText, directory, log, rows, version } = this.#options
    const summary = await makeBackup(
      { directory, rows: rows(), levelFormat: LEVEL_STORE_FORMAT, configText, version },
      { path, recipients },
      clock,
      this.#onStep(work)
    )
    const { byteCount, madeAtMs, isEncrypted, manifest } = summary
    const { rowCount } = manifest
    work.backup = { path, byteCount, madeAtMs, isEncrypted, rowCount }
    work.expectedRowCount = rowCount
    this.#newestAtMs = Math.max(madeAtMs, this.#newestAtMs ?? 0)
    log.info('relay.backup.made', {
      rowCount,
      byteCount,
      isEncrypted,
      tookMs: clock.wallMs() - madeAtMs
    })
  }

  #onStep(work: Work): (rowCount?: number) => Promise<void> {
    const pause = pacer(this.#options.clock)
    return async (rowCount = work.rowCount) => {
      work.rowCount = rowCount
      work.expectedRowCount = Math.max(work.expectedRowCount, rowCount)
      await pause()
      if (this.#isClosed) {
        throw new OperatorError('SEALPOST_BACKUP_FAILED', 'The relay was stopped meanwhile.')
      }
    }
  }

  async #recipients({ recipient }: BackupSchedule): Promise<readonly string[]> {
    if (recipient === undefined) {
      return []
    }
    this.#keyPair ??= await drawAgeKeyPair()
    return [recipient, this.#keyPair.recipient]
  }

  async #target(path: string, isEncrypted: boolean): Promise<string> {
    const isDirectory = await stat(path).then(
      (found) => found.isDirectory(),
      () => false
    )
    const file = isDirectory
      ? join(path, backupName(this.#options.clock.wallMs(), isEncrypted))
      : path
    await requireFree(file)
    return file
  }

  async #requireRoom(file: string, byteCount: number): Promise<void> {
    const { freeBytes, totalBytes } = await this.#options.measureFileSystem(join(file, '..'))
    if (freeBytes - byteCount < totalBytes * FREE_SHARE) {
      throw new OperatorError(
        'SEALPOST_NO_ROOM',
        `That takes about ${String(byteCount)} bytes, and would leave less than a tenth of the disk free; there are ${String(freeBytes)} bytes.`
      )
    }
  }

  // ---- the schedule

  #past(): BackupPast {
    return {
      startedAtMs: this.#startedAtMs,
      madeAtMs: this.#kept.at(-1)?.madeAtMs,
      failedAtMs: this.#failure?.atMs,
      provenAtMs: this.#state.proven?.atMs
    }
  }

  #planNext(): void {
    this.#cancelTimer?.()
    const { schedule, clock } = this.#options
    if (schedule === undefined || this.#isClosed || this.#running !== undefined) {
      return
    }
    const nowMs = clock.wallMs()
    const delayMs = nextBackupAtMs(schedule.plan, this.#past(), nowMs) - nowMs
    this.#cancelTimer = clock.setTimer(Math.min(delayMs, WAIT_MS_MAX), () => {
      if (nextBackupAtMs(schedule.plan, this.#past(), clock.wallMs()) > clock.wallMs()) {
        this.#planNext()
      } else {
        this.#start('backup', (work) => this.#follow(work, schedule))
      }
    })
  }

  async #follow(work: Work, schedule: BackupSchedule): Promise<void> {
    const { clock } = this.#options
    try {
      await makeDirectory(schedule.directory)
      const name = backupName(clock.wallMs(), schedule.recipient !== undefined)
      const file = join(schedule.directory, name)
      await this.#requireRoom(file, this.#options.measureStore().byteCount)
      await this.#make(work, file, await this.#recipients(schedule))
      this.#tryable = name
      this.#failure = undefined
    } catch (error) {
      this.#failure = { atMs: clock.wallMs(), code: failureOf(error).code }
      throw error
    }
    await this.#look()
    await this.#tidy(schedule)
    if (isTrialDue(schedule.plan, this.#past(), clock.wallMs())) {
      await this.#perform(this.#endAndBegin(work), (trial) => this.#try(trial, schedule))
    }
  }

  #endAndBegin(work: Work): Work {
    work.endedAtMs = this.#options.clock.wallMs()
    return this.#newWork('trial')
  }

  /** Restores the newest into a place of its own, starts it there, and removes it. */
  async #try(work: Work, { directory }: BackupSchedule): Promise<void> {
    const { clock, log, random } = this.#options
    const name = this.#tryable ?? ''
    const place = join(directory, `.trial-${String(clock.wallMs())}`)
    try {
      await this.#requireRoom(place, this.#options.measureStore().byteCount)
      const parts = readBackupFile(join(directory, name), this.#keyPair?.identity)
      const { header, manifest, ...counts } = await restoreBackup(
        parts,
        place,
        random,
        this.#onStep(work)
      )
      work.rowCount = manifest.rowCount
      const { envelopeCount, mailboxCount } = counts
      const { madeAtMs } = header
      const proven = { atMs: clock.wallMs(), name, madeAtMs, envelopeCount, mailboxCount }
      await this.#remember({ proven })
      log.info('relay.backup.proven', { envelopeCount, mailboxCount })
    } catch (error) {
      this.#failure = { atMs: clock.wallMs(), code: failureOf(error).code }
      throw error
    } finally {
      await rm(place, { recursive: true, force: true })
    }
  }

  async #remember(state: BackupState): Promise<void> {
    this.#state = state
    try {
      await writeBackupState(this.#options.directory.path, state)
    } catch {
      // It is tried again, which does no harm.
      this.#options.log.warn('relay.backup.not-noted')
    }
  }

  /** What the schedule made so far, the oldest first. */
  async #look(): Promise<void> {
    const { schedule } = this.#options
    if (schedule === undefined) {
      return
    }
    const names = await readdir(schedule.directory).catch((): readonly string[] => [])
    for (const name of names.filter((one) => isDraft(one) || TRIAL.test(one))) {
      await rm(join(schedule.directory, name), { recursive: true, force: true }).catch(ignore)
    }
    this.#kept = names
      .map(parseBackupName)
      .filter((backup) => backup !== undefined)
      .sort((a, b) => a.madeAtMs - b.madeAtMs)
    const newest = this.#kept.at(-1)?.madeAtMs
    this.#newestAtMs = Math.max(newest ?? 0, this.#newestAtMs ?? 0) || undefined
  }

  async #tidy({ directory, plan }: BackupSchedule): Promise<void> {
    const { clock, log } = this.#options
    const proven = this.#state.proven?.name
    const names = backupsToDelete(plan, this.#kept, proven, clock.wallMs())
    for (const name of names) {
      await rm(join(directory, name), { force: true })
    }
    if (names.length > 0) {
      log.info('relay.backup.deleted', { count: names.length })
      await this.#look()
    }
  }
}

function failureOf(error: unknown): NonNullable<WorkAnswer['failure']> {
  return isOperatorError(error) || isSealpostError(error)
    ? { code: error.code, message: error.message }
    : { code: 'SEALPOST_BACKUP_FAILED', message: 'The backup could not be made.' }
}

function ignore(): void {
  // It is tried again at the next look.
}
