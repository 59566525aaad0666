/** What relays learn: a row for each kind of figure, a column for each number of relays that put together what they see. */
import { knowledgeFamilies } from '../knowledge-words.ts'
import type { Summary } from '../summary.ts'
import { intervalText, valueText } from '../value-words.ts'
import { type Html, markup, table } from './markup.ts'

export function knowledgeSection({ values, seeds }: Summary): Html | undefined {
  const families = knowledgeFamilies(Object.keys(values))
  const columns = [
    ...new Set(families.flatMap(({ members }) => members.map(({ relays }) => relays)))
  ]
  if (families.length === 0) {
    return undefined
  }
  return markup`<h2>What relays learn</h2>
${table({
  caption:
    seeds.length > 1
      ? 'What relays learn: means over seeds, with the 95 % confidence interval of each (Student)'
      : 'What relays learn: values of the one seed',
  head: ['value', ...columns, 'name'],
  rows: families.map(({ family, members, what }) => [
    what,
    ...columns.map((column) => {
      const name = members.find(({ relays }) => relays === column)?.name
      const value = name === undefined ? undefined : values[name]
      return name === undefined || value === undefined ? 'none' : cell(name, value)
    }),
    markup`<code>${family}</code>`
  ])
})}`
}

function cell(name: string, value: Summary['values'][string]): Html {
  const range = intervalText(name, value)
  return markup`${valueText(name, value.mean)}${range === '' ? undefined : markup` <small>${range}</small>`}`
}
