import assert from 'node:assert/strict'
import { nearest } from '../src/nearest.ts'

const NAMES = ['init', 'invite', 'inbox', 'send', 'status', '--wait']

describe('the nearest name', () => {
  const pairs: readonly (readonly [string, string | undefined])[] = [
    ['snd', 'send'],
    ['sedn', 'send'],
    ['sends', 'send'],
    ['invitr', 'invite'],
    ['in', 'init'],
    ['stat', 'status'],
    ['--wiat', '--wait'],
    ['x', undefined],
    ['delete', undefined],
    ['', undefined]
  ]
  for (const [word, name] of pairs) {
    it(`of ${JSON.stringify(word)} is ${name ?? 'none'}`, () => {
      assert.equal(nearest(word, NAMES), name)
    })
  }
})
