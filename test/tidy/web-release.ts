/**
 * The release of a build of the web client: what its service worker holds every file to. It is signed where the key is, which is no machine
 * that builds: `node test/tidy/web-release.ts FOLDER KEY.pem`. The public half stands in `web/release-keys.json`.
 */
import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { webReleaseSignedText } from '@sealpost/protocol'

const MANIFEST = 'release.json'

interface Signed {
  readonly release: string
  readonly signatures: readonly { readonly key: string; readonly signature: string }[]
}

/** Writes the release of these files, signed by nobody. @param paths as those of a URL */
export async function writeRelease(
  folder: string,
  version: string,
  paths: readonly string[]
): Promise<void> {
  const files: Record<string, string> = {}
  for (const path of paths.toSorted()) {
    const content = await readFile(join(folder, path))
    files[path] = createHash('sha256').update(content).digest('base64url')
  }
  await write(folder, { release: JSON.stringify({ version, files }), signatures: [] })
}

/** Adds a signature. @param key Ed25519, private */
export async function signRelease(folder: string, key: KeyObject): Promise<void> {
  const { release, signatures } = JSON.parse(
    await readFile(join(folder, MANIFEST), 'utf8')
  ) as Signed
  const signature = sign(undefined, Buffer.from(webReleaseSignedText(release)), key)
  const mine = { key: publicKeyText(key), signature: signature.toString('base64url') }
  const others = signatures.filter((one) => one.key !== mine.key)
  await write(folder, { release, signatures: [...others, mine] })
}

/** The public half of a key, as it is pinned. */
export function publicKeyText(key: KeyObject): string {
  return createPublicKey(key).export({ format: 'jwk' }).x ?? ''
}

async function write(folder: string, signed: Signed): Promise<void> {
  await writeFile(join(folder, MANIFEST), `${JSON.stringify(signed, undefined, 2)}\n`)
}

if (import.meta.main) {
  const [folder = '', keyPath = ''] = process.argv.slice(2)
  const key = createPrivateKey(readFileSync(keyPath))
  await signRelease(folder, key)
  console.log(`Signed by ${publicKeyText(key)}.`)
}
