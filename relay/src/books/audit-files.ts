/**
 * The files of the audit log: bounded, the oldest entries go.
 *
 * ```
 *   audit.log (written to) --1 MiB--> audit.1.log --> ... --> audit.7.log --> gone
 *   audit.head  the last entry, by its number and its hash
 * ```
 */
import { createHash } from 'node:crypto'
import { open, rename, stat, truncate } from 'node:fs/promises'
import { basename, join } from 'node:path'
import {
  type AuditCheck,
  type AuditHead,
  type AuditVerifyAnswer,
  checkAudit,
  formatAuditHead,
  parseAuditHead
} from '@sealpost/operator'
import { asFileError, hasCode } from '../store/data-directory.ts'
import { readWhole, type WholeFile, writeWhole } from './whole-file.ts'

/** Bytes of one file. */
export const AUDIT_FILE_BYTES_MAX: number = 1024 * 1024
/** Files, the one that is written to included. */
const AUDIT_FILES_MAX = 8
const HEAD_BYTES_MAX = 256

/** SHA-256 of a text, in hex. */
export function hashText(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** A file and its lines. */
export interface AuditFile {
  readonly name: string
  readonly lines: readonly string[]
  /** Bytes up to the end of its last whole line. */
  readonly wholeBytes: number
  readonly bytes: number
}

/** Reads and writes them; decides nothing. One call at a time. */
export class AuditFiles {
  readonly #directory: string
  readonly #head: WholeFile

  constructor(directory: string) {
    this.#directory = directory
    this.#head = { path: join(directory, 'audit.head'), bytesMax: HEAD_BYTES_MAX }
  }

  /** All there are, the oldest first. @throws StorageError */
  async read(): Promise<readonly AuditFile[]> {
    const files: AuditFile[] = []
    for (let place = AUDIT_FILES_MAX - 1; place >= 0; place--) {
      const path = this.#path(place)
      // A line more than the bound, and room for what somebody else wrote.
      const text = await readWhole({ path, bytesMax: 2 * AUDIT_FILE_BYTES_MAX })
      if (text !== undefined) {
        const whole = text.slice(0, text.lastIndexOf('\n') + 1)
        files.push({
          name: basename(path),
          lines: whole.split('\n').slice(0, -1),
          wholeBytes: Buffer.byteLength(whole),
          bytes: Buffer.byteLength(text)
        })
      }
    }
    return files
  }

  /** Whether the oldest entries are gone, as they go with time. */
  async isCutAtStart(): Promise<boolean> {
    return this.#exists(AUDIT_FILES_MAX - 1)
  }

  /** The last entry, as it was kept beside the log. @throws StorageError */
  async readHead(): Promise<AuditHead | undefined> {
    return parseAuditHead((await readWhole(this.#head)) ?? '')
  }

  /** @throws StorageError */
  async writeHead({ number, hash }: AuditHead): Promise<void> {
    await writeWhole(this.#head, `${String(number)}:${hash}\n`)
  }

  /** Puts a line behind the others; it is on the disk once this resolves. @returns the bytes of the file now. @throws StorageError */
  async append(line: string): Promise<number> {
    const path = this.#path(0)
    try {
      const file = await open(path, 'a', 0o600)
      try {
        const { size } = await file.stat()
        try {
          await file.writeFile(line)
          await file.sync()
        } catch (error) {
          await file.truncate(size)
          throw error
        }
        return size + Buffer.byteLength(line)
      } finally {
        await file.close()
      }
    } catch (error) {
      throw asFileError(error, `at ${path}`)
    }
  }

  /** Cuts what no line's end follows. @throws StorageError */
  async cut(size: number): Promise<void> {
    await truncate(this.#path(0), size).catch((error: unknown) => {
      throw asFileError(error, `at ${this.#path(0)}`)
    })
  }

  /** Begins a new file. @throws StorageError */
  async rotate(): Promise<void> {
    try {
      let free = 1
      while (free < AUDIT_FILES_MAX - 1 && (await this.#exists(free))) {
        free += 1
      }
      for (let place = free; place > 0; place--) {
        await rename(this.#path(place - 1), this.#path(place))
      }
    } catch (error) {
      throw asFileError(error, `in ${this.#directory}`)
    }
  }

  #path(place: number): string {
    return join(this.#directory, place === 0 ? 'audit.log' : `audit.${String(place)}.log`)
  }

  async #exists(place: number): Promise<boolean> {
    try {
      await stat(this.#path(place))
      return true
    } catch (error) {
      if (hasCode(error, 'ENOENT')) {
        return false
      }
      throw asFileError(error, `in ${this.#directory}`)
    }
  }
}

/** What came of looking through the files, and the files themselves. */
export interface CheckedFiles {
  readonly files: readonly AuditFile[]
  readonly check: AuditCheck
}

/** Looks through the files. @param heads that were kept elsewhere. @throws StorageError */
export async function checkFiles(
  auditFiles: AuditFiles,
  heads: readonly (AuditHead | undefined)[]
): Promise<CheckedFiles> {
  const files = await auditFiles.read()
  const check = checkAudit(
    files.flatMap(({ lines }) => lines),
    {
      hash: hashText,
      isFromStart: !(await auditFiles.isCutAtStart()),
      heads: heads.filter((head) => head !== undefined)
    }
  )
  return { files, check }
}

/** As `audit verify` answers. */
export function verifyAnswer({ files, check }: CheckedFiles): AuditVerifyAnswer {
  const { count, first, head, problem } = check
  return {
    count,
    first,
    head: formatAuditHead(head),
    problem: problem && { ...problem, ...placeOf(files, problem.line) }
  }
}

/** The file of a line that is counted over all of them, and the line in it. */
function placeOf(
  files: readonly AuditFile[],
  line: number
): { readonly file: string; readonly line: number } {
  let left = line
  for (const { name, lines } of files) {
    if (left <= lines.length) {
      return { file: name, line: left }
    }
    left -= lines.length
  }
  const last = files.at(-1)
  return { file: last?.name ?? 'audit.log', line: (last?.lines.length ?? 0) + 1 }
}
