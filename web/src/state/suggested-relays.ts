/** Which relays the host of this page names to people who have none: its own, or those that somebody chose. */

const RELAYS_MAX = 5
const BYTES_MAX = 8_192

/** Their addresses; none where the host names none, or cannot be reached. They are checked where they are used. */
export async function suggestedRelays(): Promise<readonly string[]> {
  try {
    const answer = await fetch('/relays.json', { cache: 'no-store' })
    const text = answer.ok ? await answer.text() : ''
    return parseRelays(text.length > BYTES_MAX ? '' : text)
  } catch {
    return []
  }
}

export function parseRelays(text: string): readonly string[] {
  try {
    const value: unknown = JSON.parse(text)
    const listed = typeof value === 'object' && value && 'relays' in value ? value.relays : []
    const relays: readonly unknown[] = Array.isArray(listed) ? listed : []
    return relays.filter((relay) => typeof relay === 'string').slice(0, RELAYS_MAX)
  } catch {
    return []
  }
}
