import type { Summary } from '../output/summary.ts'
import { intervalText, valueText } from '../output/value-words.ts'
import { textTable } from './text-table.ts'

/** What runs came to, for a terminal. */
export function summaryTable({ values, seeds }: Summary): string {
  const several = seeds.length > 1
  const rows = Object.entries(values).map(([name, value]) => [
    name,
    valueText(name, value.mean),
    ...(several ? [intervalText(name, value)] : [])
  ])
  const head = ['', several ? `mean of ${String(seeds.length)} seeds` : `seed ${String(seeds[0])}`]
  return textTable([[...head, ...(several ? ['95 % interval'] : [])], ...rows])
}
