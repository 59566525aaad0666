import type { ParamRow } from './params.ts'
import type { Role } from './roles.ts'

/** One thing that can be asked of a running relay: the command line, the wire, who may, and the audit log are made from it. */
export interface CallRow {
  /** Who may ask it by a token, nobody where there is none; whoever may open the socket may ask everything. */
  readonly roles: readonly Role[]
  /** Whether it changes something, and is noted in the audit log. */
  readonly isChange: boolean
  /** The parameter without which it only asks, and is not noted. */
  readonly changesWith?: string
  /** One sentence for help: what it does. */
  readonly sentence: string
  readonly params: readonly ParamRow[]
}
