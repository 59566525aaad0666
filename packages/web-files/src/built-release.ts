import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Written by the build beside what is served: whose releases its service worker takes. */
export const KEYS_FILE = 'release-keys.json'

/** What a build says of itself. */
export interface BuiltRelease {
  /** `release.json`, as it is served. */
  readonly text: string
  /** Base64url of the public keys whose releases its service worker takes; none for a development build. */
  readonly keys: readonly string[]
}

/** @returns undefined where the folder holds no build with a release */
export async function readBuiltRelease(folder: string): Promise<BuiltRelease | undefined> {
  try {
    const [text, keys] = await Promise.all([
      readFile(join(folder, 'release.json'), 'utf8'),
      readFile(join(folder, KEYS_FILE), 'utf8')
    ])
    const value: unknown = JSON.parse(keys)
    const isList = Array.isArray(value) && value.every((key) => typeof key === 'string')
    return isList ? { text, keys: value } : undefined
  } catch {
    return undefined
  }
}
