/** Lines of a log that somebody may let go with a report: the last ones, with what tells who and where taken out. */
import { open } from 'node:fs/promises'
import { homedir } from 'node:os'
import { resolve } from 'node:path'
import { TICKET_LINE_BYTES_MAX, TICKET_LINES_MAX, UsageError } from '@sealpost/protocol'
import type { Context } from '../command.ts'
import { plainLine } from '../plain-text.ts'
import { askYes } from '../screen/ask-yes.ts'
import { sentences } from '../sentences.ts'

/** What of a file is read: its end. */
const TAIL_BYTES = 64 * 1024

/** What is taken out, and what stands there instead; in this order. */
const SECRETS: readonly (readonly [RegExp, string])[] = [
  [/\bsealpost:\S+/gi, '<link>'],
  [/\bhttps?:\/\/\S+/gi, '<link>'],
  [/\/(?:ip4|ip6|dns|dns4|dns6|dnsaddr)\/\S+/gi, '<address>'],
  [/\S+@\S+\.\S+/g, '<address>'],
  [/\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b/g, '<address>'],
  [/\[?(?:[0-9a-f]{0,4}:){3,7}[0-9a-f]{0,4}\]?/gi, '<address>'],
  // Long words of letters alone are mostly names of what happened.
  [/(?=[A-Za-z+/_-]*\d)[A-Za-z0-9+/_-]{20,}=*|[A-Za-z+/_-]{40,}=*/g, '<key>']
]

/** A line as it may leave this machine: without links, addresses, keys, and the name of the person's own folder. */
export function redactLine(line: string): string {
  const home = homedir()
  const folders = home.length > 1 ? line.replaceAll(home, '~') : line
  const redacted = SECRETS.reduce((text, [found, instead]) => {
    return text.replaceAll(found, instead)
  }, folders)
  return cut(plainLine(redacted))
}

/**
 * The last lines of a file, each as far as the person says yes to it.
 *
 * @throws UsageError `SEALPOST_USAGE` where the file cannot be read, or nobody is there to be asked
 */
export async function askLines(context: Context, path: string): Promise<readonly string[]> {
  if (context.values.has('--json')) {
    throw new UsageError('SEALPOST_USAGE', sentences.reports.logNeedsPerson)
  }
  const taken: string[] = []
  const lines = await tailOf(resolve(context.directory, path))
  for (const line of lines.map(redactLine).slice(-TICKET_LINES_MAX)) {
    await context.screen.warn(line)
    if (await askYes(context, sentences.reports.askLine)) {
      taken.push(line)
    }
  }
  return taken
}

async function tailOf(path: string): Promise<readonly string[]> {
  try {
    await using file = await open(path)
    const { size } = await file.stat()
    const at = Math.max(0, size - TAIL_BYTES)
    const { buffer, bytesRead } = await file.read(Buffer.alloc(TAIL_BYTES), 0, TAIL_BYTES, at)
    const lines = buffer.subarray(0, bytesRead).toString('utf8').split('\n')
    return (at === 0 ? lines : lines.slice(1)).filter((line) => line.trim() !== '')
  } catch (cause) {
    throw new UsageError('SEALPOST_USAGE', sentences.reports.noLog(path), { cause })
  }
}

/** At most so many bytes, and no half sign. */
function cut(line: string): string {
  let short = line
  while (Buffer.byteLength(short) > TICKET_LINE_BYTES_MAX) {
    short = short.slice(0, -1)
  }
  return short.isWellFormed() ? short : short.slice(0, -1)
}
