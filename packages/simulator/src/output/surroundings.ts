/** What a manifest says of the program and the machine that a run was made with. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { arch, availableParallelism, cpus, platform, totalmem } from 'node:os'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { type Machine, sha256, type Software } from './manifest.ts'

/** The version of this `sealpost-sim`, as its manifest has it. */
export const VERSION = '0.1.0'

/** Where the package's own manifest is: above `src/output`, and above `dist` of what was built. */
const START: string = dirname(fileURLToPath(import.meta.url))

export function machine(): Machine {
  return {
    platform: platform(),
    arch: arch(),
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem()
  }
}

export function software(): Software {
  const { node, v8 } = process.versions
  const base = { version: VERSION, node, v8 }
  const root = above('package-lock.json')
  // Where it is installed, the folders above are somebody else's.
  if (root === undefined || START.includes('node_modules')) {
    return { ...base, packages: ownPackages() }
  }
  const lock = sha256(readFileSync(join(root, 'package-lock.json')))
  return { ...base, git: gitState(root), packageLockSha256: lock }
}

/** The nearest folder above this file that has such an entry. */
function above(name: string): string | undefined {
  for (let folder = START; dirname(folder) !== folder; folder = dirname(folder)) {
    if (existsSync(join(folder, name))) {
      return folder
    }
  }
  return undefined
}

function gitState(root: string): Software['git'] {
  const git = (...words: readonly string[]): string =>
    execFileSync('git', ['-C', root, ...words], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore']
    }).trim()
  try {
    const commit = git('rev-parse', 'HEAD')
    return { commit, isDirty: git('status', '--porcelain', '--untracked-files=no') !== '' }
  } catch {
    // A checkout that was copied to where there is no git.
    return undefined
  }
}

function ownPackages(): Readonly<Record<string, string>> {
  const folder = above('package.json')
  const text = folder === undefined ? '{}' : readFileSync(join(folder, 'package.json'), 'utf8')
  const { dependencies = {} } = JSON.parse(text) as {
    readonly dependencies?: Readonly<Record<string, string>>
  }
  return dependencies
}
