import assert from 'node:assert/strict'
import { walk } from './readme-walk.ts'

describe('the README’s walk (slow: real processes, a hundred commands)', function () {
  this.timeout(600_000)

  it('goes as it says: a hundred messages survive two relays, with ticks that are true', async () => {
    const { output, code } = await walk('Try it')
    assert.equal(code, 0, output)
    const read = [...output.matchAll(/alice: (message \d+|the last one)$/gm)].map(
      (match) => match[1]
    )
    const expected = Array.from({ length: 100 }, (_, at) => `message ${String(at + 1)}`)
    assert.deepEqual(read, [...expected, 'the last one'], output)
    const numbers = [...output.matchAll(/(?:\d{5}\s+){11}\d{5}/g)].map((match) =>
      match[0].replaceAll(/\s/g, '')
    )
    assert.equal(numbers.length, 2, output)
    assert.equal(numbers[0], numbers[1])
  })
})
