/** The web client, built once for all tests of a run. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildWeb } from '../tidy/build-web.ts'

/** A build takes seconds, on a machine that is busy longer. */
export const BUILD_MS = 120_000

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
  await buildWeb(folder)
  return folder
}
