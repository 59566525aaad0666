/**
 * A scenario's file as what it is about: what it extends is laid under it, each variant of its sweep is made, and everything that is
 * wrong is said at once, with its place.
 */
import { ConfigError, didYouMean } from '@sealpost/protocol'
import { BUILTIN_SCENARIOS } from './builtin-scenarios.ts'
import { misfits } from './check-scenario.ts'
import { readYaml, type ScenarioText } from './read-yaml.ts'
import { FILE, HEAD_KEYS, type SeedRange, SEEDS_MAX, VARIANTS_MAX } from './scenario-file.ts'
import { SCENARIO } from './scenario-shape.ts'
import type { Scenario, Seeds } from './scenario.ts'
import {
  integer,
  problem,
  type ReadBeside,
  type Reading,
  unknownKey,
  within,
  WRONG
} from './shape.ts'
import { type Json, shown, type Written, type WrittenMap } from './written.ts'

export interface ScenarioFile {
  /** One, or each of the sweep, the last key of it varying first. */
  readonly variants: readonly ScenarioVariant[]
  readonly seeds: SeedRange
}

export interface ScenarioVariant {
  /** What the sweep set, as in `relays.count=20 churn.meanSession=5m`; empty where it has no sweep. */
  readonly name: string
  /** The same by path. */
  readonly settings: ReadonlyMap<string, Json>
  readonly scenario: Scenario
}

/** The file of a scenario, and the way to those beside it. */
export interface ScenarioSource extends ScenarioText {
  /** Reads what the file `from` names; what it throws goes through. */
  readonly readBeside?: ReadBeside
  /** Dotted paths with what a command says over the file: `relays.count`, `50`. */
  readonly settings?: ReadonlyMap<string, string>
}

/** Files that extend each other in a row. */
const EXTENDS_MAX = 8
/** Problems that are said at once. */
const SHOWN_MAX = 20

/** @throws ConfigError with a line for everything that is wrong */
export function parseScenario(source: ScenarioSource): ScenarioFile {
  const readBeside = source.readBeside ?? noFileBeside
  const reading: Reading = { path: '', problems: [], readBeside }
  const laid = layered(readYaml(source), reading, 0)
  const set = withSettings(laid, source, reading)
  throwAny(reading)
  const head = FILE.read(headOf(set), reading)
  const sweep = set.entries.get('sweep')
  const swept = sweep === undefined ? NO_SWEEP : readSweep(sweep, within(reading, 'sweep'))
  throwAny(reading)
  const variants = combinations(swept.settings).map((settings) => {
    const scenario = readVariant(bodyOf(set), settings, reading)
    return { name: nameOf(settings), settings: plainSettings(settings), scenario }
  })
  const { seed = 1, seeds: fixed = {} } = head === WRONG ? {} : head
  const range = { first: seed, count: swept.seedCount, fixed }
  const named = variants.map((variant) => ({
    ...variant,
    scenario: { ...variant.scenario, name: variant.scenario.name || nameOfFile(source.name) }
  }))
  return { variants: named, seeds: range }
}

/** The seeds of one run: those that the file fixes stay, the others are the run's. */
export function seedsOfRun({ fixed }: SeedRange, seed: number): Seeds {
  const { topology = seed, workload = seed, faults = seed } = fixed
  return { topology, workload, faults }
}

function noFileBeside(name: string, from: string): ScenarioText {
  throw new ConfigError('SEALPOST_CONFIG_INVALID', `${from}: ${name} cannot be read from here.`)
}

function throwAny({ problems }: Reading): void {
  const [first] = problems
  if (first !== undefined) {
    const lines = problems.slice(0, SHOWN_MAX).map(({ message }) => message)
    const more = problems.length - lines.length
    const rest = more > 0 ? [`And ${String(more)} more.`] : []
    throw new ConfigError(first.code, [...lines, ...rest].join('\n'))
  }
}

