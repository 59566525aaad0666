import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { COMMANDS } from '../src/command/commands.ts'
import { boundsText, defaultText } from '../src/command/help-text.ts'
import { OPTION_ROWS } from '../src/config/option-rows.ts'

/** Cells of the rows of all tables, without the padding that a formatter gives them. */
function cellsOf(page: string): readonly (readonly string[])[] {
  return page
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) => line.split(/(?<!\\)\|/).slice(1, -1))
    .map((cells) => cells.map((cell) => cell.trim()))
}

describe('the README of the relay', () => {
  it('has the options as they are', async () => {
    const page = await readFile(join(import.meta.dirname, '..', 'README.md'), 'utf8')
    const rows = cellsOf(page).filter(([name]) => /^`[a-z-]+`$/.test(name ?? ''))
    const names = OPTION_ROWS.map(({ name }) => `\`${name}\``)
    const shown = rows.filter(([name]) => names.includes(name ?? ''))
    const expected = OPTION_ROWS.map((row) => [
      `\`${row.name}\``,
      defaultText(row),
      boundsText(row),
      row.sentence
    ])
    assert.deepEqual(
      shown,
      expected,
      `write:\n${expected.map((row) => `| ${row.join(' | ')} |`).join('\n')}`
    )
  })

  it('says which options only a restart changes', async () => {
    const page = await readFile(join(import.meta.dirname, '..', 'README.md'), 'utf8')
    const [, shown = ''] = /Only a restart changes (.*?);/.exec(page) ?? []
    const names = OPTION_ROWS.filter(({ isLive }) => !isLive).map(({ name }) => name)
    assert.deepEqual(
      [...shown.matchAll(/`([a-z-]+)`/g)].map(([, name]) => name),
      names
    )
  })

  it('shows every command', async () => {
    const page = await readFile(join(import.meta.dirname, '..', 'README.md'), 'utf8')
    for (const command of Object.keys(COMMANDS)) {
      assert.ok(page.includes(`npx sealpost-relay ${command} `), command)
    }
  })
})
