import { open } from 'node:fs/promises'
import { ConfigError } from '@sealpost/protocol'

/**
 * The text of a file that the configuration names, which may be anything.
 *
 * @param what for errors: `The configuration file PATH`
 * @throws ConfigError `SEALPOST_CONFIG_INVALID` where it cannot be read, with why as `cause`, or is larger than `bytesMax`
 */
export async function readTextFile(path: string, what: string, bytesMax: number): Promise<string> {
  let bytes: Buffer
  try {
    bytes = await readUpTo(path, bytesMax + 1)
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown'
    throw new ConfigError('SEALPOST_CONFIG_INVALID', `${what} cannot be read (${code}).`, { cause })
  }
  if (bytes.length > bytesMax) {
    throw new ConfigError(
      'SEALPOST_CONFIG_INVALID',
      `${what} is larger than ${String(bytesMax / 1024)} KiB, which none is.`
    )
  }
  return bytes.toString('utf8')
}

async function readUpTo(path: string, bytesMax: number): Promise<Buffer> {
  await using file = await open(path, 'r')
  const buffer = Buffer.alloc(bytesMax)
  let length = 0
  for (let isOver = false; !isOver && length < bytesMax;) {
    const { bytesRead } = await file.read(buffer, length, bytesMax - length)
    length += bytesRead
    isOver = bytesRead === 0
  }
  return buffer.subarray(0, length)
}
