/** Which page of what came is asked for: `--after` and `--limit` of `inbox`. */
import type { ArrivalPlace, Message, SealpostClient } from '@sealpost/client'
import { UsageError } from '@sealpost/protocol'
import { sentences } from './sentences.ts'

const LIMIT_MAX = 1_000_000
const PLACE = /^(\d{1,15})-([0-9a-f]{32}\.[0-9a-f.]{1,64})$/
const DATE_TIME =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?)(Z|[+-]\d{2}:?\d{2})?)?$/

/** Where a message stands, as `--json` gives it and `--after` takes it. */
export function placeText({ storedAtMs, key }: Pick<Message, 'storedAtMs' | 'key'>): string {
  return `${String(storedAtMs)}-${key}`
}

/** How many messages a page has. @throws UsageError `SEALPOST_USAGE` */
export function readLimit(text: string): number {
  const limit = /^\d{1,7}$/.test(text) ? Number(text) : 0
  if (limit < 1 || limit > LIMIT_MAX) {
    throw new UsageError('SEALPOST_USAGE', sentences.inbox.limit(LIMIT_MAX))
  }
  return limit
}

/** A time as people write it, in the zone of this machine where it names none, or in milliseconds since 1970. */
export function readTime(text: string): number | undefined {
  if (/^\d{1,15}$/.test(text)) {
    return Number(text)
  }
  const [, day, clock = '00:00', zone = ''] = DATE_TIME.exec(text) ?? []
  const atMs = day === undefined ? Number.NaN : Date.parse(`${day}T${clock}${zone}`)
  return Number.isNaN(atMs) ? undefined : atMs
}

/**
 * The place that `--after` names: a message's id, its place, or a time.
 *
 * @throws UsageError `SEALPOST_UNKNOWN_MESSAGE`, `SEALPOST_USAGE`
 */
export async function findPlace(client: SealpostClient, text: string): Promise<ArrivalPlace> {
  const [, placeAtMs, key] = PLACE.exec(text) ?? []
  if (placeAtMs !== undefined) {
    return { atMs: Number(placeAtMs), key }
  }
  if (/^[0-9a-f]{32}$/i.test(text)) {
    const message = await client.messageOf(text)
    return { atMs: message.storedAtMs, key: message.key }
  }
  const atMs = readTime(text)
  if (atMs === undefined) {
    throw new UsageError('SEALPOST_USAGE', sentences.inbox.after(text))
  }
  return { atMs }
}
