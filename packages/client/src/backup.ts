/** Backups of a home that is open: made, proven by reading them back, and remembered. */
import {
  BACKUP_KEY,
  backupDueAtMs,
  type BackupSchedule,
  type BackupState,
  isBackupOverdue,
  type ProvenBackup,
  readBackupState,
  writeBackupState
} from '@sealpost/core'
import { parseRecoveryPhrase, type PassphraseCost, RECOVERY_PHRASE_COST } from '@sealpost/crypto'
import { type ErrorCode, StorageError, UsageError } from '@sealpost/protocol'
import { writeBackupFile } from './backup-file.ts'
import { proveBackup } from './backup-proof.ts'
import { homeRecords } from './backup-records.ts'
import type { ClientPorts } from './client-ports.ts'
import type { PeerDriver } from './correspondence.ts'

/** Where a backup is written, and read back. Its calls come one after another, in this order, and end where one throws. */
export interface BackupSink {
  /** Appends. The bytes are the sink's. */
  write(bytes: Uint8Array): Promise<void>
  /** Makes durable all that was written. */
  flush(): Promise<void>
  /** What was written, in pieces of any size, read from where it was written to. */
  read(): AsyncIterable<Uint8Array>
  /** Puts the file, which was proven, into its place: until then it must not stand for a backup. */
  keep(): Promise<void>
}

export interface BackupOptions {
  /** Undefined for the recovery phrase that this home keeps. */
  readonly passphrase?: string | undefined
  /** Of Argon2id; if not given, the default for passphrases, and the least for a recovery phrase. */
  readonly cost?: PassphraseCost | undefined
  /** What `backupStatus` calls the file. */
  readonly fileName?: string | undefined
  /** Whether it is one of those that `scheduleBackups` asks for. */
  readonly isScheduled?: boolean | undefined
  readonly onProgress?: ((progress: BackupProgress) => void) | undefined
}

/** Backups that this device is to make by itself. */
export type BackupWish = Omit<BackupSchedule, 'failure'>

export interface BackupStatus extends Omit<BackupState, 'schedule'> {
  readonly schedule: ScheduledBackups | undefined
}

export interface ScheduledBackups extends BackupSchedule {
  /** When the next one is to be made; by now or before where it is due. */
  readonly dueAtMs: number
  /** Whether somebody should be told that there is no recent one. */
  readonly isOverdue: boolean
}

export interface BackupProgress {
  readonly stage: 'writing' | 'proving'
  /** Messages of this stage so far. */
  readonly messageCount: number
}

export class Backups {
  readonly #ports: Pick<ClientPorts, 'random' | 'engine'>
  readonly #driver: PeerDriver
  /** One at a time: two at once would write one file. */
  #running: Promise<unknown> = Promise.resolve()

  constructor(ports: Pick<ClientPorts, 'random' | 'engine'>, driver: PeerDriver) {
    this.#ports = ports
    this.#driver = driver
  }

