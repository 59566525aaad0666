/** What the operator says to the people of the relay. */
import { OPERATOR_NOTICE_BYTES_MAX } from '@sealpost/protocol'
import type { CallRow } from '../call-row.ts'
import { NOTICE_DAYS, NOTICE_DAYS_MAX, type NoticeRow } from '../notices.ts'
import { ROLES } from '../roles.ts'

/** What each call answers. */
export interface NoticesAnswers {
  readonly 'notices add': NoticeRow
  readonly 'notices list': { readonly notices: readonly NoticeRow[] }
  readonly 'notices remove': { readonly id: string }
}

export const NOTICES_CALLS: Readonly<Record<keyof NoticesAnswers, CallRow>> = {
  'notices add': {
    roles: ['operator', 'support'],
    isChange: true,
    sentence:
      'Says a line to the people of this relay: to who is connected at once, to others when they come.',
    params: [
      {
        name: 'text',
        kind: { type: 'text', bytesMax: OPERATOR_NOTICE_BYTES_MAX },
        isPositional: true,
        // The audit log has its id.
        isSecret: true,
        sentence: 'What to say, on one line; everybody here reads it.'
      },
      {
        name: 'days',
        kind: { type: 'integer', min: 1, max: NOTICE_DAYS_MAX },
        isOptional: true,
        sentence: `How long it is shown; ${String(NOTICE_DAYS)} where nothing is said.`
      },
      {
        name: 'language',
        kind: { type: 'text', bytesMax: 12 },
        isOptional: true,
        sentence: 'The language of the text, like en or zh-CN; for everybody where nothing is said.'
      }
    ]
  },
  'notices list': {
    roles: ROLES,
    isChange: false,
    sentence: 'Shows what is said to the people of this relay, and until when.',
    params: []
  },
  'notices remove': {
    roles: ['operator', 'support'],
    isChange: true,
    sentence: 'Takes a notice back.',
    params: [
      {
        name: 'id',
        kind: { type: 'text', bytesMax: 64 },
        isPositional: true,
        // Somebody may paste the text itself.
        isSecret: true,
        sentence: 'As notices list shows it.'
      }
    ]
  }
}
