import assert from 'node:assert/strict'
import { contains, findCells, folded } from '../../src/chat/search-text.ts'
import { cellsOf, joinCells } from '../../src/screen/text-cells.ts'

describe('words that are searched for', () => {
  const cases: readonly (readonly [string, string, string | undefined])[] = [
    ['Hello World', 'o w', 'o W'],
    ['GRÜSSE', 'grüsse', 'GRÜSSE'],
    ['Gru\u0308ße', 'grüß', 'Gru\u0308ß'],
    ['敏捷的狐狸', '的狐', '的狐'],
    ['ＦＵＬＬ', 'ull', 'ＵＬＬ'],
    ['一家 👩‍👩‍👧 人', '👩‍👩‍👧', '👩‍👩‍👧'],
    ['Привет', 'ПРИ', 'При'],
    ['hello', 'help', undefined],
    ['hello', '', undefined]
  ]
  for (const [text, query, found] of cases) {
    it(`are ${found === undefined ? 'not ' : ''}found in ${text}: ${query}`, () => {
      const cells = cellsOf(text)
      const place = findCells(cells, query)
      const letters = place === undefined ? undefined : joinCells(cells.slice(place.from, place.to))
      assert.equal(letters, found)
      assert.equal(query !== '' && contains(text, folded(query)), found !== undefined)
    })
  }
})
