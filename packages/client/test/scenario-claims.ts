/** What must be true of a home, and what is said of a message. */
import assert from 'node:assert/strict'
import type { Message } from '../src/index.ts'
import type { Name } from './scenario-plan.ts'
import type { TestHome } from './world.ts'

/** The seeds of one contact that are told or still served, and some whose mailboxes are being destroyed. */
const SEEDS_MAX = 12

const UNREADABLE_MAX = 12

/**
 * What may grow without a bound is bounded: nothing is left of what is over.
 *
 * @param deviceCount of all contacts. @param copiesCount of contacts to whom a device wrote that this home took the place of, each time.
 */
export function checkRows(
  { disk }: TestHome,
  name: Name,
  { deviceCount, copiesCount }: { readonly deviceCount: number; readonly copiesCount: number }
): void {
  const count = (table: Parameters<typeof disk.rows>[0]): number => disk.rows(table).length
  assert.equal(count('outbox'), 0, `${name}: nothing is on its way`)
  assert.ok(count('progress') <= deviceCount + copiesCount, `${name}: one progress a device`)
  assert.ok(count('receipt') <= deviceCount, `${name}: one receipt a device`)
  assert.ok(count('own-address') <= deviceCount * SEEDS_MAX, `${name}: few seeds a contact`)
  assert.ok(count('their-address') <= deviceCount, `${name}: one address a device`)
}

/** Something unreadable may be on its way to be repaired; many mean that two ask each other again and again. */
export function checkNoStorm(messages: readonly Message[], where: string): void {
  const count = messages.filter(({ kind }) => kind === 'unreadable').length
  assert.ok(count <= UNREADABLE_MAX, `${where}: a storm of what is unreadable`)
}

export function isDelivered({ state }: Message): boolean {
  return state === 'delivered' || state === 'read'
}

export function isOver({ withdrawnAtMs }: Message): boolean {
  return withdrawnAtMs !== undefined
}

/** What one says to another, at the end. */
export interface OneWay {
  readonly where: string
  /** By the sender's home. */
  readonly sent: readonly Message[]
  /** By the recipient's, without what was taken back. */
  readonly held: readonly Message[]
  /** How many the recipient knows to be missing. */
  readonly missingCount: number
  readonly promised: readonly string[]
  readonly recalled: ReadonlySet<string>
  readonly wasBlocked: boolean
  readonly senderLosses: number
  readonly recipientLosses: number
}

/** Both hold the same, once and in order, and what is said of it is true. */
export function checkConversation(oneWay: OneWay): void {
  const { where, sent, held, missingCount, promised, recalled, wasBlocked } = oneWay
  const { senderLosses, recipientLosses } = oneWay
  const kept = sent.filter((message) => !isOver(message))
  const texts = held.map(({ text }) => text)
  assert.deepEqual(
    held.filter(({ kind }) => kind === 'unreadable').length,
    0,
    `${where}: nothing is unreadable`
  )
  assert.equal(new Set(texts).size, texts.length, `${where}: nothing is shown twice`)
  for (const text of senderLosses === 0 ? promised : []) {
    assert.ok(
      sent.some((message) => message.text === text) || recalled.has(text),
      `${where}: ${text} is still there`
    )
  }
  for (const { text } of sent.filter((message) => isOver(message))) {
    assert.equal(text, '', `${where}: what was taken back is gone`)
  }
  const missing = kept.filter(({ text }) => !texts.includes(text))
  if (wasBlocked || recipientLosses > 0) {
    // What was on its way at a block is dropped; what a lost home had is not kept for ever by who sent it.
    assert.ok(
      missing.length <= missingCount || senderLosses > 0,
      `${where}: what is missing is named`
    )
  } else if (senderLosses === 0) {
    assert.deepEqual(
      missing.map(({ text }) => text),
      [],
      `${where}: nothing is missing`
    )
    assert.equal(missingCount, 0, `${where}: nothing is said to be missing`)
  }
  const known = new Set(kept.map(({ text }) => text))
  assert.deepEqual(
    texts.filter((text) => senderLosses === 0 || known.has(text)),
    kept.filter((message) => !missing.includes(message)).map(({ text }) => text),
    `${where}: both hold the same in the same order`
  )
  // What another device of theirs had sent is not receipted to the one that took its place.
  const mayBeOpen = wasBlocked || senderLosses > 0
  for (const message of kept) {
    // What was taken back since the backup is sent on, and stays taken back.
    const isHeld = !missing.includes(message) || recipientLosses > 0 || recalled.has(message.text)
    const isTrue = isDelivered(message) ? isHeld : mayBeOpen
    assert.ok(isTrue, `${where}: ${message.text} is ${String(message.state)}`)
  }
}

export function describeMessages(messages: readonly Message[]): string {
  return messages
    .map(({ kind, text, state, notice, withdrawnAtMs, recall }) => {
      const what = [kind, text, state, notice, withdrawnAtMs, recall]
      return `\n  ${what.filter((word) => word !== undefined).join(' ')}`
    })
    .join('')
}
