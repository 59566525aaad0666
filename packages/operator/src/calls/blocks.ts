/** Whom the relay does not serve. */
import { BLOCK_KINDS, type BlockKind, REASON_BYTES_MAX } from '../blocks.ts'
import type { CallRow } from '../call-row.ts'

/** A block as it is shown: of a mailbox or a node only the id tells which. `AtMs` since 1970. */
export interface BlockAnswer {
  readonly id: string
  readonly kind: BlockKind
  /** As it was blocked: it has to be matched, so it cannot be kept hashed. */
  readonly range: string | undefined
  readonly reason: string
  readonly by: string
  readonly createdAtMs: number
  readonly expiresAtMs: number
}

/** What each call answers. */
export interface BlockAnswers {
  readonly block: BlockAnswer
  readonly unblock: BlockAnswer
  readonly blocks: {
    readonly blocks: readonly BlockAnswer[]
    /** That tokens may still make within the day. */
    readonly leftForTokens: number
  }
}

/** Days that a block lasts where nothing is said. */
export const BLOCK_DAYS = 30

export const BLOCK_CALLS: Readonly<Record<keyof BlockAnswers, CallRow>> = {
  block: {
    roles: ['operator', 'security'],
    isChange: true,
    sentence:
      'Serves a mailbox (by its id), a node (by its peer id) or a range of addresses (192.0.2.0/24) no more, at once.',
    params: [
      {
        name: 'kind',
        kind: { type: 'choice', words: BLOCK_KINDS },
        isPositional: true,
        sentence: 'What is blocked.'
      },
      {
        name: 'value',
        kind: { type: 'text', bytesMax: 128 },
        isPositional: true,
        isSecret: true,
        sentence: 'Which one.'
      },
      {
        name: 'reason',
        kind: { type: 'text', bytesMax: REASON_BYTES_MAX },
        sentence: 'Why, for whoever looks at it later.'
      },
      {
        name: 'days',
        kind: { type: 'integer', min: 1, max: 3_650 },
        isOptional: true,
        sentence: `How long; ${String(BLOCK_DAYS)} where nothing is said.`
      }
    ]
  },
  unblock: {
    roles: ['operator', 'security'],
    isChange: true,
    sentence: 'Takes a block back, by its id or by what was blocked.',
    params: [
      {
        name: 'what',
        kind: { type: 'text', bytesMax: 128 },
        isPositional: true,
        isSecret: true,
        sentence: 'The id, as blocks shows it, or what was blocked.'
      }
    ]
  },
  blocks: {
    roles: ['operator', 'security'],
    isChange: false,
    sentence: 'Shows what is blocked, why, and until when.',
    params: []
  }
}
