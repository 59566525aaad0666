import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

/** A node of the call tree, as V8 writes it. */
interface ProfileNode {
  readonly id: number
  readonly callFrame: {
    readonly functionName: string
    readonly url: string
    readonly lineNumber: number
  }
  readonly children?: readonly number[]
}

interface Profile {
  readonly nodes: readonly ProfileNode[]
  readonly samples: readonly number[]
  /** Microseconds since the sample before. */
  readonly timeDeltas: readonly number[]
}

/**
 * Time that the thread spent in a function, or in all of a package: not in what it called, unless that is Node's own code or a
 * native one, which belongs to nobody else.
 */
export interface SelfTime {
  readonly name: string
  readonly us: number
}

/** Where the thread that runs JavaScript was. */
export interface ProfileSummary {
  /** Without the time in which it waited. */
  readonly busyUs: number
  /** By package, the largest first. */
  readonly packages: readonly SelfTime[]
  /** By function, the largest first. */
  readonly functions: readonly SelfTime[]
}

/** A summary for one operation, of what the operating system charged the thread with. */
export interface ProfileOfOperation {
  readonly name: string
  /** Microseconds of CPU an operation, as the operating system counts them for this thread. */
  readonly mainThreadUs: number
  /** Of these, by the samples. */
  readonly packages: readonly SelfTime[]
  readonly functions: readonly SelfTime[]
}

const TOLD_PACKAGES = 20
const TOLD_FUNCTIONS = 24

/**
 * Shares out what the thread used. Samples are taken by the clock, and a thread that has to wait for a core is sampled too: the
 * samples say the shares, the operating system the sum.
 */
export function profileOfOperation(
  name: string,
  summary: ProfileSummary,
  mainThreadUs: number
): ProfileOfOperation {
  const scaled = (times: readonly SelfTime[], count: number): readonly SelfTime[] =>
    times.slice(0, count).map((time) => ({
      name: time.name,
      us: (time.us / summary.busyUs) * mainThreadUs
    }))
  return {
    name,
    mainThreadUs,
    packages: scaled(summary.packages, TOLD_PACKAGES),
    functions: scaled(summary.functions, TOLD_FUNCTIONS)
  }
}

const WAITING = new Set(['(idle)', '(root)'])
/** What samples the process is no part of what is measured. */
const METER = '/process-meter.mjs'

/** Reads a profile and sums it up. */
export async function summariseProfile(path: string): Promise<ProfileSummary> {
  const profile = JSON.parse(await readFile(path, 'utf8')) as Profile
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]))
  const owners = ownersOf(profile.nodes, nodes)
  const packages = new Map<string, number>()
  const functions = new Map<string, number>()
  let busyUs = 0
  profile.samples.forEach((id, at) => {
    const node = nodes.get(id)
    const us = profile.timeDeltas[at] ?? 0
    const owner = owners.get(id) ?? node
    if (
      node === undefined ||
      owner === undefined ||
      WAITING.has(node.callFrame.functionName) ||
      owner.callFrame.url.endsWith(METER) ||
      us <= 0
    ) {
      return
    }
    busyUs += us
    add(packages, packageOf(owner.callFrame), us)
    add(functions, owner === node ? nameOf(node) : `${nameOf(owner)} > ${nameOf(node)}`, us)
  })
  return { busyUs, packages: sorted(packages), functions: sorted(functions) }
}

/** For each node the nearest one above it, or itself, that is code of a package. */
function ownersOf(
  all: readonly ProfileNode[],
  nodes: ReadonlyMap<number, ProfileNode>
): ReadonlyMap<number, ProfileNode> {
  const owners = new Map<number, ProfileNode>()
  // Parents come before their children.
  for (const node of all) {
    const owner = isOfPackage(node) ? node : owners.get(node.id)
    if (owner !== undefined) {
      owners.set(node.id, owner)
    }
    for (const child of node.children ?? []) {
      const below = nodes.get(child)
      if (below !== undefined && owner !== undefined && !isOfPackage(below)) {
        owners.set(child, owner)
      }
    }
  }
  return owners
}

function isOfPackage({ callFrame }: ProfileNode): boolean {
  const { url, functionName } = callFrame
  return url.startsWith('file:') || functionName === '(garbage collector)'
}

function add(sums: Map<string, number>, name: string, us: number): void {
  sums.set(name, (sums.get(name) ?? 0) + us)
}

function sorted(sums: ReadonlyMap<string, number>): readonly SelfTime[] {
  return [...sums].map(([name, us]) => ({ name, us })).sort((a, b) => b.us - a.us)
}

/** `@sealpost/core`, `ws`; for what belongs to no package, V8's own word. */
function packageOf(frame: ProfileNode['callFrame']): string {
  const { functionName } = frame
  const file = fileOf(frame)
  const library = /\/node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*\/node_modules\/)/.exec(file)?.[1]
  const own = /(?:^|\/)(packages\/[^/]+|relay)\/src\//.exec(file)?.[1]
  if (own !== undefined) {
    return own.replace('packages/', '@sealpost/')
  }
  if (library !== undefined) {
    return library
  }
  return functionName.startsWith('(') ? functionName : 'Node itself'
}

function nameOf({ callFrame }: ProfileNode): string {
  const { functionName } = callFrame
  const file = fileOf(callFrame).split('/').slice(-2).join('/')
  // V8 names a native function after whatever symbol lies before it.
  const isNative = file === '' && (functionName === '' || functionName.includes('::'))
  const name = isNative ? 'native code' : functionName === '' ? '(anonymous)' : functionName
  return file === '' ? name : `${name} (${file})`
}

/** The file of a function; of a built one, the source it was built from. */
function fileOf({ url, lineNumber }: ProfileNode['callFrame']): string {
  return /\/sealpost(?:-relay)?\/dist\/[^/]+\.js$/.test(url)
    ? (builtFrom(url).findLast(({ line }) => line <= lineNumber)?.file ?? url)
    : url
}

interface Stretch {
  readonly line: number
  readonly file: string
}

const stretches = new Map<string, readonly Stretch[]>()

/** Which lines of a built file come from which source: the bundler names each above its code. */
function builtFrom(url: string): readonly Stretch[] {
  let known = stretches.get(url)
  if (known === undefined) {
    known = readFileSync(fileURLToPath(url), 'utf8')
      .split('\n')
      .flatMap((text, line) => {
        const file = /^\/\/ ((?:packages\/|relay\/).+\.ts)$/.exec(text)?.[1]
        return file === undefined ? [] : [{ line, file }]
      })
    stretches.set(url, known)
  }
  return known
}
