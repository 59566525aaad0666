import { concatBytes } from '@sealpost/protocol'
import { BACKUP_HEADER_BYTES, createBackupOpener, createBackupSealer } from '../src/index.ts'
import type { BackupOpener, Random } from '../src/index.ts'

/** The least there can be: these tests open files by the dozen. */
export const CHEAP_COST = { memoryKib: 8_192, passes: 1, lanes: 1 }
export const PASSPHRASE = 'correct horse'
/** What a chunk holds, and its bytes in a file. */
export const CONTENT_BYTES = 65_534
export const SEALED_BYTES = 65_552

/** A whole backup file, its content pushed in parts of these sizes, the last one again and again. */
export async function sealedFile(
  content: Uint8Array,
  random: Random,
  sizes: readonly number[] = [content.length]
): Promise<Uint8Array> {
  const sealer = await createBackupSealer({ passphrase: PASSPHRASE, cost: CHEAP_COST }, random)
  const pieces = parts(content, sizes).flatMap((part) => sealer.push(part))
  return concatBytes(sealer.header, ...pieces, ...sealer.finish())
}

/** The content of a whole file; throws as the opener does. */
export async function openedFile(
  file: Uint8Array,
  passphrase: string = PASSPHRASE,
  sizes: readonly number[] = [file.length]
): Promise<Uint8Array> {
  const opener = await createBackupOpener(file.subarray(0, BACKUP_HEADER_BYTES), passphrase)
  return readAll(opener, file.subarray(BACKUP_HEADER_BYTES), sizes)
}

/** What an opener makes of all that stands after the header. */
export function readAll(
  opener: BackupOpener,
  body: Uint8Array,
  sizes: readonly number[] = [body.length]
): Uint8Array {
  const pieces = parts(body, sizes).flatMap((part) => opener.push(part))
  opener.finish()
  return concatBytes(...pieces)
}

function parts(bytes: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const found: Uint8Array[] = []
  for (let at = 0, index = 0; at < bytes.length; index++) {
    const size = Math.max(1, sizes[Math.min(index, sizes.length - 1)] ?? bytes.length)
    // An array of its own that is overwritten afterwards would show a part that was kept instead of copied.
    found.push(bytes.slice(at, at + size))
    at += size
  }
  return found
}
