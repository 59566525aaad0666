/** Where the socket of a directory is: in it, or where that path is too long for a socket, at a short one that the directory notes. */
import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** macOS takes 103 bytes, Linux 107. */
const PATH_BYTES_MAX = 100
const PIPE_PREFIX = '\\\\.\\pipe\\sealpost-'

/** What a directory that has a socket keeps for it. */
export interface SocketPlace {
  /** Where the socket is, unless the path is too long for one. */
  readonly socketPath: string
  /** Says where the socket is otherwise. */
  readonly notePath: string
}

/** Where to listen; what an earlier process left there is removed. Only who holds the directory may call this. */
export async function makeSocketPath(place: SocketPlace): Promise<string> {
  await removeSocket(place)
  if (process.platform === 'win32') {
    const name = randomBytes(16).toString('hex')
    return note(place, PIPE_PREFIX + name)
  }
  if (Buffer.byteLength(place.socketPath) <= PATH_BYTES_MAX) {
    return place.socketPath
  }
  const roomy = join(tmpdir(), 'sealpost-XXXXXX', 'socket')
  const parent = Buffer.byteLength(roomy) <= PATH_BYTES_MAX ? tmpdir() : '/tmp'
  // A fresh directory that is its maker's alone: nobody can have put something in its place.
  const directory = await mkdtemp(join(parent, 'sealpost-'))
  await chmod(directory, 0o700)
  return note(place, join(directory, 'socket'))
}

/** Where somebody may be listening. */
export async function findSocketPath(place: SocketPlace): Promise<string> {
  try {
    return (await readFile(place.notePath, 'utf8')).trim()
  } catch {
    // Nothing is noted: it is in the directory.
    return place.socketPath
  }
}

/** Removes the socket and what notes it. Only who holds the directory may call this. */
export async function removeSocket(place: SocketPlace): Promise<void> {
  const path = await findSocketPath(place)
  if (path !== place.socketPath && !path.startsWith(PIPE_PREFIX)) {
    await rm(path, { force: true })
    if (/^sealpost-[^/]+$/.test(path.split('/').at(-2) ?? '')) {
      await rm(dirname(path), { force: true, recursive: true })
    }
  }
  await rm(place.socketPath, { force: true })
  await rm(place.notePath, { force: true })
}

async function note(place: SocketPlace, path: string): Promise<string> {
  await writeFile(place.notePath, `${path}\n`, { mode: 0o600 })
  return path
}