/** What is written, over what it extends. */
function layered(written: Written, reading: Reading, depth: number): WrittenMap {
  const version = written.kind === 'map' ? written.entries.get('sealpost-sim') : undefined
  if (written.kind !== 'map' || version?.kind !== 'value' || version.value !== 1) {
    const text = `must say sealpost-sim: 1${version === undefined ? '' : `, not ${shown(version)}`}.`
    problem(reading, version?.place ?? written.place, text)
    throwAny(reading)
  }
  const top = written as WrittenMap
  checkKeys(top, reading)
  const base = top.entries.get('extends')
  const name = base?.kind === 'value' && typeof base.value === 'string' ? base.value : undefined
  if (base === undefined || name === undefined) {
    if (base !== undefined) {
      problem(within(reading, 'extends'), base.place, 'must be the name of a file or a builtin.')
    }
    return top
  }
  if (depth === EXTENDS_MAX) {
    const text = `must come to an end within ${String(EXTENDS_MAX)} files.`
    problem(within(reading, 'extends'), base.place, text)
    return top
  }
  const below = layered(readBase(name, base, reading), reading, depth + 1)
  const entries = new Map([...below.entries, ...top.entries])
  const merged = SCENARIO.merge?.(bodyOf(below), bodyOf(top)) ?? top
  return {
    ...top,
    entries: new Map([...entries, ...(merged.kind === 'map' ? merged.entries : [])])
  }
}

/** By file, for names are looked up among all that there are. */
function checkKeys(map: WrittenMap, reading: Reading): void {
  const known = [...HEAD_KEYS, ...Object.keys(SCENARIO.schema()['properties'] ?? {})]
  for (const [key, written] of map.entries) {
    if (!known.includes(key)) {
      unknownKey(within(reading, key), written, known)
    }
  }
}

function readBase(name: string, { place }: Written, reading: Reading): Written {
  const builtin = BUILTIN_SCENARIOS.get(name)
  if (name.startsWith('builtin:') && builtin === undefined) {
    const hint = didYouMean(name, BUILTIN_SCENARIOS.keys())
    const known = [...BUILTIN_SCENARIOS.keys()].join(', ')
    problem(within(reading, 'extends'), place, `must be one of ${known}.${hint}`)
    throwAny(reading)
  }
  return readYaml(
    builtin === undefined ? reading.readBeside(name, place.file) : { name, text: builtin }
  )
}

function bodyOf(map: WrittenMap): WrittenMap {
  const entries = [...map.entries].filter(([key]) => !HEAD_KEYS.includes(key))
  return { ...map, entries: new Map(entries) }
}

function headOf(map: WrittenMap): WrittenMap {
  const entries = [...map.entries].filter(([key]) => HEAD_KEYS.includes(key) && key !== 'sweep')
  return { ...map, entries: new Map(entries) }
}

type Settings = readonly (readonly [path: string, value: Written])[]

function withSettings(map: WrittenMap, { settings }: ScenarioSource, reading: Reading): WrittenMap {
  let set = map
  for (const [path, text] of settings ?? []) {
    const value = readYaml({ name: `--set ${path}`, text: `value: ${text}` })
    const written = value.kind === 'map' ? value.entries.get('value') : undefined
    if (written !== undefined) {
      set = withValue(set, path.split('.'), written, within(reading, path))
    }
  }
  return set
}

/** The same, with another value at one path. Numbers lead into lists. */
function withValue(
  map: WrittenMap,
  path: readonly string[],
  value: Written,
  reading: Reading
): WrittenMap {
  const set = (within: Written | undefined, at: number): Written => {
    const key = path[at]
    if (key === undefined) {
      return value
    }
    if (within?.kind === 'list') {
      const index = Number(key)
      if (!Number.isSafeInteger(index) || index < 0 || index >= within.items.length) {
        problem(reading, value.place, `leads into a list of ${String(within.items.length)}.`)
        return within
      }
      return { ...within, items: within.items.with(index, set(within.items[index], at + 1)) }
    }
    const entries = within?.kind === 'map' ? within.entries : []
    const inner = within?.kind === 'map' ? within.entries.get(key) : undefined
    return {
      kind: 'map',
      place: value.place,
      entries: new Map([...entries, [key, set(inner, at + 1)]])
    }
  }
  return set(map, 0) as WrittenMap
}

