import assert from 'node:assert/strict'
import { askDirect } from '../../src/screen/ask-direct.ts'
import { MemoryScreen } from '../memory-screen.ts'

describe('the question of direct paths', () => {
  const cases: readonly (readonly [readonly string[], boolean])[] = [
    [[''], true],
    [['y'], true],
    [['Yes '], true],
    [['n'], false],
    [['NO'], false],
    [['perhaps', 'n'], false],
    [[], true]
  ]
  for (const [lines, isDirect] of cases) {
    it(`takes ${JSON.stringify(lines)} for ${isDirect ? 'directly' : 'relays only'}`, async () => {
      const screen = new MemoryScreen()
      for (const line of [...lines, undefined]) {
        screen.type(line)
      }
      assert.equal(await askDirect(screen), isDirect)
      assert.match(screen.warned[0] ?? '', /network address of the other/)
    })
  }
})
