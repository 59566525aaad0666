import assert from 'node:assert/strict'
import { readBuiltRelease } from '../src/index.ts'
import { webFolder } from './web-folder.ts'

describe('what a build says of itself', () => {
  it('is its release, and whose releases it takes', async () => {
    await using folder = await webFolder()
    assert.deepEqual(await readBuiltRelease(folder.path), { text: '{}', keys: ['a key'] })
  })

  const wrong: Readonly<Record<string, Readonly<Record<string, string | undefined>>>> = {
    'has no release': { 'release.json': undefined },
    'has no list of keys': { 'release-keys.json': undefined },
    'has keys that are no JSON': { 'release-keys.json': '[' },
    'has keys that are no list': { 'release-keys.json': '{}' },
    'has a key that is no text': { 'release-keys.json': '[7]' }
  }
  for (const [title, changes] of Object.entries(wrong)) {
    it(`is nothing where it ${title}`, async () => {
      await using folder = await webFolder(changes)
      assert.equal(await readBuiltRelease(folder.path), undefined)
    })
  }
})
