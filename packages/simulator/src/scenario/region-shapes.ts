/** Values about regions: how nodes are spread over them, and how far they are from each other. */
import { didYouMean } from '@sealpost/protocol'
import { RTT_TABLES } from '../network/rtt-tables.ts'
import type { Region, RegionShares, RttTable } from './scenario.ts'
import {
  asMap,
  mapOf,
  mismatch,
  number,
  problem,
  type Reading,
  SHARE,
  type Shape,
  text,
  within,
  WRONG,
  type Wrong
} from './shape.ts'
import { fields, optional, required, row, type Rows } from './fields.ts'
import type { Written } from './written.ts'

/** A region's name. */
const REGION_PATTERN = '^[A-Za-z][A-Za-z0-9 _-]{0,31}$'
export const REGIONS_MAX = 64
/** How far shares may be from 1 together: people round them. */
const SHARES_SLACK = 1e-6

const BY_REGION = { keyPattern: REGION_PATTERN, keyWords: 'regions', countMax: REGIONS_MAX }

const SHARES = mapOf(SHARE, BY_REGION)

/** Shares of a whole by region. They are said all anew or not at all: half of another file's would add up to nothing. */
export const REGION_SHARES: Shape<RegionShares> = {
  words: 'a map of regions, each with its share, which add up to 1',
  read(written, reading) {
    const shares = SHARES.read(written, reading)
    return shares === WRONG ? WRONG : wholeShares(shares, [...shares.values()], written, reading)
  },
  write: SHARES.write,
  schema: SHARES.schema
}

/** `value`, where its shares add up to 1. */
export function wholeShares<Value>(
  value: Value,
  shares: readonly number[],
  { place }: Written,
  reading: Reading
): Value | Wrong {
  const sum = shares.reduce((all, share) => all + share, 0)
  return Math.abs(sum - 1) <= SHARES_SLACK
    ? value
    : problem(reading, place, `must add up to 1, not to ${String(Number(sum.toFixed(6)))}.`)
}

const NAME = text(200)
const SOURCE = text(2000)
const MS: Shape<number> = number({ min: 0, max: 60_000, unit: 'ms' })
const HOURS: Shape<number> = number({ min: -12, max: 14, unit: 'hours' })

interface OwnTable {
  readonly name: string
  readonly source: string
  readonly pairs: ReadonlyMap<Region, ReadonlyMap<Region, number>>
  readonly hoursFromUtc?: ReadonlyMap<Region, number>
}

const OWN_TABLE: Rows<OwnTable> = {
  name: row(NAME, 'own', 'Its name, for reports.'),
  source: row(SOURCE, 'the scenario itself', 'Where the figures are from.'),
  pairs: required(
    mapOf(mapOf(MS, BY_REGION), BY_REGION),
    'Milliseconds there and back by pair of regions, each pair once, in either order, and each region with itself.'
  ),
  hoursFromUtc: optional(
    mapOf(HOURS, BY_REGION),
    'What clocks there are ahead of UTC; 0 where it is not said.'
  )
}

const OWN: Shape<OwnTable> = fields(OWN_TABLE)

/** A table by its name, or one of the file's own. */
export const RTT_TABLE: Shape<RttTable> = {
  words: `one of ${[...RTT_TABLES.keys()].join(', ')}, or a map of name, source, pairs, hoursFromUtc`,
  read(written, reading) {
    if (asMap(written) !== undefined) {
      const own = OWN.read(written, reading)
      return own === WRONG ? WRONG : tableOf(own, written, reading)
    }
    const name = written.kind === 'value' ? String(written.value) : ''
    const hint = didYouMean(name, RTT_TABLES.keys())
    return RTT_TABLES.get(name) ?? mismatch(reading, written, RTT_TABLE.words, hint)
  },
  write: (table) => OWN.write(ownOf(table)),
  brief: ({ name }) => name,
  schema: () => ({ oneOf: [{ enum: [...RTT_TABLES.keys()] }, OWN.schema()] })
}

function tableOf(own: OwnTable, written: Written, reading: Reading): RttTable | Wrong {
  const inner = [...own.pairs.values()].flatMap((row) => [...row.keys()])
  const regions = [...new Set([...own.pairs.keys(), ...inner])]
  const rttUs: number[] = []
  for (const from of regions) {
    for (const to of regions) {
      const there = own.pairs.get(from)?.get(to)
      const back = own.pairs.get(to)?.get(from)
      const rtt = there ?? back
      const at = within(within(reading, 'pairs'), `${from}.${to}`)
      if (rtt === undefined) {
        return problem(at, written.place, 'is missing, and so is the way back.')
      }
      if (back !== undefined && back !== rtt) {
        return problem(at, written.place, 'differs from the way back: a round trip is both.')
      }
      rttUs.push(Math.round(rtt * 1000))
    }
  }
  const zones = own.hoursFromUtc
  const stranger = [...(zones?.keys() ?? [])].find((region) => !regions.includes(region))
  if (stranger !== undefined) {
    const at = within(within(reading, 'hoursFromUtc'), stranger)
    return problem(at, written.place, `is no region of pairs.${didYouMean(stranger, regions)}`)
  }
  const hoursFromUtc = regions.map((region) => zones?.get(region) ?? 0)
  return { name: own.name, source: own.source, regions, hoursFromUtc, rttUs }
}

function ownOf({ name, source, regions, hoursFromUtc, rttUs }: RttTable): OwnTable {
  const pairs = regions.map((from, at) => {
    const row = regions
      .slice(at)
      .map((to, after) => [to, (rttUs[at * regions.length + at + after] ?? 0) / 1000] as const)
    return [from, new Map(row)] as const
  })
  const zones = regions.map((region, at) => [region, hoursFromUtc[at] ?? 0] as const)
  return { name, source, pairs: new Map(pairs), hoursFromUtc: new Map(zones) }
}
