import { execFile } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const OUT = join(ROOT, 'out')

/** The commands that are measured. */
export interface Apps {
  readonly build: 'packed' | 'sources'
  readonly relay: string
  readonly sealpost: string
  /** One sentence on where they come from. */
  readonly sentence: string
}

/** The checkout as it is. */
export const SOURCES: Apps = {
  build: 'sources',
  relay: join(ROOT, 'relay/bin/sealpost-relay.js'),
  sealpost: join(ROOT, 'packages/cli/bin/sealpost.js'),
  sentence: 'Relay and client are the sources of this checkout.'
}

/** What people install: makes the tarballs and installs them into `directory`. Where no registry answers, runs them from `out/`. */
export async function packedApps(directory: string): Promise<Apps> {
  const npm = process.env['npm_execpath']
  const [program, first] = npm === undefined ? ['npm', []] : [process.execPath, [npm]]
  await run(process.execPath, [join(ROOT, 'test/tidy/pack.ts')], { cwd: ROOT })
  await mkdir(directory, { recursive: true })
  const tarballs = ['sealpost-0.1.0.tgz', 'sealpost-relay-0.1.0.tgz'].map((name) => join(OUT, name))
  const flags = ['--prefix', directory, '--no-audit', '--no-fund', '--prefer-offline', '--silent']
  let modules = join(directory, 'node_modules')
  let sentence =
    'Relay and client are the packed builds (npm run pack), installed in an empty directory.'
  try {
    await run(program, [...first, 'install', ...flags, ...tarballs], { cwd: directory })
  } catch {
    modules = OUT
    sentence =
      'Relay and client are the packed builds (npm run pack), run where they were built, since they could not be installed.'
  }
  return {
    build: 'packed',
    relay: join(modules, 'sealpost-relay/bin/sealpost-relay.js'),
    sealpost: join(modules, 'sealpost/bin/sealpost.js'),
    sentence
  }
}
