import type { Clock, Log } from '@sealpost/host'
import {
  type AuditEntry,
  type AuditHead,
  auditLine,
  type AuditNote,
  AUDIT_START,
  type AuditVerifyAnswer,
  formatAuditHead,
  parseAuditLine
} from '@sealpost/operator'
import {
  AUDIT_FILE_BYTES_MAX,
  AuditFiles,
  type CheckedFiles,
  checkFiles,
  hashText,
  verifyAnswer
} from './audit-files.ts'
import { Turns } from './turns.ts'

/** What is to be written down; when, the book knows. */
export type NewNote = Omit<AuditNote, 'atMs' | 'lostCount'>

/** Writes down what was changed. */
export class AuditBook {
  readonly #files: AuditFiles
  readonly #clock: Clock
  readonly #log: Log
  readonly #turns = new Turns()
  #head: AuditHead
  #size: number
  #lostCount = 0

  private constructor(
    files: AuditFiles,
    { clock, log }: { readonly clock: Clock; readonly log: Log },
    from: { readonly head: AuditHead; readonly size: number }
  ) {
    this.#files = files
    this.#clock = clock
    this.#log = log
    this.#head = from.head
    this.#size = from.size
  }

  /**
   * Goes on where the log ends. One that is not what was written is told in the relay's log, and goes on: what was done to it stays
   * to be seen.
   *
   * @param directory the data directory. @throws StorageError
   */
  static async open(
    directory: string,
    world: { readonly clock: Clock; readonly log: Log }
  ): Promise<AuditBook> {
    const files = new AuditFiles(directory)
    const kept = await files.readHead()
    const checked = await checkFiles(files, [kept])
    const { problem } = checked.check
    if (problem !== undefined) {
      world.log.error('relay.audit.broken', { what: problem.what, expected: problem.expected })
    }
    const current = checked.files.find(({ name }) => name === 'audit.log')
    if (current !== undefined && current.bytes > current.wholeBytes) {
      // A line that the power took with it: whoever asked for it got no answer.
      world.log.warn('relay.audit.torn')
      await files.cut(current.wholeBytes)
    }
    const head = latest(lastHead(checked), kept)
    return new AuditBook(files, world, { head, size: current?.wholeBytes ?? 0 })
  }

  /** Writes it down, on the disk. Where that fails the relay's log says so, and the next entry how many are missing. */
  note(note: NewNote): Promise<void> {
    return this.#turns.take(async () => {
      try {
        await this.#write(note)
      } catch {
        this.#lostCount += 1
        this.#log.error('relay.audit.not-written', { call: note.call, outcome: note.outcome })
      }
    })
  }

  async #write(note: NewNote): Promise<void> {
    const lostCount = this.#lostCount === 0 ? undefined : this.#lostCount
    const atMs = this.#clock.wallMs()
    const { line, head } = auditLine(this.#head, { ...note, atMs, lostCount }, hashText)
    const bytes = Buffer.byteLength(line) + 1
    if (this.#size > 0 && this.#size + bytes > AUDIT_FILE_BYTES_MAX) {
      await this.#files.rotate()
      this.#size = 0
    }
    this.#size = await this.#files.append(`${line}\n`)
    this.#head = head
    this.#lostCount = 0
    const { call, outcome } = note
    this.#log.info('relay.operator.change', { call, outcome, head: formatAuditHead(head) })
    await this.#files.writeHead(head).catch(() => {
      this.#log.warn('relay.audit.head-not-written')
    })
  }

  /** The last ones, the latest last, as far as they can be read. @throws StorageError */
  list(count: number): Promise<readonly AuditEntry[]> {
    return this.#turns.take(async () => {
      const lines = (await this.#files.read()).flatMap((file) => file.lines)
      const parsed = lines.slice(-count).map((line) => parseAuditLine(line, hashText))
      return parsed.filter((one) => one !== undefined).map(({ entry }) => entry)
    })
  }

  /** @param head that was kept elsewhere. @throws StorageError */
  verify(head: AuditHead | undefined): Promise<AuditVerifyAnswer> {
    return this.#turns.take(async () => {
      const own = this.#head.number === 0 ? undefined : this.#head
      return verifyAnswer(await checkFiles(this.#files, [own, head]))
    })
  }
}

/** As `AuditBook.verify`, of a relay that does not run. @throws StorageError */
export async function verifyAudit(
  directory: string,
  head: AuditHead | undefined
): Promise<AuditVerifyAnswer> {
  const files = new AuditFiles(directory)
  return verifyAnswer(await checkFiles(files, [await files.readHead(), head]))
}

function lastHead({ files }: CheckedFiles): AuditHead {
  for (const line of files.flatMap(({ lines }) => lines).toReversed()) {
    const parsed = parseAuditLine(line, hashText)
    if (parsed !== undefined) {
      return parsed.head
    }
  }
  return AUDIT_START
}

function latest(head: AuditHead, kept: AuditHead | undefined): AuditHead {
  return kept !== undefined && kept.number > head.number ? kept : head
}
