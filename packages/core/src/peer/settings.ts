/** What a person chose for all conversations, and how the account's row says it. */
import type { Settings } from '@sealpost/protocol'
import type { AccountRow } from '@sealpost/protocol/home'

/** What holds until a person chooses otherwise. */
export const DEFAULT_SETTINGS: Settings = {
  lifetime: 2,
  isTypingShown: false,
  isPresenceShown: false,
  isReadShown: true,
  isDirect: true
}

export function settingsOfRow(row: AccountRow): Settings {
  return {
    lifetime: row.lifetime === 3 ? 3 : 2,
    isTypingShown: row.isTypingShown,
    isPresenceShown: row.isPresenceShown,
    isReadShown: !row.isReadHidden,
    isDirect: !row.isRelaysOnly,
    ...(row.timerSeconds === 0 ? {} : { timerSeconds: row.timerSeconds })
  }
}

/** Fields of the row: absent ones are the defaults, so that a row that knows of no settings has these. */
export function rowOfSettings(
  settings: Settings
): Pick<
  AccountRow,
  | 'lifetime'
  | 'isTypingShown'
  | 'isPresenceShown'
  | 'isReadHidden'
  | 'isRelaysOnly'
  | 'timerSeconds'
> {
  return {
    lifetime: settings.lifetime,
    isTypingShown: settings.isTypingShown,
    isPresenceShown: settings.isPresenceShown,
    isReadHidden: !settings.isReadShown,
    isRelaysOnly: !settings.isDirect,
    timerSeconds: settings.timerSeconds ?? 0
  }
}
