import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  compareWebVersions,
  parseWebRelease,
  WEB_RELEASE_CHARS_MAX,
  WEB_RELEASE_FILES_MAX
} from '@sealpost/protocol'

const HASH = 'A'.repeat(43)
const FILES = { '/index.html': HASH }

function content(changes: object = {}): string {
  return JSON.stringify({ version: '1.2.3', files: FILES, ...changes })
}

function text(release: string, signatures: unknown = []): string {
  return JSON.stringify({ release, signatures })
}

describe('the release of a web client', () => {
  it('is read with its version, its files, and what signatures are of', () => {
    const signature = { key: 'a key', signature: 'what it made' }
    const release = parseWebRelease(text(content(), [signature, 7, { key: 'alone' }]))
    assert.equal(release?.version, '1.2.3')
    assert.deepEqual([...release.files], [['/index.html', HASH]])
    assert.equal(release.signedText, `sealpost release\n${content()}`)
    assert.deepEqual(release.signatures, [signature])
  })

  const paths = [
    '/../x',
    '/assets/../../x',
    '/assets/./x',
    '//x.example/y',
    'https://x.example/y',
    '/%2e%2e/x',
    '/a\\b',
    '/a?b',
    '/a#b',
    '/.env',
    '/a//b',
    '/a/',
    'x',
    '/',
    ''
  ]
  for (const path of paths) {
    it(`is none where it names ${JSON.stringify(path)}`, () => {
      const files = { ...FILES, [path]: HASH }
      assert.equal(parseWebRelease(text(content({ files }))), undefined)
    })
  }

  it('has at most so many files, characters and signatures', () => {
    const some = (count: number): object =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`/${String(index)}`, HASH]))
    const withFiles = (count: number): string =>
      text(content({ files: { ...FILES, ...some(count - 1) } }))
    assert.equal(parseWebRelease(withFiles(WEB_RELEASE_FILES_MAX))?.files.size, 500)
    assert.equal(parseWebRelease(withFiles(WEB_RELEASE_FILES_MAX + 1)), undefined)
    const short = text(content())
    const full = `${short}${' '.repeat(WEB_RELEASE_CHARS_MAX - short.length)}`
    assert.equal(parseWebRelease(full)?.version, '1.2.3')
    assert.equal(parseWebRelease(`${full} `), undefined)
    const signatures = Array.from({ length: 8 }, () => ({}))
    assert.equal(parseWebRelease(text(content(), signatures))?.version, '1.2.3')
    assert.equal(parseWebRelease(text(content(), [...signatures, {}])), undefined)
  })

  it('is none without its parts, and nothing is thrown whatever is read', () => {
    for (const wrong of [
      '{',
      '7',
      '{"release":"{}"}',
      '{"signatures":[]}',
      text('{'),
      text(content({ version: '1.2' })),
      text(content({ files: {} })),
      text(content({ files: { ...FILES, '/x': 7 } })),
      text(content({ files: { ...FILES, '/x': HASH.slice(1) } })),
      text(content(), 'none')
    ]) {
      assert.equal(parseWebRelease(wrong), undefined, wrong)
    }
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string()), (any) => {
        assert.equal(parseWebRelease(any), undefined)
        assert.equal(parseWebRelease(text(any)), undefined)
      })
    )
  })

  it('has a version that is older, the same or newer by its numbers', () => {
    assert.ok(compareWebVersions('1.2.3', '1.2.10') < 0)
    assert.ok(compareWebVersions('2.0.0', '1.9.9') > 0)
    assert.equal(compareWebVersions('1.2.3', '1.2.3'), 0)
  })
})
