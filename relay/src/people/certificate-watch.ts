/**
 * The certificate of the port for people, read again when its files change.
 *
 * ```
 *   files changed --look--> good: handshakes from here on get it; streams that are there stay
 *                      `--> bad: the old one stays, and that is told once it was found so twice, since two files are not
 *                           changed in one moment
 * ```
 */
import { stat } from 'node:fs/promises'
import type { Clock, Log } from '@sealpost/host'
import type { TlsPair } from '@sealpost/transport-libp2p'
import { type Certificate, type CertificateFiles, loadCertificate } from './certificate.ts'

const LOOK_MS = 10_000
const DAY_MS = 86_400_000
/** From here on it is told every day. */
const SOON_MS = 14 * DAY_MS

/** What an operator may look at. */
export interface CertificateOverview {
  /** Since 1970. */
  readonly expiresAtMs: number
  /** Whether its files hold another one by now, which cannot be used. */
  readonly isNextRefused: boolean
}

export interface CertificateWatchOptions {
  readonly files: CertificateFiles
  readonly clock: Clock
  readonly log: Log
}

export class CertificateWatch {
  readonly #options: CertificateWatchOptions
  #certificate: Certificate
  /** Of the files that were read last with success, and of those that were bad. */
  #stamp: string | undefined
  #badStamp: string | undefined
  #isNextRefused = false
  #toldAtMs: number | undefined
  #cancelTimer: (() => void) | undefined
  #isClosed = false

  private constructor(options: CertificateWatchOptions, read: ReadCertificate) {
    this.#options = options
    this.#certificate = read.certificate
    this.#stamp = read.stamp
  }

  /** @throws ConfigError where the files hold no certificate with its key */
  static async open(options: CertificateWatchOptions): Promise<CertificateWatch> {
    return new CertificateWatch(options, await readStamped(options.files))
  }

  get certificate(): Certificate {
    return this.#certificate
  }

  get overview(): CertificateOverview {
    return { expiresAtMs: this.#certificate.expiresAtMs, isNextRefused: this.#isNextRefused }
  }

  /** Looks at the files every 10 s from here on. */
  start(onChange: (pair: TlsPair) => void): void {
    this.#tellExpiry()
    this.#cancelTimer = this.#options.clock.setTimer(LOOK_MS, () => {
      void this.#look(onChange).then(() => {
        if (!this.#isClosed) {
          this.start(onChange)
        }
      })
    })
  }

  close(): void {
    this.#isClosed = true
    this.#cancelTimer?.()
  }

  /** Looks at the files, and says whether they were read. Never throws. */
  async #look(onChange: (pair: TlsPair) => void): Promise<void> {
    const { files, log } = this.#options
    const stamp = await stampOf(files)
    if (stamp === this.#stamp && stamp !== undefined) {
      this.#isNextRefused = false
      this.#badStamp = undefined
      return
    }
    try {
      const read = await readStamped(files)
      this.#certificate = read.certificate
      this.#stamp = read.stamp
      this.#badStamp = undefined
      this.#isNextRefused = false
      this.#toldAtMs = undefined
      onChange(read.certificate.pair)
      log.info('relay.certificate.changed', { inDays: this.#daysLeft() })
    } catch {
      this.#refuse(stamp ?? 'not there')
    }
  }

  #refuse(stamp: string): void {
    if (stamp === this.#badStamp && !this.#isNextRefused) {
      this.#isNextRefused = true
      this.#options.log.warn('relay.certificate.refused', { inDays: this.#daysLeft() })
    }
    this.#badStamp = stamp
  }

  #tellExpiry(): void {
    const { clock, log } = this.#options
    const leftMs = this.#certificate.expiresAtMs - clock.wallMs()
    const sinceMs = clock.monotonicMs() - (this.#toldAtMs ?? -Infinity)
    if (leftMs < SOON_MS && sinceMs >= DAY_MS) {
      this.#toldAtMs = clock.monotonicMs()
      log.warn(leftMs > 0 ? 'relay.certificate.expires' : 'relay.certificate.expired', {
        inDays: this.#daysLeft()
      })
    }
  }

  #daysLeft(): number {
    return Math.floor((this.#certificate.expiresAtMs - this.#options.clock.wallMs()) / DAY_MS)
  }
}

interface ReadCertificate {
  readonly certificate: Certificate
  /** undefined where the files were changed in the midst of it: they are read again. */
  readonly stamp: string | undefined
}

async function readStamped(files: CertificateFiles): Promise<ReadCertificate> {
  const before = await stampOf(files)
  const certificate = await loadCertificate(files)
  return { certificate, stamp: before === (await stampOf(files)) ? before : undefined }
}

/** Another one where a file is another one, or was written to; undefined where one is not there. */
async function stampOf({
  certificatePath,
  keyPath
}: CertificateFiles): Promise<string | undefined> {
  try {
    const stats = await Promise.all([certificatePath, keyPath].map((path) => stat(path)))
    return stats.map(({ ino, size, mtimeMs }) => [ino, size, mtimeMs].join(':')).join(' ')
  } catch {
    return undefined
  }
}
