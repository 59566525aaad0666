import type { BlockAnswer } from '@sealpost/operator'
import type { AnswerTexts } from './answer-text.ts'
import { amount, dayText } from './text-parts.ts'

export const BLOCK_TEXTS: Pick<AnswerTexts, 'block' | 'unblock' | 'blocks'> = {
  block: (block) =>
    `Blocked from now until ${dayText(block.expiresAtMs)}: ${nameOf(block)}. To take it back: unblock ${block.id}\n`,
  unblock: (block) => `Not blocked any more: ${nameOf(block)}.\n`,
  blocks: ({ blocks, leftForTokens }) =>
    `${blocks.length === 0 ? 'Nothing is blocked.\n' : blocks.map(lineOf).join('')}Tokens may make ${amount(leftForTokens, 'more block')} within the day.\n`
}

function nameOf({ id, kind, range }: BlockAnswer): string {
  return `${kind} ${range ?? id}`
}

function lineOf(block: BlockAnswer): string {
  const { id, by, createdAtMs, expiresAtMs, reason } = block
  const name = block.range === undefined ? block.kind : nameOf(block)
  return `${id}  ${name}, ${dayText(createdAtMs)} to ${dayText(expiresAtMs)}, by ${by}: ${JSON.stringify(reason)}\n`
}
