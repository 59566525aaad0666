import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { LICENCES } from '../src/state/licences.ts'

const ROOT = join(import.meta.dirname, '../..')

interface Manifest {
  readonly license?: string
  readonly dependencies?: Readonly<Record<string, string>>
}

function manifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8')) as Manifest
}

/** What a package and all of ours that it is made of depend on, ours left out. */
function librariesOf(folder: string): readonly string[] {
  const names = Object.keys(manifest(folder).dependencies ?? {})
  return names.flatMap((name) => {
    const ours = /^@sealpost\/(.+)$/.exec(name)?.[1]
    return ours === undefined ? [name] : librariesOf(`packages/${ours}`)
  })
}

describe('the licences that the app names', () => {
  it('are those of every library of others that it is made of', () => {
    const libraries = [...new Set(librariesOf('web'))].sort()
    assert.deepEqual(
      LICENCES.map(([library]) => library),
      libraries
    )
  })

  it('are as their makers give them', () => {
    for (const [library, licence] of LICENCES) {
      const given = manifest(`node_modules/${library}`).license ?? ''
      assert.equal(licence, given.replace(/^\((.*)\)$/, '$1'), library)
    }
  })
})
