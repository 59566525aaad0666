/** Which relays the host of this page names to people who have none: its own, or those that somebody chose. */

const RELAYS_MAX = 5
const BYTES_MAX = 8_192
/** What follows it in the address of the page is an invite, which the fragment keeps from the host. */
const INVITE_FRAGMENT = /^#\/relay\/([A-Za-z0-9_-]{22})$/

export interface SuggestedRelays {
  /** Their addresses; none where the host names none, or cannot be reached. They are checked where they are used. */
  readonly relays: readonly string[]
  /** Whether these take new people by invitation only, and the address of the page has no invite. */
  readonly isInviteMissing: boolean
}

const NONE: SuggestedRelays = { relays: [], isInviteMissing: false }

/** @param fragment of the address of this page */
export async function suggestedRelays(fragment: string): Promise<SuggestedRelays> {
  try {
    const answer = await fetch('/relays.json', { cache: 'no-store' })
    const text = answer.ok ? await answer.text() : ''
    return parseRelays(text.length > BYTES_MAX ? '' : text, fragment)
  } catch {
    return NONE
  }
}

export function parseRelays(text: string, fragment = ''): SuggestedRelays {
  try {
    const value: unknown = JSON.parse(text)
    const answer = typeof value === 'object' && value ? value : {}
    const listed = 'relays' in answer ? answer.relays : []
    const all: readonly unknown[] = Array.isArray(listed) ? listed : []
    const relays = all.filter((relay) => typeof relay === 'string').slice(0, RELAYS_MAX)
    const [, invite] = INVITE_FRAGMENT.exec(fragment) ?? []
    if (invite !== undefined) {
      return { relays: relays.map((relay) => `${relay}/invite/${invite}`), isInviteMissing: false }
    }
    return { relays, isInviteMissing: 'isByInvite' in answer && answer.isByInvite === true }
  } catch {
    return NONE
  }
}
