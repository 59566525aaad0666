import { create, type MessageInitShape } from '@bufbuild/protobuf'
import { content } from './content-bounds.ts'
import {
  type Shelf as WireShelf,
  type ShelfChoice as WireShelfChoice,
  ShelfChoiceSchema,
  type ShelfSchema
} from './gen/sealpost/content/v1/shelf_pb.ts'
import { MUTED_FOR_EVER_MS, type Shelf, SHELF_NAMES, type ShelfChoice } from './shelf.ts'

/** @throws ProtocolError */
export function checkShelf(shelf: Shelf): void {
  for (const name of SHELF_NAMES) {
    const choice = shelf[name]
    if (choice !== undefined) {
      checkChoice(choice)
    }
  }
}

/** @throws ProtocolError */
export function checkChoice({ value, changedAtMs }: ShelfChoice): void {
  content.integer(0, MUTED_FOR_EVER_MS, value, 'a choice')
  content.integer(1, MUTED_FOR_EVER_MS, changedAtMs, 'a time')
}

export function shelfFrom(wire: WireShelf): Shelf {
  const choices = SHELF_NAMES.flatMap((name) => {
    const choice = wire[name]
    return choice === undefined ? [] : [[name, choiceFrom(choice)] as const]
  })
  return Object.fromEntries(choices)
}

/** Checked before. */
export function shelfTo(shelf: Shelf): MessageInitShape<typeof ShelfSchema> {
  return Object.fromEntries(
    SHELF_NAMES.flatMap((name) => {
      const choice = shelf[name]
      const isMade = choice !== undefined && choice.changedAtMs !== 0
      return isMade ? [[name, choiceTo(choice)] as const] : []
    })
  )
}

/** One that is absent was made at no time, which `checkChoice` refuses. */
export function choiceFrom(wire: WireShelfChoice | undefined): ShelfChoice {
  return {
    value: content.fromUint64(wire?.value ?? 0n, 'a choice'),
    changedAtMs: content.fromUint64(wire?.changedAtMs ?? 0n, 'a time')
  }
}

/** Checked before. */
export function choiceTo({ value, changedAtMs }: ShelfChoice): WireShelfChoice {
  return create(ShelfChoiceSchema, { value: BigInt(value), changedAtMs: BigInt(changedAtMs) })
}
