import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ROOT } from './tree.ts'

interface Outcome {
  readonly status: number
  readonly lines: readonly string[]
}

/** Runs mocha, as npm test does, over a file with the given body. */
function runTests(body: string): Outcome {
  const folder = mkdtempSync(join(tmpdir(), 'sealpost-reporter-'))
  try {
    const file = join(folder, 'a.test.mjs')
    writeFileSync(file, body)
    const run = spawnSync(
      process.execPath,
      [join(ROOT, 'node_modules/mocha/bin/mocha.js'), '--no-color', file],
      { cwd: ROOT, encoding: 'utf8' }
    )
    return { status: run.status ?? -1, lines: run.stdout.trimEnd().split('\n') }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

describe('the reporter', function () {
  this.timeout(30_000)

  it('closes with the counts of a good run', () => {
    const { status, lines } = runTests(
      "describe('a', () => { it('b', () => {}); it('c', () => {}) })"
    )
    assert.equal(status, 0)
    assert.equal(lines.at(-1), '2 passed, 0 failed')
    assert.ok(lines.some((line) => /^ {2}\S a \(2 of 2, \d+ ms\)$/.test(line)))
  })

  it('shows a failure in full and closes with its count', () => {
    const { status, lines } = runTests(
      "describe('a', () => { it('b', () => { throw new TypeError('broken here') }); it('c', () => {}) })"
    )
    assert.equal(status, 1)
    assert.equal(lines.at(-1), '1 passed, 1 failed')
    assert.ok(lines.some((line) => line.includes('TypeError: broken here')))
    assert.ok(lines.some((line) => line.includes('a.test.mjs')))
  })

  it('counts a failed hook', () => {
    const { status, lines } = runTests(
      "describe('a', () => { before(() => { throw new TypeError('no') }); it('b', () => {}) })"
    )
    assert.equal(status, 1)
    assert.equal(lines.at(-1), '0 passed, 1 failed')
  })

  it('says that a test was passed over', () => {
    const { lines } = runTests("describe('a', () => { it('b'); it('c', () => {}) })")
    assert.equal(lines.at(-1), '1 passed, 0 failed, 1 skipped')
  })
})
