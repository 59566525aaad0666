/** Fetches what a host says that it has, and takes no more of it than there can be: nobody knows yet who is at the other end. */
import { createHash } from 'node:crypto'

/** Why what came is not what was asked for. */
export type FetchProblem = 'missing' | 'redirects' | 'too-large' | 'broken'

export interface Fetched {
  /** Undefined where all of it came. */
  readonly problem: FetchProblem | undefined
  /** Base64url of the SHA-256 of what came. */
  readonly hash: string
  /** What came, where it was to be kept. */
  readonly bytes: Uint8Array
  /** By a name in small letters. */
  readonly header: (name: string) => string | undefined
}

/** What may still be fetched of a host, of all files together. */
export interface Budget {
  bytesLeft: number
}

export interface BoundedOptions {
  /** Of this file. */
  readonly bytesMax: number
  readonly budget: Budget
  readonly signal: AbortSignal
  /** Whether `bytes` is wanted, and not the hash alone. */
  readonly isKept?: boolean
}

/**
 * Asks as a browser does, so that what is compressed is opened, and counts what comes out of it.
 *
 * @throws TypeError where the host cannot be reached; what `signal` was aborted with
 */
export async function fetchBounded(url: URL, options: BoundedOptions): Promise<Fetched> {
  const { signal } = options
  const answer = await fetch(url, { redirect: 'manual', signal })
  const header = (name: string): string | undefined => answer.headers.get(name) ?? undefined
  if (answer.status !== 200) {
    await answer.body?.cancel()
    const isRedirect = answer.status >= 300 && answer.status < 400
    return {
      problem: isRedirect ? 'redirects' : 'missing',
      hash: '',
      bytes: new Uint8Array(),
      header
    }
  }
  return { ...(await readBody(answer.body ?? [], options)), header }
}

async function readBody(
  parts: AsyncIterable<Uint8Array> | readonly Uint8Array[],
  { bytesMax, budget, signal, isKept = false }: BoundedOptions
): Promise<Omit<Fetched, 'header'>> {
  const hash = createHash('sha256')
  const kept: Uint8Array[] = []
  let problem: FetchProblem | undefined
  let size = 0
  try {
    for await (const part of parts) {
      size += part.length
      budget.bytesLeft -= part.length
      if (size > bytesMax || budget.bytesLeft < 0) {
        problem = 'too-large'
        break
      }
      hash.update(part)
      if (isKept) {
        kept.push(part)
      }
    }
  } catch {
    signal.throwIfAborted()
    problem = 'broken'
  }
  return { problem, hash: hash.digest('base64url'), bytes: Buffer.concat(kept) }
}
