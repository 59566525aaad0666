import type { OptionAnswer } from '@sealpost/operator'
import type { GatheredOption } from './gathered-options.ts'
import { OPTION_ROWS, shownOption } from './option-rows.ts'

/** Every option as it may be shown, in the order in which people read them. */
export function optionAnswers(
  options: ReadonlyMap<string, GatheredOption>
): readonly OptionAnswer[] {
  return OPTION_ROWS.map((row) => {
    const { value, source } = options.get(row.name) ?? { value: row.fallback, source: 'default' }
    return { name: row.name, value: shownOption(row, value), source, isLive: row.isLive }
  })
}
