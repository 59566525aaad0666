import assert from 'node:assert/strict'
import { isName } from '@sealpost/protocol'
import fc from 'fast-check'
import { nameProblem } from '../src/state/name-problem.ts'

describe('what is wrong with a name', () => {
  it('is nothing up to 64 bytes, however few characters they are', () => {
    for (const name of ['', 'alice', 'a'.repeat(64), '好'.repeat(21), `  ${'好'.repeat(21)} `]) {
      assert.equal(nameProblem(name), undefined, name)
    }
  })

  it('is how many characters are too many', () => {
    assert.deepEqual(nameProblem('a'.repeat(65)), { type: 'too-long', count: 1 })
    assert.deepEqual(nameProblem('好'.repeat(22)), { type: 'too-long', count: 1 })
    assert.deepEqual(nameProblem('好'.repeat(30)), { type: 'too-long', count: 9 })
    // One family, as one sees it, of 25 bytes.
    assert.deepEqual(nameProblem('👨‍👩‍👧‍👦'.repeat(3)), { type: 'too-long', count: 1 })
  })

  it('is what cannot be seen in it', () => {
    for (const name of ['ali\u202ece', 'ali\u0007ce', 'ali\nce', 'ali\ud800ce']) {
      assert.deepEqual(nameProblem(name), { type: 'unseen' }, JSON.stringify(name))
    }
  })

  it('is none exactly where the protocol takes the name; and gone where so many characters are, no fewer', () => {
    const characters = fc.array(fc.constantFrom('a', 'ß', '好', '👨‍👩‍👧‍👦', '\u202e', '\ud800'), {
      maxLength: 80
    })
    const typeOf = (characters: readonly string[]): string | undefined =>
      nameProblem(characters.join(''))?.type
    fc.assert(
      fc.property(characters, (typed) => {
        const name = typed.join('')
        const problem = nameProblem(name)
        assert.equal(problem === undefined, isName(name))
        if (problem?.type === 'too-long') {
          const all = [...new Intl.Segmenter().segment(name)].map(({ segment }) => segment)
          const { count } = problem
          assert.notEqual(typeOf(all.slice(0, all.length - count)), 'too-long')
          assert.equal(typeOf(all.slice(0, all.length - count + 1)), 'too-long')
        }
      })
    )
  })
})
