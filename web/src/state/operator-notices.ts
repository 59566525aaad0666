/** Which of the notices of operators are shown to whom. */
import type { Relay } from '@sealpost/client'

export type OperatorNotice = Relay['notices'][number]

/**
 * What a relay's operator says, as somebody reads it who has the page in this language: where it is said in that one too, other
 * languages are left out.
 */
export function noticesIn(
  notices: readonly OperatorNotice[],
  language: string
): readonly OperatorNotice[] {
  const own = notices.filter((notice) => primary(notice.language) === primary(language))
  return own.length === 0
    ? notices
    : notices.filter((notice) => notice.language === '' || own.includes(notice))
}

/** What was not seen yet, of every relay. */
export function freshNotices(
  relays: readonly Relay[],
  language: string
): readonly { readonly relay: Relay; readonly notice: OperatorNotice }[] {
  return relays.flatMap((relay) =>
    noticesIn(relay.notices, language)
      .filter(({ isDismissed }) => !isDismissed)
      .map((notice) => ({ relay, notice }))
  )
}

function primary(language: string): string {
  return language.toLowerCase().replace(/-.*$/, '')
}
