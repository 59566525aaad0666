import type { Screen } from './screen.ts'

/** The lines of a screen, until `signal` is aborted. */
export async function* linesUntil(screen: Screen, signal: AbortSignal): AsyncIterable<string> {
  const lines = screen.lines()[Symbol.asyncIterator]()
  const aborted = new Promise<undefined>((resolve) => {
    signal.addEventListener('abort', () => {
      resolve(undefined)
    })
    if (signal.aborted) {
      resolve(undefined)
    }
  })
  for (;;) {
    const next = await Promise.race([lines.next(), aborted])
    if (next === undefined || next.done === true) {
      return
    }
    yield next.value
  }
}
