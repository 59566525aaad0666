import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface TemporaryDirectory extends AsyncDisposable {
  readonly path: string
}

/** An empty directory that is gone afterwards. */
export async function temporaryDirectory(): Promise<TemporaryDirectory> {
  const path = await mkdtemp(join(tmpdir(), 'sealpost-relay-'))
  return {
    path,
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true })
  }
}
