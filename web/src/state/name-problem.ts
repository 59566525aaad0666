/** What is wrong with a name while it is typed: its length is counted in bytes, which nobody sees. */
import { isName, NAME_BYTES_MAX, utf8Length } from '@sealpost/protocol'

/** In UTF-16 units, of a field for a name: far more than a name has, so that what is too long is told, and not cut off. */
export const NAME_FIELD_UNITS_MAX = 500

export type NameProblem =
  | {
      readonly type: 'too-long'
      /** How many characters, as people count them, have to go from its end. */
      readonly count: number
    }
  /** Something in it cannot be seen, and could make it look like another. */
  | { readonly type: 'unseen' }

/** @param typed spaces around it do not count. */
export function nameProblem(typed: string): NameProblem | undefined {
  const name = typed.trim()
  if (isName(name)) {
    return undefined
  }
  const count = charactersOver(name)
  return count === 0 ? { type: 'unseen' } : { type: 'too-long', count }
}

function charactersOver(name: string): number {
  let byteLength = 0
  let count = 0
  for (const { segment } of new Intl.Segmenter().segment(name.toWellFormed())) {
    byteLength += utf8Length(segment)
    count += byteLength > NAME_BYTES_MAX ? 1 : 0
  }
  return count
}
