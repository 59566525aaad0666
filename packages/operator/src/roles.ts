/**
 * Who may ask what of a relay. Whoever may open its socket may ask everything; a token has one role.
 *
 * ```
 *   operator  runs it: starts, stops, options, backups, blocks in an emergency
 *   support   answers people: counts of tickets, notices to people; nothing that changes the relay
 *   security  watches: tokens, the audit log, blocks, limits
 * ```
 */
export const ROLES = ['operator', 'support', 'security'] as const
export type Role = (typeof ROLES)[number]

/** Who asks: what they may, and under which name the audit log has them. */
export interface Caller {
  readonly roles: readonly Role[]
  /** Whether they may open the socket, and so may ask everything. */
  readonly isOwner?: boolean
  /** `socket`, or the name of a token: at most 64 bytes. */
  readonly name: string
}

/** Whether someone may ask for what these roles may. */
export function mayCall(caller: Caller, roles: readonly Role[]): boolean {
  return caller.isOwner === true || roles.some((role) => caller.roles.includes(role))
}
