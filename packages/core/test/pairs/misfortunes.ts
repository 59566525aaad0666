/** What may happen, and how often each of it does. */
import fc from 'fast-check'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../peer/cast.ts'
import type { Breakage } from './fake-sessions.ts'

export type Misfortune = (
  | {
      readonly type: 'say'
      readonly home: number
      readonly count: number
      /** Whether the others are offline, and stay so. */
      readonly isUnheard: boolean
    }
  | { readonly type: 'recall'; readonly home: number; readonly which: number }
  | { readonly type: 'show' | 'stop' | 'start'; readonly home: number }
  | { readonly type: 'pass' | 'sleep'; readonly ms: number }
  | {
      readonly type: 'crash'
      readonly home: number
      readonly inputs: number
      /** Undefined for before the commit. */
      readonly performed: number | undefined
      /** How long the process is gone. */
      readonly downMs: number
    }
  | {
      readonly type: 'cut'
      readonly home: number
      readonly relay: number
      readonly frames: number
      readonly isSilent: boolean
    }
  | { readonly type: 'online' | 'block'; readonly home: number; readonly is: boolean }
  | {
      readonly type: 'relay'
      readonly relay: number
      readonly what: 'up' | 'down' | 'wipe' | 'busy' | 'lie' | 'honest'
    }
  | { readonly type: 'clock'; readonly home: number; readonly offsetMs: number }
  | { readonly type: 'relay-clock'; readonly relay: number; readonly offsetMs: number }
  | {
      readonly type: 'break-session'
      readonly from: number
      readonly to: number
      readonly breakage: Breakage
    }
  | { readonly type: 'wipe-all' }
  | { readonly type: 'direct'; readonly is: boolean }
  | { readonly type: 'move'; readonly home: number; readonly relays: readonly number[] }
  | { readonly type: 'away'; readonly home: number; readonly weeks: number }
) & {
  /** How long nothing else happens. */
  readonly thenMs: number
}

const home = fc.nat(2)
const relay = fc.nat(2)
const thenMs = fc.oneof(
  { weight: 3, arbitrary: fc.nat(60) },
  { weight: 2, arbitrary: fc.nat(3_000) },
  { weight: 1, arbitrary: fc.nat(2 * MINUTE_MS) }
)
const offsetMs = fc.oneof(
  fc.integer({ min: -3 * HOUR_MS, max: 3 * HOUR_MS }),
  fc.integer({ min: -8 * DAY_MS, max: 8 * DAY_MS })
)

/** The one that has this type, among others that it may have. */
type Of<Type, One = Misfortune> = One extends Misfortune
  ? Type extends One['type']
    ? One
    : never
  : never

function of<Type extends Misfortune['type']>(
  type: Type,
  fields: {
    readonly [Name in Exclude<keyof Of<Type>, 'type' | 'thenMs'>]: fc.Arbitrary<Of<Type>[Name]>
  }
): fc.Arbitrary<Misfortune> {
  const whole = { type: fc.constant(type), ...fields, thenMs }
  return fc.record(whole) as unknown as fc.Arbitrary<Misfortune>
}

/** How often a person who is away for weeks, or blocks, is part of a play: these take long, and excuse much. */
export interface Share {
  readonly hasAbsence: boolean
  readonly hasBlocks: boolean
}

export function misfortune({ hasAbsence, hasBlocks }: Share): fc.Arbitrary<Misfortune> {
  const performed = fc.oneof(fc.constant(undefined), fc.nat(4), fc.constant(1_000))
  const common: readonly {
    readonly weight: number
    readonly arbitrary: fc.Arbitrary<Misfortune>
  }[] = [
    {
      weight: 12,
      arbitrary: of('say', {
        home,
        count: fc.integer({ min: 1, max: 4 }),
        isUnheard: fc.constantFrom(true, false, false)
      })
    },
    { weight: 2, arbitrary: of('recall', { home, which: fc.nat(3) }) },
    { weight: 2, arbitrary: of('show', { home }) },
    { weight: 2, arbitrary: of('pass', { ms: fc.nat(20 * MINUTE_MS) }) },
    { weight: 1, arbitrary: of('sleep', { ms: fc.nat(3 * DAY_MS) }) },
    {
      weight: 5,
      arbitrary: of('crash', {
        home,
        inputs: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 30 })),
        performed,
        downMs: fc.oneof(fc.nat(50), fc.nat(5_000), fc.nat(5 * MINUTE_MS))
      })
    },
    { weight: 1, arbitrary: of('stop', { home }) },
    { weight: 2, arbitrary: of('start', { home }) },
    { weight: 2, arbitrary: of('wipe-all', {}) },
    {
      weight: 4,
      arbitrary: of('cut', { home, relay, frames: fc.nat(12), isSilent: fc.boolean() })
    },
    { weight: 4, arbitrary: of('online', { home, is: fc.constantFrom(true, true, false) }) },
    {
      weight: 4,
      arbitrary: of('relay', {
        relay,
        what: fc.constantFrom('up', 'up', 'down', 'wipe', 'busy', 'lie', 'honest')
      })
    },
    { weight: 1, arbitrary: of('clock', { home, offsetMs }) },
    { weight: 1, arbitrary: of('relay-clock', { relay, offsetMs }) },
    {
      weight: 2,
      arbitrary: of('break-session', {
        from: home,
        to: fc.nat(1),
        breakage: fc.constantFrom('lost', 'deaf', 'rolled-back')
      })
    },
    { weight: 2, arbitrary: of('direct', { is: fc.boolean() }) },
    {
      weight: 1,
      arbitrary: of('move', {
        home,
        relays: fc.uniqueArray(relay, { minLength: 1, maxLength: 3 })
      })
    }
  ]
  return fc.oneof(
    ...common,
    ...(hasAbsence
      ? [{ weight: 1, arbitrary: of('away', { home, weeks: fc.integer({ min: 3, max: 6 }) }) }]
      : []),
    ...(hasBlocks ? [{ weight: 2, arbitrary: of('block', { home, is: fc.boolean() }) }] : [])
  )
}
