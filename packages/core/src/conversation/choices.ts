/**
 * What a person chooses for themselves, on whichever of their devices: where to keep a conversation, which messages to star. Of two
 * choices the later counts, so that all devices end the same in whichever order they hear of them.
 */
import { create } from '@bufbuild/protobuf'
import { MUTED_FOR_EVER_MS, type ShelfChoice } from '@sealpost/protocol'
import { type ShelfChoiceRow, ShelfChoiceRowSchema } from '@sealpost/protocol/home'

/** What was never chosen. */
export const NEVER: ShelfChoice = { value: 0, changedAtMs: 0 }

/** Whether `given` counts and `known` does not: by their times, and of one time by their values. */
export function isLaterChoice(given: ShelfChoice = NEVER, known: ShelfChoice = NEVER): boolean {
  return given.changedAtMs === known.changedAtMs
    ? given.value > known.value
    : given.changedAtMs > known.changedAtMs
}

/** A person chooses, now: later than what was known. @param nowMs in network time */
export function chooseAnew(known: ShelfChoice = NEVER, value: number, nowMs: number): ShelfChoice {
  const changedAtMs = Math.min(MUTED_FOR_EVER_MS, Math.max(nowMs, known.changedAtMs + 1))
  return { value, changedAtMs }
}

/** The choice of a row; undefined for one that was never made. */
export function choiceOfRow(row: ShelfChoiceRow | undefined): ShelfChoice | undefined {
  const { value, changedAtMs } = row ?? NEVER
  return changedAtMs === 0 ? undefined : { value, changedAtMs }
}

export function rowOfChoice({ value, changedAtMs }: ShelfChoice): ShelfChoiceRow {
  return create(ShelfChoiceRowSchema, { value, changedAtMs })
}
