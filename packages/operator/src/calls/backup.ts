/** Backups of a relay that runs, and room given back. */
import type { CallRow } from '../call-row.ts'

/** Long work: at most one at a time. Times in milliseconds since 1970. */
export interface WorkAnswer {
  /** Counts from the start of the relay. */
  readonly number: number
  readonly what: 'backup' | 'trial'
  readonly startedAtMs: number
  /** undefined while it is under way. */
  readonly endedAtMs: number | undefined
  /** Rows that are done. */
  readonly rowCount: number
  /** About how many there are; at least as many as are done. */
  readonly expectedRowCount: number
  /** Why it came to nothing. */
  readonly failure: { readonly code: string; readonly message: string } | undefined
  /** What it made, or tried. */
  readonly backup: BackupAnswer | undefined
}

/** A backup that is whole. */
export interface BackupAnswer {
  readonly path: string
  readonly byteCount: number
  readonly madeAtMs: number
  readonly isEncrypted: boolean
  readonly rowCount: number
}

/** The last trial that ended well: a backup was restored in full, and started. */
export interface ProvenAnswer {
  readonly atMs: number
  /** Of the backup that was tried. */
  readonly name: string
  readonly madeAtMs: number
  readonly envelopeCount: number
  readonly mailboxCount: number
}

/** How backups are. */
export interface BackupStatus {
  /** What is under way, or was last. */
  readonly work: WorkAnswer | undefined
  /** The newest that this relay knows of. */
  readonly newestAtMs: number | undefined
  /** When the schedule makes the next; undefined where there is no schedule. */
  readonly nextAtMs: number | undefined
  readonly proven: ProvenAnswer | undefined
  /** The schedule's last failure, unless it went well since. */
  readonly failure: { readonly atMs: number; readonly code: string } | undefined
}

/** What each call answers. */
export interface BackupAnswers {
  /** It goes on; `backup progress` says how. */
  readonly 'backup begin': { readonly number: number }
  readonly 'backup progress': BackupStatus
  /** Where `isDone` is false it goes on. */
  readonly compact: {
    readonly isDone: boolean
    readonly bytesBefore: number
    readonly bytesAfter: number
  }
}

/** Of a path on this machine. */
export const PATH_BYTES_MAX = 4_096
/** Of `age1...`; those that quantum computers do not open are long. */
export const RECIPIENT_BYTES_MAX = 4_096

export const BACKUP_CALLS: Readonly<Record<keyof BackupAnswers, CallRow>> = {
  'backup begin': {
    roles: ['operator'],
    isChange: true,
    sentence: 'Has the relay that runs begin a backup, and does not wait for it.',
    params: [
      {
        name: 'file',
        kind: { type: 'text', bytesMax: PATH_BYTES_MAX },
        isPositional: true,
        sentence:
          'Where it goes, an absolute path; a directory gets a file with the time in its name.'
      },
      {
        name: 'recipient',
        kind: { type: 'text', bytesMax: RECIPIENT_BYTES_MAX },
        isOptional: true,
        sentence: 'Encrypts it to this age recipient.'
      }
    ]
  },
  'backup progress': {
    roles: ['operator', 'support', 'security'],
    isChange: false,
    sentence: 'Shows how far a backup is, and when the last was made and tried.',
    params: []
  },
  compact: {
    roles: ['operator'],
    isChange: true,
    sentence:
      'Gives the room of what was erased back to the disk now, if there is head-room for that.',
    params: []
  }
}
