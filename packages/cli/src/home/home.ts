/** A home: the directory where an account lives, and what lies in it. */
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { StorageError } from '@sealpost/protocol'

export interface Home {
  readonly directory: string
  /** The store: a directory of its own. */
  readonly storePath: string
  /** Says which process has the store open. */
  readonly holderPath: string
  /** Where the socket is, unless the path is too long for one. */
  readonly socketPath: string
  /** Says where the socket is otherwise. */
  readonly notePath: string
}

/**
 * The home that a command is meant for.
 *
 * @param given What `--home` said.
 */
export function findHome(given: string | undefined, environment: NodeJS.ProcessEnv): Home {
  const { SEALPOST_HOME, XDG_DATA_HOME } = environment
  return homeAt(
    notEmpty(given) ??
      notEmpty(SEALPOST_HOME) ??
      join(notEmpty(XDG_DATA_HOME) ?? join(homedir(), '.local', 'share'), 'sealpost')
  )
}

export function homeAt(path: string): Home {
  const directory = resolve(path)
  return {
    directory,
    storePath: join(directory, 'store'),
    holderPath: join(directory, 'holder.json'),
    socketPath: join(directory, 'socket'),
    notePath: join(directory, 'socket.path')
  }
}

/** Whether somebody began to live here: the store may still be without an account. */
export function hasStore(home: Home): boolean {
  return existsSync(home.storePath)
}

/** Makes the directory, for its owner alone. @throws StorageError `SEALPOST_STORE_FAILED` */
export async function makeHomeDirectory(home: Home): Promise<void> {
  try {
    await mkdir(home.directory, { recursive: true, mode: 0o700 })
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new StorageError(
      'SEALPOST_STORE_FAILED',
      `The home cannot be made: ${why}. Choose another with --home.`,
      { cause: error }
    )
  }
}

function notEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text
}
