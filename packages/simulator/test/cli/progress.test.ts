import assert from 'node:assert/strict'
import { Progress } from '../../src/cli/progress.ts'
import type { Screen } from '../../src/cli/screen.ts'

describe('progress', () => {
  let nowMs = 0
  let lines: string[]
  beforeEach(() => {
    nowMs = 0
    lines = []
  })

  function screen(isWatched: boolean): Screen {
    return {
      isWatched,
      print: () => undefined,
      warn: () => undefined,
      progress: (line) => void lines.push(line.replaceAll('\u202f', ' '))
    }
  }

  it('says how much is done and how much time is left', () => {
    const progress = new Progress(screen(true), 4, () => nowMs)
    const [first, second] = [{}, {}]
    nowMs = 10_000
    progress.done(first)
    nowMs = 15_000
    progress.at(second, 0.5)
    assert.deepEqual(lines, [
      '25 % (1 of 4 runs done), about 30 s left',
      '37 % (1 of 4 runs done), about 25 s left'
    ])
  })

  it('guesses no time from a little, and changes no line too often', () => {
    const progress = new Progress(screen(true), 1, () => nowMs)
    const run = {}
    progress.at(run, 0.001)
    nowMs = 100
    progress.at(run, 0.5)
    assert.deepEqual(lines, ['0 % (0 of 1 runs done)'])
  })

  it('says nothing where nobody watches', () => {
    new Progress(screen(false), 1, () => nowMs).done({})
    assert.deepEqual(lines, [])
  })
})
