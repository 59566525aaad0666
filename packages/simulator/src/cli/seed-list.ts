import { UsageError } from '@sealpost/protocol'
import { SEEDS_MAX } from '../scenario/scenario-file.ts'

const SENTENCE = `--seeds takes numbers such as 7, 1..20 or 1,4,9: whole ones from 0, at most ${String(SEEDS_MAX)} of them.`

/** `7`, `1..20`, `1,4,9..12`: in order, each once. @throws UsageError */
export function readSeeds(text: string): readonly number[] {
  const seeds = new Set<number>()
  for (const part of text.split(',')) {
    const [, first = '', last = first] = /^(\d{1,16})(?:\.\.(\d{1,16}))?$/.exec(part) ?? []
    const [from, to] = [Number(first), Number(last)]
    const isRange = first !== '' && from <= to && to - from < SEEDS_MAX
    if (!isRange || !Number.isSafeInteger(to)) {
      throw new UsageError('SEALPOST_USAGE', SENTENCE)
    }
    for (let seed = from; seed <= to; seed++) {
      seeds.add(seed)
    }
  }
  if (seeds.size > SEEDS_MAX) {
    throw new UsageError('SEALPOST_USAGE', SENTENCE)
  }
  return [...seeds].sort((a, b) => a - b)
}
