/**
 * What the operators of own relays say. Kept with the relay, so that it is shown without a connection, and told once.
 *
 * ```
 *   in its info: known, told --dismissed by the person--> known --gone from its info, ended--> forgotten
 * ```
 */
import { create } from '@bufbuild/protobuf'
import {
  isNoticeLanguage,
  isNoticeText,
  OPERATOR_NOTICES_MAX,
  type OperatorNotice
} from '@sealpost/protocol'
import { type KnownNotice, KnownNoticeSchema } from '@sealpost/protocol/home'

/** New notices of one relay within a day, of this run: whoever changes theirs all the time is heard again later. */
const NEW_MAX = 12
const DAY_MS = 86_400_000

/** How much one relay may still say. */
export class NoticePace {
  #sinceMs = 0
  #count = 0

  /** @param steadyMs now. @returns whether one more new notice is heard. */
  take(steadyMs: number): boolean {
    if (steadyMs - this.#sinceMs >= DAY_MS) {
      this.#sinceMs = steadyMs
      this.#count = 0
    }
    this.#count += 1
    return this.#count <= NEW_MAX
  }
}

/** A notice, and whether the person has seen it. */
export interface HeardNotice extends OperatorNotice {
  readonly isDismissed: boolean
}

/**
 * @param known as heard before.
 * @param told by the relay now, which may be anybody's: an id twice counts once.
 * @param nowMs the relay's clock.
 * @param isHeard asked for each new one.
 */
export function heardNotices(
  known: readonly HeardNotice[],
  told: readonly OperatorNotice[],
  nowMs: number,
  isHeard: () => boolean
): readonly HeardNotice[] {
  const heard = new Map<string, HeardNotice>()
  for (const notice of told) {
    if (notice.endsAtMs > nowMs && !heard.has(notice.id)) {
      const before = known.find(({ id }) => id === notice.id)
      if (before !== undefined || isHeard()) {
        heard.set(notice.id, { ...notice, isDismissed: before?.isDismissed === true })
      }
    }
  }
  return [...heard.values()]
}

export function noticesToRow(notices: readonly HeardNotice[]): KnownNotice[] {
  return notices.map((notice) => create(KnownNoticeSchema, notice))
}

/** What a row of a backup or of this home holds; what is no notice is left out. */
export function noticesOfRow(rows: readonly KnownNotice[]): readonly HeardNotice[] {
  return rows
    .slice(0, OPERATOR_NOTICES_MAX)
    .filter(({ text, language }) => isNoticeText(text) && isNoticeLanguage(language))
    .map(({ id, language, text, endsAtMs, isDismissed }) => {
      return { id, language, text, endsAtMs, isDismissed }
    })
}