interface Sweep {
  readonly seedCount: number
  /** The values of each path. */
  readonly settings: readonly (readonly [path: string, values: readonly Written[]])[]
}

const NO_SWEEP: Sweep = { seedCount: 1, settings: [] }
const SEED_COUNT = integer({ min: 1, max: SEEDS_MAX })

function readSweep(written: Written, reading: Reading): Sweep {
  const settings: (readonly [string, readonly Written[]])[] = []
  let seedCount = 1
  let variantCount = 1
  if (written.kind !== 'map') {
    problem(reading, written.place, 'must be a map like relays.count: [20, 50].')
    return NO_SWEEP
  }
  for (const [path, values] of written.entries) {
    const at = within(reading, path)
    if (path === 'seeds') {
      const count = SEED_COUNT.read(values, at)
      seedCount = count === WRONG ? 1 : count
    } else if (values.kind !== 'list' || values.items.length === 0) {
      problem(at, values.place, `must be a list of values, not ${shown(values)}.`)
    } else if (HEAD_KEYS.includes(path.split('.')[0] ?? '')) {
      problem(at, values.place, 'is the same for all variants.')
    } else {
      settings.push([path, values.items])
      variantCount *= values.items.length
    }
  }
  if (variantCount > VARIANTS_MAX) {
    const text = `makes ${String(variantCount)} variants; at most ${String(VARIANTS_MAX)} are run.`
    problem(reading, written.place, text)
  }
  return { seedCount, settings }
}

/** Every choice of one value for each path. */
function combinations(settings: Sweep['settings']): readonly Settings[] {
  let all: readonly Settings[] = [[]]
  for (const [path, values] of settings) {
    all = all.flatMap((chosen) => values.map((value) => [...chosen, [path, value] as const]))
  }
  return all
}

function readVariant(body: WrittenMap, settings: Settings, reading: Reading): Scenario {
  let set = body
  for (const [path, value] of settings) {
    set = withValue(set, path.split('.'), value, within(reading, path))
  }
  const scenario = SCENARIO.read(set, reading)
  throwAny(reading)
  for (const { path, text } of scenario === WRONG ? [] : misfits(scenario)) {
    problem({ ...reading, path }, placeOf(set, path), text)
  }
  throwAny(reading)
  return scenario as Scenario
}

/** Where a path is written; where the nearest thing around it is, if it is not. */
function placeOf(map: WrittenMap, path: string): Written['place'] {
  let at: Written = map
  for (const key of path.split('.')) {
    const inner: Written | undefined =
      at.kind === 'map'
        ? at.entries.get(key)
        : at.kind === 'list'
          ? at.items[Number(key)]
          : undefined
    if (inner === undefined) {
      break
    }
    at = inner
  }
  return at.place
}

function plainSettings(settings: Settings): ReadonlyMap<string, Json> {
  return new Map(settings.map(([path, value]) => [path, settingText(value)]))
}

function nameOf(settings: Settings): string {
  return settings.map(([path, value]) => `${path}=${String(settingText(value))}`).join(' ')
}

/** What a table's column says of it. */
function settingText(value: Written): string | number | boolean {
  return value.kind === 'value' ? (value.value ?? '') : shown(value)
}

/** A file's name without its folders and its ending. */
function nameOfFile(path: string): string {
  const last = path.split(/[/\\]/).at(-1) ?? path
  return last.replace(/[.](ya?ml|json)$/, '')
}
