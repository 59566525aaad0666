/** All known answers of sessions and groups; those of SPQR alone are in `spqr/`. */
import { CONVERSATIONS, replay } from './conversation-vectors.ts'
import { PRIMITIVE_VECTORS } from './primitive-vectors.ts'
import { SENDER_KEY_VECTORS } from './sender-key-vectors.ts'
import { SESSION_VECTORS } from './session-vectors.ts'

/** A check of one file, which may take its time. */
export interface PortableVectorCase {
  readonly title: string
  readonly file: string
  run(vectors: unknown): Promise<void> | void
}

/** To be run in Node and in a browser alike. */
export const VECTOR_CASES: readonly PortableVectorCase[] = [
  ...PRIMITIVE_VECTORS,
  ...SESSION_VECTORS,
  ...SENDER_KEY_VECTORS,
  ...CONVERSATIONS.map((file) => ({ title: 'holds a recorded conversation', file, run: replay }))
]
