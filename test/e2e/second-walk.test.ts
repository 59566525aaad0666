import assert from 'node:assert/strict'
import { walk } from './readme-walk.ts'

describe('the README’s second walk (slow: real processes)', function () {
  this.timeout(180_000)

  it('goes as it says: strangers are asked about, relays left, words taken back, devices linked and restored', async () => {
    const { output, code } = await walk('A longer acquaintance')
    assert.equal(code, 0, output)
    const steps = [
      / bob .*\n {4}Bob, we met on the train\n/,
      / carol /,
      /carol is forgotten and told nothing/,
      /bob is a contact now/,
      /bob: thank you$/m,
      /bob is verified now/,
      /Taken back in time/,
      /works: a test message went in and came out/,
      /is yours now; your contacts are told/,
      /is left\. /,
      /alice: I have moved$/m,
      /bob: found you$/m,
      /^relays +2 of 2 connected$/m,
      /is a device of alice now, number \d+/,
      /History from device 1: all of it is there/,
      /^ *\d+ {2}phone/m,
      /read back and can be restored/,
      /bob: found you$/m,
      /bob is blocked/,
      /Revoked: nobody can use it any more/
    ]
    let from = 0
    for (const step of steps) {
      const rest = output.slice(from)
      const found = step.exec(rest)
      assert.ok(found, `${String(step)} is not said, or too early, in:\n${output}`)
      from += found.index
    }
    assert.doesNotMatch(output, /your tie|bob: are you there/)
  })
})
