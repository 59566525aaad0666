/** Who may begin at a relay that takes people by invitation. */
import type { CallRow } from '../call-row.ts'
import { INVITE_USES_MAX } from '../invites.ts'

/** An invite as it is shown. `AtMs` since 1970. */
export interface InviteAnswer {
  readonly id: string
  /** Accounts that it is for, and how many of them have used it. */
  readonly usesMax: number
  readonly usedCount: number
  readonly by: string
  readonly createdAtMs: number
  readonly expiresAtMs: number
}

/** What each call answers. */
export interface InviteAnswers {
  /** The only time that the invite itself is told. */
  readonly 'invites add': InviteAnswer & {
    /** The line to give to somebody, with the invite in it. */
    readonly address: string
    /** The same for a browser; undefined where the relay serves no web client. */
    readonly webLink: string | undefined
    /** Whether the relay lets anybody in without one. */
    readonly isNeeded: boolean
  }
  readonly 'invites list': { readonly invites: readonly InviteAnswer[]; readonly isNeeded: boolean }
  readonly 'invites remove': { readonly id: string }
}

/** Days that an invite lasts where nothing is said. */
export const INVITE_DAYS = 14

export const INVITE_CALLS: Readonly<Record<keyof InviteAnswers, CallRow>> = {
  'invites add': {
    roles: ['operator', 'support'],
    isChange: true,
    sentence: 'Makes an invite for people who are to begin here, and shows it once.',
    params: [
      {
        name: 'uses',
        kind: { type: 'integer', min: 1, max: INVITE_USES_MAX },
        isOptional: true,
        sentence: 'How many people it is for; 1 where nothing is said.'
      },
      {
        name: 'days',
        kind: { type: 'integer', min: 1, max: 3_650 },
        isOptional: true,
        sentence: `How long it lasts; ${String(INVITE_DAYS)} where nothing is said.`
      }
    ]
  },
  'invites list': {
    roles: ['operator', 'support'],
    isChange: false,
    sentence: 'Shows which invites there are, how often each was used, and until when it lasts.',
    params: []
  },
  'invites remove': {
    roles: ['operator', 'support'],
    isChange: true,
    sentence: 'Takes an invite back; whoever began with it stays.',
    params: [
      {
        name: 'id',
        kind: { type: 'text', bytesMax: 64 },
        isPositional: true,
        // Somebody may paste the invite itself; the audit log has the id of what was taken back.
        isSecret: true,
        sentence: 'As invites list shows it.'
      }
    ]
  }
}
