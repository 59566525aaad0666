/** The epoch chains of the post-quantum ratchet as counters: which messages of which epochs there are keys for. */
import { JUMP_MAX } from './null-chains.ts'
import { countIn, notBelow, type NumberRuns, without, withRun } from './number-runs.ts'

/** How far back keys of messages that have not come are kept. */
const SKIPPED_KEPT = 2_000
/** With this many, those that are out of reach are dropped. */
const SKIPPED_TRIM = 2_201

interface Link {
  /** The number of the last key given out to send with. */
  sent: number
  /** The highest number received. */
  received: number
  skipped: NumberRuns
}

export interface NullEpochs {
  /** The newest epoch, from 0. */
  epoch: number
  /** The epoch last sent in. */
  sendEpoch: number
  /** Up to the newest, which is the last. */
  links: readonly Link[]
}

export function initialEpochs(): NullEpochs {
  return { epoch: 0, sendEpoch: 0, links: [{ sent: 0, received: 0, skipped: [] }] }
}

export function addEpoch(epochs: NullEpochs): void {
  epochs.epoch += 1
  epochs.links = [...epochs.links, { sent: 0, received: 0, skipped: [] }]
}

/** The number of the next key to send with. */
export function sendNumber(epochs: NullEpochs, epoch: number): number {
  const position = positionOf(epochs, epoch)
  const link = epochs.links[position] ?? { sent: 0, received: 0, skipped: [] }
  link.sent += 1
  if (epoch !== epochs.sendEpoch) {
    epochs.sendEpoch = epoch
    // One epoch is kept behind the one sent in, for messages that come late.
    epochs.links = epochs.links.slice(Math.max(0, position - 1))
  }
  return link.sent
}

/** Takes the key with a number. @returns false where there is none */
export function takeNumber(epochs: NullEpochs, epoch: number, number: number): boolean {
  const link = epochs.links[positionOf(epochs, epoch)]
  if (link === undefined) {
    return false
  }
  if (number <= link.received) {
    const rest = without(link.skipped, number)
    link.skipped = rest ?? link.skipped
    return rest !== undefined
  }
  if (number - link.received > JUMP_MAX) {
    return false
  }
  skipTo(link, number)
  link.received = number
  return true
}

function skipTo(link: Link, number: number): void {
  const { received } = link
  if (number === received + 1 && countIn(link.skipped) < SKIPPED_TRIM) {
    return
  }
  const held = number > received + SKIPPED_KEPT ? [] : link.skipped
  const all = withRun(held, Math.max(received + 1, number - SKIPPED_KEPT), number)
  link.skipped = countIn(all) >= SKIPPED_TRIM ? notBelow(all, number - 1 - SKIPPED_KEPT) : all
}

/** How many steps it would take to find the key of a message of a braid's epoch. */
export function numberSteps(epochs: NullEpochs, braidEpoch: number, number: number): number {
  const link = epochs.links.at(braidEpoch - 2 - epochs.epoch)
  return Math.max(0, number - (link?.received ?? number))
}

function positionOf({ epoch: newest, links }: NullEpochs, epoch: number): number {
  return links.length - 1 - (newest - epoch)
}
