/** Where a home's socket is: in the home, or where that path is too long for a socket, at a short one that the home notes. */
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { systemRandom } from '../system-ports.ts'
import type { Home } from '../home/home.ts'

/** macOS takes 103 bytes, Linux 107. */
const PATH_BYTES_MAX = 100
const PIPE_PREFIX = '\\\\.\\pipe\\sealpost-'

/** Where to listen; what an earlier process left there is removed. Only who has the store open may call this. */
export async function makeSocketPath(home: Home): Promise<string> {
  await removeSocket(home)
  if (process.platform === 'win32') {
    const name = Buffer.from(systemRandom.bytes(16)).toString('hex')
    return note(home, PIPE_PREFIX + name)
  }
  if (Buffer.byteLength(home.socketPath) <= PATH_BYTES_MAX) {
    return home.socketPath
  }
  const roomy = join(tmpdir(), 'sealpost-XXXXXX', 'socket')
  const parent = Buffer.byteLength(roomy) <= PATH_BYTES_MAX ? tmpdir() : '/tmp'
  // A fresh directory that is its maker's alone: nobody can have put something in its place.
  const directory = await mkdtemp(join(parent, 'sealpost-'))
  await chmod(directory, 0o700)
  return note(home, join(directory, 'socket'))
}

/** Where somebody may be listening. */
export async function findSocketPath(home: Home): Promise<string> {
  try {
    return (await readFile(home.socketPathPath, 'utf8')).trim()
  } catch {
    // Nothing is noted: it is in the home.
    return home.socketPath
  }
}

/** Removes the socket and what notes it. Only who has the store open may call this. */
export async function removeSocket(home: Home): Promise<void> {
  const path = await findSocketPath(home)
  if (path !== home.socketPath && !path.startsWith(PIPE_PREFIX)) {
    await rm(path, { force: true })
    if (/^sealpost-[^/]+$/.test(path.split('/').at(-2) ?? '')) {
      await rm(dirname(path), { force: true, recursive: true })
    }
  }
  await rm(home.socketPath, { force: true })
  await rm(home.socketPathPath, { force: true })
}

async function note(home: Home, path: string): Promise<string> {
  await writeFile(home.socketPathPath, `${path}\n`, { mode: 0o600 })
  return path
}
