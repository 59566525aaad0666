import { didYouMean } from '@sealpost/protocol'
import type { Scenario } from '../scenario/scenario.ts'
import { estimate } from './estimate.ts'
import type { SeedDigest } from './seed-digest.ts'
import { compareNames } from './tables.ts'

/** `summary.json`: what the runs came to. It holds no time and no machine, so that the same seeds give the same bytes. */
export interface Summary {
  readonly scenario: string
  readonly question: string
  /** In order. */
  readonly seeds: readonly number[]
  /** Whether some of the seeds that were asked for are not in it. */
  readonly isPartial: boolean
  readonly values: Readonly<Record<string, SummaryValue>>
  readonly expect: readonly SummaryExpectation[]
}

export interface SummaryValue {
  readonly mean: number
  /** The ends of its 95 % confidence interval over seeds; absent for a single seed. */
  readonly low?: number | undefined
  readonly high?: number | undefined
  /** By seed; a seed that has no such value is not in it. */
  readonly perSeed: Readonly<Record<string, number>>
}

export interface SummaryExpectation {
  readonly value: string
  readonly min?: number | undefined
  readonly max?: number | undefined
  /** The mean over seeds, which the bounds are for; absent where no run has such a value. */
  readonly mean?: number | undefined
  readonly isMet: boolean
  /** What is wrong, where it is not met. */
  readonly sentence?: string | undefined
}

type About = Pick<Scenario, 'name' | 'question' | 'expect'>

/** @param digests in the order of their seeds */
export function summarize(
  { name, question, expect }: About,
  digests: readonly SeedDigest[],
  isPartial: boolean
): Summary {
  const names = [...new Set(digests.flatMap(({ values }) => [...values.keys()]))].sort(compareNames)
  const values = Object.fromEntries(names.map((value) => [value, summaryValue(value, digests)]))
  return {
    scenario: name,
    question,
    seeds: digests.map(({ seed }) => seed),
    isPartial,
    values,
    expect: [...expect]
      .sort(([a], [b]) => compareNames(a, b))
      .map(([value, bounds]) => ({ value, ...bounds, ...judge(value, bounds, values) }))
  }
}

export function summaryText(summary: Summary): string {
  return `${JSON.stringify(summary, undefined, 2)}\n`
}

function summaryValue(name: string, digests: readonly SeedDigest[]): SummaryValue {
  const perSeed = digests.flatMap(({ seed, values }) => {
    const value = values.get(name)
    return value === undefined ? [] : [[String(seed), value] as const]
  })
  const { mean, interval } = estimate(perSeed.map(([, value]) => value))
  return { mean, ...interval, perSeed: Object.fromEntries(perSeed) }
}

function judge(
  name: string,
  bounds: { readonly min?: number | undefined; readonly max?: number | undefined },
  values: Readonly<Record<string, SummaryValue>>
): Pick<SummaryExpectation, 'mean' | 'isMet' | 'sentence'> {
  if (!Object.hasOwn(values, name)) {
    const hint = didYouMean(name, Object.keys(values))
    return { isMet: false, sentence: `No run has a value named ${name}.${hint}` }
  }
  const { mean = Number.NaN } = values[name] ?? {}
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = bounds
  if (mean >= min && mean <= max) {
    return { mean, isMet: true }
  }
  const bound = mean < min ? `at least ${String(min)}` : `at most ${String(max)}`
  return {
    mean,
    isMet: false,
    sentence: `${name} was to be ${bound}, and is ${String(Number(mean.toPrecision(12)))} on average.`
  }
}
