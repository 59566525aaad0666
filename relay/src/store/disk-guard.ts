/**
 * Watches the disk for the machine, and keeps a little room in hand for when it is full.
 *
 * ```
 *   holding --(machine says read-only, or the store failed)--> released --(machine takes deposits again)--> holding
 * ```
 *
 * The machine is told the free room as if the ballast were always there, so that giving it up never looks like room for
 * deposits: it is for acks, and for LevelDB to clean up.
 */
import { statfs } from 'node:fs/promises'
import { type Capacity, StorageError } from '@sealpost/protocol'
import type { Clock, Log } from '@sealpost/host'
import { Ballast, ballastBytesOf } from './ballast.ts'
import type { DataDirectory } from './data-directory.ts'

const MIB = 1024 * 1024
/** Between two looks at the disk while all is well. */
const CALM_MS = 5_000
/** Between two looks while room is scarce: what was erased should count soon. */
const SCARCE_MS = 1_000
/** Bytes that may come in between two looks, where there is room for many more. */
const INTAKE_BYTES_MAX = 64 * MIB
const INTAKE_BYTES_MIN = MIB
/** Of the room that is left, the share that may be used up unseen. */
const INTAKE_SHARE = 1 / 16
/** Between two compactions for which there surely is room; and where they may find too little, which costs a restart. */
const SAFE_COMPACTION_MS = 10_000
const RISKY_COMPACTION_MS = 600_000
/** A store holds so much for nothing, in bytes and as a share of it, before it is compacted: */
const WASTE_BYTES_MIN = 4 * MIB
const WASTE_SHARE = 1 / 4
/** looks in a row, since LevelDB holds things twice for a moment whenever it tidies up by itself. */
const WASTE_LOOKS = 3
/** Bytes of a row beside what is sealed: its key, its tombstone, the index rows that follow from it. */
const ROW_OVERHEAD_BYTES = 280

/** How full a file system is. */
export interface FileSystemUse {
  /** What an ordinary process may still write, in bytes. */
  readonly freeBytes: number
  readonly totalBytes: number
}

/** Measures the file system that a path is on. */
export type MeasureFileSystem = (path: string) => Promise<FileSystemUse>

/** As the operating system says. */
export async function measureFileSystem(path: string): Promise<FileSystemUse> {
  const { bavail, blocks, bsize } = await statfs(path)
  return { freeBytes: bavail * bsize, totalBytes: blocks * bsize }
}

/** What was measured last. The machine's `disk` input has the same fields. */
export interface DiskUse {
  /** Free room, less what the ballast does not hold at the moment. */
  readonly freeBytes: number
  readonly totalBytes: number
  readonly storeBytes: number
}

/** What a compaction came to, in bytes of the store. */
export interface Compaction {
  readonly bytesBefore: number
  readonly bytesAfter: number
}

/** What the machine says about what it keeps. */
export interface StoreUse {
  readonly capacity: Capacity
  readonly envelopeCount: number
  readonly envelopeBytes: number
  readonly tombstoneCount: number
  readonly mailboxCount: number
}

/** The store, as far as the guard knows it. */
export interface GuardedStore {
  approximateBytes(): Promise<number>
  compact(): Promise<void>
}

export interface DiskGuardOptions {
  readonly directory: DataDirectory
  readonly clock: Clock
  readonly log: Log
  readonly measure: MeasureFileSystem
  /** Tells the machine `lastUse`. Afterwards `use` knows what follows from it. */
  readonly onDisk: () => void
  /** undefined while no machine runs. */
  readonly use: () => StoreUse | undefined
  /** The store was compacted, which took so long. */
  readonly onCompacted?: ((tookMs: number) => void) | undefined
}

/** Made before the store is opened, stopped after it is closed. */
export class DiskGuard {
  readonly #options: DiskGuardOptions
  readonly #ballast: Ballast
  #store: GuardedStore | undefined
  #lastUse: DiskUse | undefined
  #intakeBytes = 0
  #intakeBytesMax = INTAKE_BYTES_MIN
  #looking: Promise<void> | undefined
  #compacting: Promise<void> | undefined
  #compactingNow: Promise<Compaction> | undefined
  #compactedAtMs = -Infinity
  /** What a compaction leaves that looks like waste and is none. */
  #steadyWasteBytes = 0
  #wastefulLooks = 0
  #isFull = false
  #cancelTimer: (() => void) | undefined
  #isStopped = false

