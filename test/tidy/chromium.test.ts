import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { findChromium } from './chromium.ts'

describe('the search for Chromium', () => {
  let folder: string

  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'sealpost-chromium-'))))
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  function program(name: string, mode = 0o755): string {
    const path = join(folder, name)
    writeFileSync(path, '', { mode })
    return path
  }

  it('takes what is named', () => {
    const named = program('my-browser')
    program('chromium')
    assert.equal(findChromium({ SEALPOST_CHROMIUM: named, PATH: folder }), named)
  })

  it('takes nothing else where what is named is not there', () => {
    program('chromium')
    const environment = { SEALPOST_CHROMIUM: join(folder, 'gone'), PATH: folder }
    assert.equal(findChromium(environment), undefined)
  })

  it('takes the first on the path', () => {
    const browser = program('chromium-browser')
    program('google-chrome')
    assert.equal(findChromium({ PATH: ['/nowhere', folder].join(delimiter) }), browser)
  })

  it('passes over what cannot be started', () => {
    program('chromium', 0o644)
    assert.notEqual(findChromium({ PATH: folder }), join(folder, 'chromium'))
  })
})
