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
      content.integer(0, MUTED_FOR_EVER_MS, choice.value, 'a choice')
      content.integer(1, MUTED_FOR_EVER_MS, choice.changedAtMs, 'a time')
    }
  }
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
      const { value, changedAtMs } = shelf[name] ?? { value: 0, changedAtMs: 0 }
      const choice = { value: BigInt(value), changedAtMs: BigInt(changedAtMs) }
      return changedAtMs === 0 ? [] : [[name, create(ShelfChoiceSchema, choice)] as const]
    })
  )
}

function choiceFrom({ value, changedAtMs }: WireShelfChoice): ShelfChoice {
  return {
    value: content.fromUint64(value, 'a choice'),
    changedAtMs: content.fromUint64(changedAtMs, 'a time')
  }
}
