import assert from 'node:assert/strict'
import type { Relay } from '@sealpost/client'
import { freshNotices, noticesIn, type OperatorNotice } from '../src/state/operator-notices.ts'

function notice(id: string, language: string, isDismissed = false): OperatorNotice {
  return { id, language, text: 'Back at noon.', endsAtMs: 1, isDismissed }
}

const ids = (notices: readonly OperatorNotice[]): string => notices.map(({ id }) => id).join()

describe('what operators say, as a page shows it', () => {
  it('is in the page’s language where it is said in that too, and else in every one', () => {
    const all = [notice('a', 'en'), notice('b', 'zh-CN'), notice('c', '')]
    assert.equal(ids(noticesIn(all, 'en')), 'a,c')
    assert.equal(ids(noticesIn(all, 'zh-CN')), 'b,c')
    assert.equal(ids(noticesIn([notice('a', 'de'), notice('b', '')], 'en')), 'a,b')
    assert.equal(ids(noticesIn([notice('a', 'en-GB')], 'en')), 'a')
  })

  it('is not told any more once it was seen, in whatever language', () => {
    const notices = [notice('a', 'en', true), notice('b', 'zh-CN'), notice('c', '')]
    const relays = [{ notices }, { notices: [] }] as unknown as readonly Relay[]
    assert.equal(ids(freshNotices(relays, 'en').map((fresh) => fresh.notice)), 'c')
    assert.equal(ids(freshNotices(relays, 'zh-CN').map((fresh) => fresh.notice)), 'b,c')
  })
})