  constructor(options: DiskGuardOptions) {
    this.#options = options
    this.#ballast = new Ballast(options.directory.ballastPath)
  }

  /** What was measured last; undefined before that. */
  get lastUse(): DiskUse | undefined {
    return this.#lastUse
  }

  /** Bytes that the ballast holds. */
  get ballastBytes(): number {
    return this.#ballast.bytes
  }

  /** Before the first opening of the store: measures, and makes room where there is next to none. */
  async prepare(): Promise<void> {
    await this.#ballast.find()
    await this.#measure()
    if (this.#isNearlyFull()) {
      await this.#release()
      await this.#measure()
    }
  }

  /** The store found no room. */
  onFull(): void {
    this.#isFull = true
  }

  /** While the store is closed after a failure: makes room where that was the reason. */
  async beforeReopen(): Promise<void> {
    await this.#looking
    await this.#measure()
    if (this.#isFull || this.#isNearlyFull()) {
      this.#isFull = false
      await this.#release()
      await this.#measure()
    }
  }

  #isNearlyFull(): boolean {
    const { freeBytes = 0, totalBytes = 0 } = this.#lastUse ?? {}
    return freeBytes < ballastBytesOf(totalBytes)
  }

  /** The store that is open now. */
  guard(store: GuardedStore): void {
    this.#store = store
  }

  /** The total size of the file system, in bytes; 0 before it was measured. */
  get totalBytes(): number {
    return this.#lastUse?.totalBytes ?? 0
  }

  /** Counts what came in, and looks at the disk before that can have filled it. */
  countIntake(bytes: number): void {
    this.#intakeBytes += bytes
    if (this.#intakeBytes >= this.#intakeBytesMax) {
      this.lookNow()
    }
  }

  /** Looks at the disk at once, unless it is being looked at, and from then on regularly. */
  lookNow(): void {
    if (this.#looking !== undefined || this.#isStopped) {
      return
    }
    this.#intakeBytes = 0
    this.#cancelTimer?.()
    this.#cancelTimer = undefined
    this.#looking = this.#look().finally(() => {
      this.#looking = undefined
      this.#planNext()
    })
  }

  /** Looks, and resolves when that is done; the look that is under way counts. */
  async look(): Promise<void> {
    this.lookNow()
    await this.#looking
  }

  /**
   * Compacts the store now, or waits for the end of what is compacting it already.
   *
   * @throws StorageError `SEALPOST_STORE_FULL` where there surely is no head-room, `SEALPOST_STORE_FAILED`
   */
  compactNow(): Promise<Compaction> {
    // One for all who ask meanwhile, also while the disk is still being measured for the first of them.
    this.#compactingNow ??= this.#compactNow().finally(() => {
      this.#compactingNow = undefined
    })
    return this.#compactingNow
  }

  async #compactNow(): Promise<Compaction> {
    await this.#measure()
    const { freeBytes = 0, storeBytes: bytesBefore = 0 } = this.#lastUse ?? {}
    // What is kept is written once more before the old files go.
    const neededBytes = Math.min(this.#neededBytes(), bytesBefore)
    if (this.#compacting === undefined && neededBytes > freeBytes) {
      throw new StorageError(
        'SEALPOST_STORE_FULL',
        `Compacting takes about ${String(neededBytes)} bytes more while it lasts, and there are ${String(freeBytes)}. Make room first.`
      )
    }
    if (this.#store === undefined || this.#isStopped) {
      throw new StorageError('SEALPOST_STORE_FAILED', 'The store is not open at the moment.')
    }
    this.#startCompacting()
    await this.#compacting
    return { bytesBefore, bytesAfter: this.#lastUse?.storeBytes ?? bytesBefore }
  }

  /** Looks no more. The ballast stays as it is. */
  async stop(): Promise<void> {
    this.#isStopped = true
    this.#cancelTimer?.()
    await this.#looking
    await this.#compacting
  }

  async #look(): Promise<void> {
    await this.#measure()
    this.#options.onDisk()
    const use = this.#options.use()
    if (use === undefined || this.#isStopped) {
      return
    }
    if (use.capacity === 'read-only') {
      await this.#release()
    } else {
      await this.#fill()
    }
    if (use.capacity !== 'open') {
      this.#compactIfWorthIt()
    }
  }

  #planNext(): void {
    if (this.#isStopped) {
      return
    }
    const isScarce = (this.#options.use()?.capacity ?? 'open') !== 'open'
    const delayMs = isScarce ? SCARCE_MS : CALM_MS
    this.#cancelTimer = this.#options.clock.setTimer(delayMs, () => {
      this.lookNow()
    })
  }

  async #measure(): Promise<void> {
    try {
      const [{ freeBytes: allBytes, totalBytes }, storeBytes] = await Promise.all([
        this.#options.measure(this.#options.directory.path),
        this.#store?.approximateBytes() ?? this.#lastUse?.storeBytes ?? 0
      ])
      const missingBytes = Math.max(0, ballastBytesOf(totalBytes) - this.#ballast.bytes)
      const freeBytes = Math.max(0, allBytes - missingBytes)
      this.#lastUse = { freeBytes, totalBytes, storeBytes }
      this.#intakeBytesMax = Math.min(
        INTAKE_BYTES_MAX,
        Math.max(INTAKE_BYTES_MIN, freeBytes * INTAKE_SHARE)
      )
    } catch {
      // The store says it louder where the disk is gone. What was measured before still holds.
      this.#options.log.warn('relay.disk.not-measured')
    }
  }

  async #release(): Promise<void> {
    const bytes = this.#ballast.bytes
    if (bytes > 0) {
      await this.#ballast.release()
      this.#options.log.warn('relay.ballast.released', { bytes: bytes - this.#ballast.bytes })
    }
  }

  async #fill(): Promise<void> {
    const target = ballastBytesOf(this.totalBytes)
    if (this.#ballast.bytes < target && (this.#lastUse?.freeBytes ?? 0) > 0) {
      if (await this.#ballast.grow(target)) {
        this.#options.log.info('relay.ballast.made', { bytes: this.#ballast.bytes })
      }
    }
  }

  /** LevelDB gives erased rows back when it comes to it, which on a full disk may be too late. */
  #compactIfWorthIt(): void {
    const { clock } = this.#options
    const { freeBytes = 0, storeBytes = 0 } = this.#lastUse ?? {}
    const neededBytes = this.#neededBytes()
    const wasteBytes = storeBytes - neededBytes - this.#steadyWasteBytes
    const isWasteful = wasteBytes >= Math.max(WASTE_BYTES_MIN, storeBytes * WASTE_SHARE)
    this.#wastefulLooks = isWasteful ? this.#wastefulLooks + 1 : 0
    const waitMs = neededBytes <= freeBytes ? SAFE_COMPACTION_MS : RISKY_COMPACTION_MS
    const isDue = clock.monotonicMs() - this.#compactedAtMs >= waitMs
    if (this.#wastefulLooks >= WASTE_LOOKS && isDue) {
      this.#startCompacting()
    }
  }

  #startCompacting(): void {
    this.#compacting ??= this.#compact().finally(() => {
      this.#compactedAtMs = this.#options.clock.monotonicMs()
      this.#wastefulLooks = 0
      this.#compacting = undefined
      this.lookNow()
    })
  }

  /** About as many bytes as what the machine keeps would take by itself: what a compaction writes at most. */
  #neededBytes(): number {
    const use = this.#options.use()
    const rowCount =
      use === undefined ? 0 : use.envelopeCount + use.tombstoneCount + use.mailboxCount
    return (use?.envelopeBytes ?? 0) + rowCount * ROW_OVERHEAD_BYTES
  }

  async #compact(): Promise<void> {
    const { clock, log } = this.#options
    const bytesBefore = this.#lastUse?.storeBytes
    const startedAtMs = clock.monotonicMs()
    try {
      await this.#store?.compact()
    } catch {
      log.warn('relay.store.not-compacted')
      return
    }
    await this.#measure()
    const bytesAfter = this.#lastUse?.storeBytes ?? 0
    this.#steadyWasteBytes = Math.max(0, bytesAfter - this.#neededBytes())
    const tookMs = Math.round(clock.monotonicMs() - startedAtMs)
    this.#options.onCompacted?.(tookMs)
    log.info('relay.store.compacted', {
      tookMs,
      bytesBefore,
      bytesAfter
    })
  }
}