  /** The backup that was last proven, and the phrase. @throws StorageError */
  async state(): Promise<BackupState> {
    const [row] = (await this.#driver.read([{ table: 'account', key: BACKUP_KEY }])).values
    return readBackupState(row)
  }

  /** See `SealpostClient.backupStatus`. */
  async status(): Promise<BackupStatus> {
    const { schedule, ...state } = await this.state()
    const nowMs = this.#driver.now()
    return {
      ...state,
      schedule: schedule && {
        ...schedule,
        dueAtMs: backupDueAtMs(schedule, nowMs),
        isOverdue: isBackupOverdue(schedule, nowMs)
      }
    }
  }

  /** Keeps a recovery phrase for backups to come. @throws UsageError `SEALPOST_USAGE` for what is none; StorageError */
  async keepPhrase(text: string): Promise<void> {
    const phrase = parseRecoveryPhrase(text)
    if (phrase === undefined) {
      throw new UsageError('SEALPOST_USAGE', undefined, { detail: 'recovery-phrase' })
    }
    await this.#save({ ...(await this.state()), phrase })
  }

  /** See `SealpostClient.scheduleBackups`. */
  async schedule(wish: BackupWish | undefined): Promise<void> {
    if (wish !== undefined && !(wish.everyMs > 0 && wish.keep >= 1 && wish.folder !== '')) {
      throw new UsageError('SEALPOST_USAGE', 'a schedule names a folder, a time and a count')
    }
    const schedule = wish === undefined ? undefined : { ...wish, failure: undefined }
    await this.#save({ ...(await this.state()), schedule })
  }

  /** See `SealpostClient.noteFailedBackup`. */
  async failed(code: ErrorCode): Promise<void> {
    const state = await this.state()
    if (state.schedule !== undefined) {
      const failure = { atMs: this.#driver.now(), code }
      await this.#save({ ...state, schedule: { ...state.schedule, failure } })
    }
  }

  /** See `SealpostClient.backup`. */
  backup(sink: BackupSink, options: BackupOptions): Promise<ProvenBackup> {
    const backup = this.#running.then(() => this.#backup(sink, options))
    this.#running = backup.catch(() => undefined)
    return backup
  }

  async #backup(sink: BackupSink, options: BackupOptions): Promise<ProvenBackup> {
    const { onProgress, fileName } = options
    const { passphrase, cost } = await this.#secret(options)
    const generation = this.#driver.crashCount
    const createdAtMs = this.#driver.now()
    await this.#driver.handle({ type: 'expect-device', atMs: createdAtMs, isGiven: true })
    const { machine } = this.#driver
    const deletedCount = machine?.words.deletedCount ?? 0
    const own = {
      ownAddresses: machine?.ownDeviceAddresses() ?? [],
      state: machine?.accountState()
    }
    let byteCount = 0
    const end = await writeBackupFile(homeRecords(this.#driver, createdAtMs, own), {
      passphrase,
      ...(cost === undefined ? {} : { cost }),
      random: this.#ports.random,
      write: (bytes) => {
        byteCount += bytes.length
        return sink.write(bytes)
      },
      onProgress: (messageCount) => {
        onProgress?.({ stage: 'writing', messageCount })
      }
    })
    await sink.flush()
    await proveBackup(this.#ports, this.#driver, {
      source: sink.read(),
      passphrase,
      end,
      deletedCount,
      onProgress: (messageCount) => {
        onProgress?.({ stage: 'proving', messageCount })
      }
    })
    if (this.#driver.crashCount !== generation) {
      throw new StorageError('SEALPOST_STORE_FAILED', 'the store was opened again meanwhile')
    }
    await sink.keep()
    const { contactCount, messageCount, linkCount } = end
    const provenAtMs = this.#driver.now()
    const counts = { contactCount, messageCount, linkCount, byteCount }
    const proven = { createdAtMs, provenAtMs, fileName, ...counts }
    const state = await this.state()
    const schedule =
      options.isScheduled === true && state.schedule !== undefined
        ? { ...state.schedule, lastAtMs: createdAtMs, failure: undefined }
        : state.schedule
    await this.#save({ ...state, last: proven, schedule })
    return proven
  }

  async #secret({ passphrase, cost }: BackupOptions): Promise<{
    readonly passphrase: string
    readonly cost: PassphraseCost | undefined
  }> {
    const secret = passphrase ?? (await this.state()).phrase
    if (secret === undefined) {
      throw new UsageError('SEALPOST_PASSPHRASE_REQUIRED', undefined, {
        detail: 'no-recovery-phrase'
      })
    }
    const phrase = parseRecoveryPhrase(secret)
    return phrase === undefined
      ? { passphrase: secret, cost }
      : { passphrase: phrase, cost: cost ?? RECOVERY_PHRASE_COST }
  }

  #save(state: BackupState): Promise<void> {
    // A time that has come is an input that means nothing by itself: the row is all there is to it.
    const atMs = this.#driver.now()
    return this.#driver.handle({ type: 'timeout', atMs }, [writeBackupState(state)])
  }
}
