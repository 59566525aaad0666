/**
 * What a relay that runs goes by, and how that changes without a restart.
 *
 * ```
 *   file changed --reload--> read whole --wrong--> all stays as it was, and what is wrong is told
 *                                `--right--> live options: hold at once; others: named, and hold from the next start on
 * ```
 */
import type { ConfigShowAnswer, ReloadAnswer } from '@sealpost/operator'
import { type InspectedConfig, parseConfig, type RelayConfig, requireConfig } from './config.ts'
import { optionAnswers } from './config-answer.ts'
import type { GatheredOption } from './gathered-options.ts'
import { OPTION_ROWS, type OptionValue } from './option-rows.ts'

export interface RunningConfigOptions {
  /** What the relay was started with. */
  readonly inspected: InspectedConfig
  /** Reads the same sources again. @throws ConfigError where the file cannot be read */
  readonly read: () => Promise<InspectedConfig>
}

/** What is told of each reload. */
export interface ReloadOutcome {
  readonly isValid: boolean
  /** Names of options that hold another value from now on. */
  readonly changed: readonly string[]
  /** As it is from now on. */
  readonly config: RelayConfig
}

export class RunningConfig {
  readonly #read: () => Promise<InspectedConfig>
  readonly #listeners: ((outcome: ReloadOutcome) => void)[] = []
  #options: ReadonlyMap<string, GatheredOption>
  #config: RelayConfig
  /** One reload at a time, in the order in which they were asked for. */
  #last: Promise<unknown> = Promise.resolve()

  constructor({ inspected, read }: RunningConfigOptions) {
    this.#read = read
    this.#options = inspected.options
    this.#config = requireConfig(inspected)
  }

  get config(): RelayConfig {
    return this.#config
  }

  /** What an option is now; undefined for what is no option. */
  valueOf(name: string): OptionValue | undefined {
    return this.#options.get(name)?.value
  }

  /** Calls back after each reload, whether or not it was valid; must not throw. */
  onReload(listener: (outcome: ReloadOutcome) => void): void {
    this.#listeners.push(listener)
  }

  /** What holds now, or would from a restart on. @throws ConfigError where a restart would be refused */
  async show(isNext: boolean): Promise<ConfigShowAnswer> {
    if (!isNext) {
      return { of: 'running', options: optionAnswers(this.#options) }
    }
    const next = await this.#read()
    requireConfig(next)
    return { of: 'next', options: optionAnswers(next.options) }
  }

  /** Takes what has changed since. @throws ConfigError that names everything that is wrong; then all stays as it was */
  reload(): Promise<ReloadAnswer> {
    const reloading = this.#last.then(() => this.#reload())
    this.#last = reloading.catch(ignore)
    return reloading
  }

  async #reload(): Promise<ReloadAnswer> {
    try {
      const next = await this.#read()
      requireConfig(next)
      return this.#take(next.options)
    } catch (error) {
      this.#tell({ isValid: false, changed: [], config: this.#config })
      throw error
    }
  }

  #take(next: ReadonlyMap<string, GatheredOption>): ReloadAnswer {
    const merged = new Map<string, GatheredOption>()
    const changed: string[] = []
    const needRestart: string[] = []
    for (const { name, isLive, fallback } of OPTION_ROWS) {
      const before = this.#options.get(name) ?? { value: fallback, source: 'default' }
      const after = next.get(name) ?? before
      merged.set(name, isLive ? after : before)
      if (!isSame(before, after)) {
        const names = isLive ? changed : needRestart
        names.push(name)
      }
    }
    const values = new Map([...merged].map(([name, { value }]) => [name, value]))
    const config = requireConfig({ ...parseConfig(values), options: merged })
    this.#options = merged
    this.#config = config
    this.#tell({ isValid: true, changed, config })
    return { changed, needRestart }
  }

  #tell(outcome: ReloadOutcome): void {
    for (const listener of this.#listeners) {
      listener(outcome)
    }
  }
}

function isSame(one: GatheredOption, other: GatheredOption): boolean {
  return JSON.stringify(one.value) === JSON.stringify(other.value)
}

function ignore(): void {
  // Who asked for it was told.
}
