import assert from 'node:assert/strict'
import { compareScanned, digitGroups } from '../src/state/safety-digits.ts'

const NUMBER = '1234567890'.repeat(6)

describe('a safety number', () => {
  it('is shown in twelve groups of five', () => {
    const groups = digitGroups(NUMBER)
    assert.equal(groups.length, 12)
    assert.deepEqual([groups[0], groups[11]], ['12345', '67890'])
  })

  it('is the same, or another, where a number was scanned', () => {
    assert.equal(compareScanned(NUMBER, NUMBER), true)
    assert.equal(compareScanned(digitGroups(NUMBER).join(' '), NUMBER), true)
    assert.equal(compareScanned(NUMBER.replace('1', '2'), NUMBER), false)
  })

  it('is not compared with a code of something else', () => {
    for (const text of ['', 'https://a.example', NUMBER.slice(1), `${NUMBER}1`, 'x'.repeat(60)]) {
      assert.equal(compareScanned(text, NUMBER), undefined)
    }
  })
})
