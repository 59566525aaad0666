/** The web client, built once for all tests of a run, as a signed release. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildWeb } from '../tidy/build-web.ts'
import { publicKeyText, signRelease } from '../tidy/web-release.ts'

/** A build takes seconds, on a machine that is busy longer. */
export const BUILD_MS = 120_000

/** Who signs its release. */
export const RELEASE_KEY: KeyObject = generateKeyPairSync('ed25519').privateKey

let building: Promise<string> | undefined

/** Its folder; not `web/dist`, which may be in use. */
export function builtClient(): Promise<string> {
  building ??= build()
  return building
}

async function build(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'sealpost-web-'))
  process.on('exit', () => {
    rmSync(folder, { recursive: true, force: true })
  })
  await buildWeb({ folder, keys: [publicKeyText(RELEASE_KEY)] })
  await signRelease(folder, RELEASE_KEY)
  return folder
}
