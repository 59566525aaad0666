/**
 * What a relay does about itself: finds what is not as usual, does about it what can be taken back, and tunes its rates.
 *
 * ```
 *   every 10 s: sample -> tuning ---------------------------.
 *   every 5 min: history -> findings -> actions -------------+-> another configuration for the relay, and a line in the log
 * ```
 */
import type { Log } from '@sealpost/host'
import {
  type Action,
  ActionBook,
  type ActionChange,
  type ActionOption,
  AnomalyWatch,
  type Finding,
  type FindingChange,
  OperatorError,
  type Sample,
  type SampleHistory,
  SelfTuning,
  type WatchAnswer
} from '@sealpost/operator'
import type { RelayConfig } from '../config/config.ts'
import { adjusted, optionOf } from './adjustments.ts'

const LOOK_MS = 300_000

export interface RemediesOptions {
  readonly log: Log
  readonly history: SampleHistory
  /** As the operator wrote it. */
  readonly config: () => RelayConfig
  /** Goes by another one from here on. */
  readonly reconfigure: (config: RelayConfig) => void
}

export class Remedies {
  readonly #options: RemediesOptions
  readonly #anomalies: AnomalyWatch
  readonly #actions = new ActionBook()
  readonly #tuning = new SelfTuning()
  #lookedAtMs = Number.NEGATIVE_INFINITY

  constructor(options: RemediesOptions) {
    this.#options = options
    this.#anomalies = new AnomalyWatch(options.history)
  }

  get answer(): WatchAnswer {
    return {
      actions: this.#options.config().watch.actions,
      findings: this.#anomalies.present,
      over: this.#anomalies.over,
      applied: this.#actions.present,
      undone: this.#actions.undone,
      tuned: this.#tuning.changes
    }
  }

  /** To be called with each sample, once the history has it. */
  look({ atMs, values }: Sample): void {
    this.#tune(atMs, values['commit-ms'], values['loop-lag-ms'])
    if (atMs - this.#lookedAtMs >= LOOK_MS) {
      this.#lookedAtMs = atMs
      this.#find(atMs)
    }
  }

  /** The operator changed the configuration, and the relay goes by it: what is adjusted goes on being so. */
  onConfig(): void {
    if (this.#tuning.overrides.size > 0 || this.#actions.overrides.size > 0) {
      this.#adjust()
    }
  }

  /** @throws OperatorError `SEALPOST_NOT_THERE` where nothing can be done about this finding */
  apply(id: number, atMs: number): Action {
    const finding = this.#anomalies.present.find((present) => present.id === id)
    const change = finding && this.#actions.apply(finding, 'hand', this.#current, atMs)
    if (change === undefined) {
      const why = `There is nothing to be done about ${String(id)}: no such finding, or no action that is not done already.`
      throw new OperatorError('SEALPOST_NOT_THERE', why)
    }
    this.#tell(change)
    return change.action
  }

  /** @throws OperatorError `SEALPOST_NOT_THERE` */
  undo(id: number, atMs: number): Action {
    const change = this.#actions.undo(id, 'by-hand', atMs)
    if (change === undefined) {
      throw new OperatorError('SEALPOST_NOT_THERE', `Nothing was done about ${String(id)}.`)
    }
    this.#tell(change)
    return change.action
  }

  readonly #current = (option: ActionOption): number => {
    return optionOf(adjusted(this.#options.config(), this.#tuning.overrides), option)
  }

  #tune(atMs: number, commitMs: number | undefined, lagMs: number | undefined): void {
    const { config, log } = this.#options
    const changes = this.#tuning.look(
      { commitMs, lagMs },
      (option) => optionOf(config(), option),
      config().watch.tuningPins,
      atMs
    )
    for (const { option, from, to, why } of changes) {
      log.info('relay.tuned', { option, from, to, why })
    }
    if (changes.length > 0) {
      this.#adjust()
    }
  }

  #find(atMs: number): void {
    for (const { type, finding } of this.#anomalies.look(atMs)) {
      this.#log({ type, finding })
      if (type === 'found' && this.#options.config().watch.actions === 'by-itself') {
        const change = this.#actions.apply(finding, 'itself', this.#current, atMs)
        if (change !== undefined) {
          this.#tell(change)
        }
      }
    }
    const { history } = this.#options
    const level = (series: Finding['series']): number | undefined => history.latest(series)
    for (const change of this.#actions.look(this.#anomalies.present, level, atMs)) {
      this.#tell(change)
    }
  }

  #log({ type, finding }: FindingChange): void {
    const { id, kind, sentence, series, value, usual, causes } = finding
    if (type === 'found') {
      const fields = { id, kind, series, value, usual, sentence, cause: causes[0] }
      this.#options.log.warn('relay.finding.found', fields)
    } else {
      this.#options.log.info('relay.finding.over', { id, kind })
    }
  }

  #tell({ type, action }: ActionChange): void {
    const { id, option, from, to, by, sentence, undoneWhy } = action
    if (type === 'applied') {
      this.#options.log.warn('relay.action.applied', { id, option, from, to, by, sentence })
    } else {
      this.#options.log.warn('relay.action.undone', { id, option, why: undoneWhy })
    }
    this.#adjust()
  }

  #adjust(): void {
    const { config, reconfigure } = this.#options
    reconfigure(adjusted(config(), this.#tuning.overrides, this.#actions.overrides))
  }
}
