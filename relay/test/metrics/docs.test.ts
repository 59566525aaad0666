import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { METRIC_ROWS, METRICS_TO_COME } from '../../src/metrics/metric-rows.ts'

const PAGE = join(import.meta.dirname, '../../../docs/operators-metrics.md')

/** Cells of the rows that begin with a name, without the padding that a formatter gives them. */
async function tableRows(): Promise<readonly (readonly string[])[]> {
  const page = await readFile(PAGE, 'utf8')
  return page
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|').slice(1, -1))
    .map((cells) => cells.map((cell) => cell.trim()))
}

describe('the guide to the metrics', () => {
  it('has every metric, and every one to come, as they are', async () => {
    const shown = Object.entries(METRIC_ROWS).map(([name, { kind, label, words, sentence }]) => [
      `\`${name}\``,
      kind,
      label === undefined ? '' : `\`${label}\`: ${(words ?? []).join(', ')}`,
      sentence
    ])
    const later = Object.entries(METRICS_TO_COME).map(([name, what]) => [`\`${name}\``, what])
    assert.deepEqual(await tableRows(), [...shown, ...later])
  })
})
