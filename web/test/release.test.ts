import assert from 'node:assert/strict'
import fc from 'fast-check'
import { isUpdate, readRelease, type Release } from '../src/release/release.ts'
import { releaseText, SIGNER, signedText, STRANGER } from './release-signer.ts'

const HASH = 'A'.repeat(43)
const FILES = { '/index.html': HASH }

function content(changes: object = {}): string {
  return JSON.stringify({ version: '1.2.3', files: FILES, ...changes })
}

describe('a release', () => {
  it('is read with its version and its files', async () => {
    const release = await readRelease(signedText(content(), SIGNER), [SIGNER.key])
    assert.equal(release.version, '1.2.3')
    assert.deepEqual([...release.files], [['/index.html', HASH]])
    assert.equal(release.signedBy, SIGNER.key)
    assert.match(release.hash, /^[A-Za-z0-9_-]{43}$/)
  })

  it('is taken where one of several keys signed it', async () => {
    const text = signedText(content(), STRANGER, SIGNER)
    assert.equal((await readRelease(text, ['other', SIGNER.key])).signedBy, SIGNER.key)
  })

  it('is of a development build where no key is pinned, whoever signed it', async () => {
    for (const text of [releaseText(content()), signedText(content(), STRANGER)]) {
      assert.equal((await readRelease(text, [])).signedBy, undefined)
    }
  })

  it('has one hash, whoever signed it', async () => {
    const hashes = await Promise.all(
      [releaseText(content()), signedText(content(), SIGNER)].map(
        async (text) => (await readRelease(text, [])).hash
      )
    )
    assert.equal(new Set(hashes).size, 1)
  })

  const { signature } = SIGNER.sign(content())
  const unsigned: Readonly<Record<string, string>> = {
    'nobody signed': releaseText(content()),
    'somebody else signed': signedText(content(), STRANGER),
    'somebody else signed in the name of the key': releaseText(content(), [
      { key: SIGNER.key, signature: STRANGER.sign(content()).signature }
    ]),
    'was signed before it was changed': releaseText(content({ version: '1.2.4' }), [
      { key: SIGNER.key, signature }
    ]),
    'is signed without the words before it': releaseText(content(), [
      { key: SIGNER.key, signature: SIGNER.signBare(content()) }
    ]),
    'has half a signature': releaseText(content(), [
      { key: SIGNER.key, signature: signature.slice(0, 40) }
    ]),
    'has a signature that is no text': releaseText(content(), [
      { key: SIGNER.key, signature: '%%%' }
    ]),
    'has signatures that are none': releaseText(content(), [7, undefined, { key: SIGNER.key }])
  }
  for (const [title, text] of Object.entries(unsigned)) {
    it(`is refused where it ${title}`, async () => {
      await assert.rejects(readRelease(text, [SIGNER.key]), { refusal: 'unsigned' })
    })
  }

  const malformed: Readonly<Record<string, string>> = {
    'is no JSON': '{',
    'is a number': '7',
    'has no content': '{"signatures":[]}',
    'has no signatures': '{"release":"{}"}',
    'has content that is no JSON': releaseText('{'),
    'has no version': releaseText(content({ version: undefined })),
    'has a version of two numbers': releaseText(content({ version: '1.2' })),
    'has a version that is a text': releaseText(content({ version: '1.2.3-x' })),
    'has no page': releaseText(content({ files: { '/other.js': HASH } })),
    'names a path out of its folder': releaseText(content({ files: { ...FILES, '/../x': HASH } })),
    'names another host': releaseText(content({ files: { ...FILES, '//x.example/y': HASH } })),
    'names a path without a slash': releaseText(content({ files: { ...FILES, x: HASH } })),
    'has a short hash': releaseText(content({ files: { ...FILES, '/x': HASH.slice(1) } })),
    'has a hash that is a number': releaseText(content({ files: { ...FILES, '/x': 7 } })),
    'has nine signatures': releaseText(
      content(),
      Array.from({ length: 9 }, () => ({}))
    )
  }
  for (const [title, text] of Object.entries(malformed)) {
    it(`is refused where it ${title}`, async () => {
      await assert.rejects(readRelease(text, []), { refusal: 'malformed' })
    })
  }

  it('has at most 500 files, and 256 KiB', async () => {
    const some = (count: number): object =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`/${String(index)}`, HASH]))
    const files = { ...FILES, ...some(499) }
    assert.equal((await readRelease(releaseText(content({ files })), [])).files.size, 500)
    await assert.rejects(
      readRelease(releaseText(content({ files: { ...FILES, ...some(500) } })), [])
    )
    const text = releaseText(content())
    const full = `${text}${' '.repeat(262_144 - text.length)}`
    assert.equal((await readRelease(full, [])).version, '1.2.3')
    await assert.rejects(readRelease(`${full} `, []), { refusal: 'malformed' })
  })

  it('throws nothing else, whatever is read', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.json(), fc.string()), async (text) => {
        await assert.rejects(readRelease(text, [SIGNER.key]), { name: 'ReleaseError' })
        await assert.rejects(readRelease(releaseText(text), []), { name: 'ReleaseError' })
      })
    )
  })
})

describe('whether a release takes over', () => {
  const release = (version: string, isSigned = true, hash = version): Release => ({
    version,
    files: new Map(),
    signedBy: isSigned ? SIGNER.key : undefined,
    hash,
    text: ''
  })

  it('is so where there is none, and not where it is the same', () => {
    assert.equal(isUpdate(release('1.0.0'), undefined), true)
    assert.equal(isUpdate(release('1.0.0'), release('1.0.0')), false)
  })

  it('is so for a newer one alone', () => {
    for (const [older, newer] of [
      ['1.0.0', '1.0.1'],
      ['1.0.9', '1.0.10'],
      ['1.9.9', '1.10.0'],
      ['9.0.0', '10.0.0']
    ] as const) {
      assert.equal(isUpdate(release(newer), release(older)), true)
      assert.throws(() => isUpdate(release(older), release(newer)), { refusal: 'rollback' })
    }
    assert.throws(() => isUpdate(release('1.0.0', true, 'x'), release('1.0.0')), {
      refusal: 'rollback'
    })
  })

  it('is so for any other where what is here is a development build', () => {
    assert.equal(isUpdate(release('1.0.0', false, 'x'), release('1.0.0', false)), true)
    assert.equal(isUpdate(release('1.0.0', true), release('2.0.0', false)), true)
  })
})
