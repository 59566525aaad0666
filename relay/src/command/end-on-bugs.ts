import type { Log } from '@sealpost/host'

/**
 * What nobody caught is a bug, of ours or of a library's. The process ends, for a supervisor to start it again, since nobody
 * knows what state it is in; all that was answered is durable.
 */
export function endOnBugs(log: Log): void {
  const end = (error: unknown): void => {
    const name = error instanceof Error ? error.name : typeof error
    log.error('relay.bug', { name, at: framesOf(error) })
    process.exit(1)
  }
  process.on('uncaughtException', end)
  process.on('unhandledRejection', end)
}

/** Where it was thrown, without what it says: that may hold what no log may hold. */
function framesOf(error: unknown): string | undefined {
  const stack = error instanceof Error ? (error.stack ?? '') : ''
  const frames = stack.split('\n').filter((line) => /^\s+at /.test(line))
  return frames.length === 0 ? undefined : frames.map((line) => line.trim()).join('; ')
}
