/** Bugs that are planted in copies of the machines, and the hunt among the copies. */
import assert from 'node:assert/strict'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { drawPlan, PlanSize } from '../../src/hunt/draw-plan.ts'
import type { playPlan } from '../../src/hunt/play-plan.ts'
import type { playWhole } from '../../src/hunt/whole/play-whole.ts'

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url))

export interface PlantedBug {
  readonly name: string
  /** Below `packages`. */
  readonly file: string
  /** There once, and what is there instead. */
  readonly before: string
  readonly after: string
}

interface Copy {
  readonly drawPlan: typeof drawPlan
  readonly playPlan: typeof playPlan
  readonly playWhole: typeof playWhole
  readonly SHORT: PlanSize
  readonly WHOLE: PlanSize
}

/** @returns the first seed, of 1 to `seedsMax`, that finds it, and the promise that it breaks. */
export async function seedThatFinds(
  { file, before, after }: PlantedBug,
  seedsMax: number,
  depth: 'machines' | 'whole' = 'machines'
): Promise<{ readonly seed: number; readonly check: string } | undefined> {
  const copy = mkdtempSync(join(tmpdir(), 'planted-'))
  try {
    copyPackages(copy)
    const path = join(copy, 'packages', file)
    const source = readFileSync(path, 'utf8')
    assert.equal(source.split(before).length, 2, `${file} has it once`)
    writeFileSync(path, source.replace(before, after))
    const hunt = join(copy, 'packages/simulator/src/hunt')
    const { drawPlan, playPlan, playWhole, SHORT, WHOLE } = {
      ...(await import(pathToFileURL(join(hunt, 'draw-plan.ts')).href)),
      ...(await import(pathToFileURL(join(hunt, 'play-plan.ts')).href)),
      ...(await import(pathToFileURL(join(hunt, 'whole/play-whole.ts')).href))
    } as Copy
    for (let seed = 1; seed <= seedsMax; seed++) {
      const [breach] =
        depth === 'whole'
          ? (await playWhole(drawPlan(seed, WHOLE))).breaches
          : playPlan(drawPlan(seed, SHORT)).breaches
      if (breach !== undefined) {
        return { seed, check: breach.check }
      }
    }
    return undefined
  } finally {
    rmSync(copy, { recursive: true })
  }
}

const COPIED = ['core', 'host', 'client', 'simulator']

/** What is hunted, as it is; what else that imports is where it is. */
function copyPackages(copy: string): void {
  for (const name of COPIED) {
    cpSync(join(ROOT, 'packages', name, 'src'), join(copy, 'packages', name, 'src'), {
      recursive: true
    })
    cpSync(
      join(ROOT, 'packages', name, 'package.json'),
      join(copy, 'packages', name, 'package.json')
    )
  }
  const scope = '@sealpost'
  mkdirSync(join(copy, 'node_modules', scope), { recursive: true })
  for (const name of readdirSync(join(ROOT, 'node_modules')).filter((one) => one !== scope)) {
    symlinkSync(join(ROOT, 'node_modules', name), join(copy, 'node_modules', name))
  }
  for (const name of readdirSync(join(ROOT, 'node_modules', scope))) {
    const at = COPIED.includes(name) ? copy : ROOT
    symlinkSync(join(at, 'packages', name), join(copy, 'node_modules', scope, name))
  }
}
