/** Who may ask on the loopback port. */
import type { CallRow } from '../call-row.ts'
import { type Role, ROLES } from '../roles.ts'

/** A token as it is shown: `AtMs` since 1970. */
export interface TokenAnswer {
  readonly name: string
  readonly role: Role
  readonly createdAtMs: number
  readonly expiresAtMs: number
}

/** What each call answers. */
export interface TokenAnswers {
  /** The only time that the token itself is told. */
  readonly 'token add': TokenAnswer & { readonly token: string }
  /** Those whose time is not over, in the order in which they were made. */
  readonly 'token list': { readonly tokens: readonly TokenAnswer[] }
  readonly 'token remove': { readonly name: string }
}

/** Days that a token lasts where nothing is said. */
export const TOKEN_DAYS = 365

const NAME = {
  name: 'name',
  kind: { type: 'text', bytesMax: 64 },
  isPositional: true,
  sentence: 'The audit log has its holder under this name.'
} as const

export const TOKEN_CALLS: Readonly<Record<keyof TokenAnswers, CallRow>> = {
  'token add': {
    // Who could make tokens by a token could give themselves every role.
    roles: [],
    isChange: true,
    sentence: 'Makes a token with one role for the loopback port, and shows it once.',
    params: [
      NAME,
      {
        name: 'role',
        kind: { type: 'choice', words: ROLES },
        sentence: 'What its holder may do.'
      },
      {
        name: 'days',
        kind: { type: 'integer', min: 1, max: 3_650 },
        isOptional: true,
        sentence: `How long it lasts; ${String(TOKEN_DAYS)} where nothing is said.`
      }
    ]
  },
  'token list': {
    roles: ['security'],
    isChange: false,
    sentence: 'Shows who has a token, with which role, and until when.',
    params: []
  },
  'token remove': {
    roles: ['security'],
    isChange: true,
    sentence: 'Takes a token back, at once.',
    params: [NAME]
  }
}
