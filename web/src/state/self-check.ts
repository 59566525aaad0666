/** Which limits this page and its workers run under: the headers that came with each, as this browser has them. */
import { type WebHeaderLack, webHeaderLacks, type WebPart } from '@sealpost/protocol'

export interface SelfCheckParts {
  readonly fetch: (path: string) => Promise<Response>
  /** Where each part comes from. */
  readonly paths: Readonly<Record<WebPart, string>>
  /** Whether the host is the machine itself. */
  readonly isNear: boolean
}

export interface SelfCheck {
  readonly lacks: readonly WebHeaderLack[]
  /** Parts that could not be looked at. */
  readonly unseen: readonly WebPart[]
}

/** The gravest first: the worker has the keys. */
const PARTS: readonly WebPart[] = ['worker', 'page', 'keeper']

export async function selfCheck({ fetch, paths, isNear }: SelfCheckParts): Promise<SelfCheck> {
  const lacks: WebHeaderLack[] = []
  const unseen: WebPart[] = []
  for (const part of PARTS) {
    const answer = await fetch(paths[part]).catch(() => undefined)
    if (answer?.ok === true) {
      const { headers, body } = answer
      // The headers are there; the rest need not come.
      await body?.cancel()
      lacks.push(...webHeaderLacks(part, (name) => headers.get(name) ?? undefined, isNear))
    } else {
      unseen.push(part)
    }
  }
  return { lacks, unseen }
}
