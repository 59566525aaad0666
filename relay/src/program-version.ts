import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** The version of this program, as its package says. */
export async function programVersion(): Promise<string> {
  // Beside src/ in a checkout, beside dist/ where it is installed.
  const manifest: unknown = JSON.parse(
    await readFile(join(import.meta.dirname, '..', 'package.json'), 'utf8')
  )
  const isNamed = typeof manifest === 'object' && manifest && 'version' in manifest
  return isNamed ? String(manifest.version) : 'unknown'
}
