import { existsSync } from 'node:fs'
import { join } from 'node:path'

const LENGTH_MAX = 80

/** What every file system takes as one name. */
function plainName(text: string): string {
  const plain = text.replaceAll(/[^A-Za-z0-9._=+-]+/g, '-').replaceAll(/^[-.]+|[-.]+$/g, '')
  return plain.slice(0, LENGTH_MAX) || 'run'
}

/** Of a variant of a sweep: in order, and with what is special about it. @param number from 1 */
export function folderName(variant: string, number: number): string {
  return `${String(number).padStart(2, '0')}-${plainName(variant)}`
}

/** The first of `NAME`, `NAME-2`, … that is not there. */
export function freeFolder(directory: string, name: string): string {
  const plain = join(directory, plainName(name))
  let path = plain
  for (let number = 2; existsSync(path); number++) {
    path = `${plain}-${String(number)}`
  }
  return path
}
