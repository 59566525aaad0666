/**
 * Where a person keeps a conversation: pinned, muted, archived, marked as unread. A choice of one device is told to the others; of two
 * of one name the later counts, so that all devices end the same in whichever order they hear of them.
 */
import { create } from '@bufbuild/protobuf'
import { type Shelf, SHELF_NAMES, type ShelfName } from '@sealpost/protocol'
import { type ShelfRow, ShelfRowSchema } from '@sealpost/protocol/home'
import { choiceOfRow, chooseAnew, isLaterChoice, NEVER, rowOfChoice } from './choices.ts'

/** What a person chose; undefined leaves a choice as it is. */
export type ShelfWish = Readonly<Partial<Record<ShelfName, number>>>

/** Both together. What says nothing new gives back `known` itself. */
export function joinShelves(known: Shelf, given: Shelf): Shelf {
  const news = SHELF_NAMES.filter((name) => isLaterChoice(given[name], known[name]))
  return news.length === 0
    ? known
    : { ...known, ...Object.fromEntries(news.map((name) => [name, given[name]])) }
}

/** A person chooses, now: later than all that was known. */
export function chooseShelf(known: Shelf, wish: ShelfWish, nowMs: number): Shelf {
  const chosen = SHELF_NAMES.flatMap((name) => {
    const value = wish[name]
    const before = known[name] ?? NEVER
    const isSame = value === undefined || value === before.value
    return isSame ? [] : [[name, chooseAnew(before, value, nowMs)] as const]
  })
  return joinShelves(known, Object.fromEntries(chosen))
}

/**
 * Something was said in a conversation: it comes back from the archive, unless it is muted or was archived since. All devices say this
 * in the same way, so that it is one choice, whoever heard of it first.
 *
 * @param sentAtMs when it was said, by its sender; `nowMs` is now, both in network time.
 */
export function unshelve(known: Shelf, sentAtMs: number, nowMs: number): Shelf {
  const archived = known.archived ?? NEVER
  const isStaying =
    archived.value === 0 || sentAtMs <= archived.changedAtMs || isMuted(known, nowMs)
  return isStaying ? known : joinShelves(known, { archived: chooseAnew(archived, 0, 0) })
}

/** Whether nobody is to be told of what comes, at `nowMs` in network time. */
export function isMuted({ muted = NEVER }: Shelf, nowMs: number): boolean {
  return muted.value > nowMs
}

export function shelfOfRow(row: ShelfRow | undefined): Shelf {
  const choices = SHELF_NAMES.flatMap((name) => {
    const choice = choiceOfRow(row?.[name])
    return choice === undefined ? [] : [[name, choice] as const]
  })
  return Object.fromEntries(choices)
}

export function rowOfShelf(shelf: Shelf): ShelfRow {
  const choices = SHELF_NAMES.flatMap((name) => {
    const choice = shelf[name]
    return choice === undefined ? [] : [[name, rowOfChoice(choice)] as const]
  })
  return create(ShelfRowSchema, Object.fromEntries(choices))
}
