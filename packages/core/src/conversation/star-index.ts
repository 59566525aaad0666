/**
 * Which messages are starred: a row in the table `star` under the key of each, so that they are found without reading all messages. What
 * counts is the message's own row; whatever takes that row away, or its star, takes this one too.
 */
import type { MessageRow } from '@sealpost/protocol/home'
import type { PeerKernel } from '../peer/kernel.ts'
import { choiceOfRow } from './choices.ts'

/** A row of `star` says all by being there. */
export const STARRED: Uint8Array = Uint8Array.of(1)

/** Whether a message has a star. */
export function isStarred(row: Pick<MessageRow, 'star'>): boolean {
  return (choiceOfRow(row.star)?.value ?? 0) > 0
}

/** Brings the index in line with a message's row. */
export function indexStar(
  kernel: Pick<PeerKernel, 'write' | 'erase'>,
  messageKey: string,
  row: Pick<MessageRow, 'star'>
): void {
  if (isStarred(row)) {
    kernel.write('star', messageKey, STARRED)
  } else {
    kernel.erase('star', messageKey)
  }
}
