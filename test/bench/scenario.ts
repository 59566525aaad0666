import type { Apps } from './apps.ts'
import type { Depth } from './depth.ts'
import type { Figure } from './figures.ts'
import type { ProfileOfOperation } from './cpu-profile.ts'

/** What a scenario has to work with. */
export interface Bench {
  readonly depth: Depth
  /** The names that were asked for. */
  readonly wanted: ReadonlySet<string>
  readonly apps: Apps
  /** A directory on the disk that is measured, for this run alone. */
  readonly directory: string
  /** Tells whoever waits how far it is. */
  readonly say: (text: string) => void
}

/** What a scenario found. */
export interface Findings {
  readonly figures: readonly Figure[]
  readonly profiles?: readonly ProfileOfOperation[]
  /** What a reader must know of how it was measured. */
  readonly remarks?: readonly string[]
}

/** Measures one thing, or several that share their set-up. */
export interface Scenario {
  /** By which it is asked for, each with a sentence. */
  readonly names: Readonly<Record<string, string>>
  readonly run: (bench: Bench) => Promise<Findings>
}
