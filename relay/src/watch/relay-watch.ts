/**
 * Watches a relay: measures, remembers, and tells whoever runs it before it hurts. What is decided is in the package `operator`.
 *
 * ```
 *   every 10 s: sample -> history -> alarms -> who is told
 *   every 10 min, after each change of an alarm, and at the end: files in DIR/watch
 * ```
 */
import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Clock, Log } from '@sealpost/host'
import {
  AlarmBook,
  type AlarmChange,
  type AlarmsAnswer,
  HISTORY_TEXT_MAX,
  type HistoryAnswer,
  type HistorySpan,
  historyView,
  jsonObject,
  ruleText,
  SampleHistory,
  type SeriesValues
} from '@sealpost/operator'
import { readWhole, type WholeFile, writeWhole } from '../books/whole-file.ts'
import type { RelayConfig } from '../config/config.ts'
import { AlarmChannels } from './alarm-channels.ts'
import { Reports } from './reports.ts'
import { Remedies } from './remedies.ts'
import { Sampler, type SamplerOptions } from './sampler.ts'
import type { WatchConfig } from './watch-config.ts'

const SAMPLE_MS = 10_000
const KEEP_MS = 600_000
const ALARMS_TEXT_MAX = 1024 * 1024

export interface RelayWatchOptions extends SamplerOptions {
  readonly clock: Clock
  readonly log: Log
  readonly config: WatchConfig
  /** As the operator wrote it. */
  readonly relayConfig: () => RelayConfig
  /** The relay goes by another one for a while. */
  readonly adjust: (config: RelayConfig) => void
  /** The folder of what is remembered. */
  readonly path: string
  /** The line to give to people. */
  readonly address: () => string
}

/** Opened once the relay runs, closed before it ends. */
export class RelayWatch {
  readonly #options: RelayWatchOptions
  readonly #sampler: Sampler
  readonly #history: SampleHistory
  readonly #alarms: AlarmBook
  /** What is found, and done about it. */
  readonly remedies: Remedies
  readonly reports: Reports
  #channels: AlarmChannels
  #config: WatchConfig
  readonly #historyFile: KeptText
  readonly #alarmsFile: KeptText
  #latest: SeriesValues = {}
  #cancelTimer: (() => void) | undefined
  #keptAtMs: number

  private constructor(options: RelayWatchOptions, history: SampleHistory, alarms: AlarmBook) {
    const { log, config } = options
    this.#options = options
    this.#sampler = new Sampler(options)
    this.#history = history
    this.#alarms = alarms
    const { relayConfig, adjust } = options
    this.reports = new Reports({
      log,
      history,
      alarms: () => [...alarms.present, ...alarms.history],
      connectionsMax: () => relayConfig().relay.connectionsMax,
      folder: join(options.path, 'reports')
    })
    this.remedies = new Remedies({ log, history, config: relayConfig, reconfigure: adjust })
    this.#config = config
    this.#channels = channelsOf(options, config)
    this.#historyFile = new KeptText(historyFile(options), log)
    this.#alarmsFile = new KeptText(alarmsFile(options), log)
    this.#keptAtMs = this.#sampler.nowMs()
  }

  /** Goes on from what is remembered; what cannot be read is begun anew, with a line in the log. */
  static async open(options: RelayWatchOptions): Promise<RelayWatch> {
    const history = await restored(options, historyFile(options), (text) =>
      SampleHistory.parse(text)
    )
    const { alarmRules, alarmEscalateMinutes } = options.config
    const alarmEscalateMs = alarmEscalateMinutes * 60_000
    const book = await restored(options, alarmsFile(options), (text) => {
      const alarms = new AlarmBook(alarmRules, alarmEscalateMs)
      return alarms.restore(jsonObject(text)) ? alarms : undefined
    })
    const watch = new RelayWatch(
      options,
      history ?? new SampleHistory(),
      book ?? new AlarmBook(alarmRules, alarmEscalateMs)
    )
    watch.#plan()
    return watch
  }

  /** Milliseconds since 1970, as samples have them. */
  nowMs(): number {
    return this.#sampler.nowMs()
  }

  alarms(): AlarmsAnswer {
    return {
      present: this.#alarms.present,
      history: this.#alarms.history,
      rules: this.#config.alarmRules.map((rule) => ({
        name: rule.name,
        test: ruleText(rule)
      })),
      channels: this.#channels.state
    }
  }

  /** What was measured last. */
  get latest(): SeriesValues {
    return this.#latest
  }

  historyOf(span: HistorySpan): HistoryAnswer {
    return historyView(this.#history, span, this.nowMs())
  }

  testAlarms(): ReturnType<AlarmChannels['test']> {
    return this.#channels.test(this.#options.clock.wallMs())
  }

  /** @returns false for an alarm that is not present */
  answerAlarm(id: number): boolean {
    const isPresent = this.#alarms.answer(id, this.#sampler.nowMs())
    this.#keepAlarms()
    return isPresent
  }

  /** The operator changed how it is watched. What one who is told no more was still to be told is dropped. */
  reconfigure(config: WatchConfig): void {
    this.#alarms.setRules(config.alarmRules, config.alarmEscalateMinutes * 60_000)
    if (JSON.stringify(config) !== JSON.stringify(this.#config)) {
      this.#config = config
      this.#channels.close()
      this.#channels = channelsOf(this.#options, config)
    }
    this.remedies.onConfig()
  }

  /** Tells nobody any more, and keeps what is remembered. */
  async close(): Promise<void> {
    this.#cancelTimer?.()
    this.#sampler.close()
    this.#channels.close()
    this.#keep()
    const written = [this.#historyFile, this.#alarmsFile, this.reports].map((each) =>
      each.written()
    )
    await Promise.all(written)
  }

  #plan(): void {
    this.#cancelTimer = this.#options.clock.setTimer(SAMPLE_MS, () => {
      this.#look()
      this.#plan()
    })
  }

  #look(): void {
    const sample = this.#sampler.sample()
    this.#history.add(sample)
    this.#latest = sample.values
    this.#tell(this.#alarms.look(this.#history, sample.atMs))
    this.remedies.look(sample)
    this.reports.look(sample.atMs)
    if (sample.atMs - this.#keptAtMs >= KEEP_MS) {
      this.#keptAtMs = sample.atMs
      this.#keep()
    }
  }

  #tell(changes: readonly AlarmChange[]): void {
    for (const change of changes) {
      this.#channels.tell(change)
    }
    if (changes.length > 0) {
      this.#keepAlarms()
    }
  }

  #keep(): void {
    this.#historyFile.write(this.#history.toText())
    this.#keepAlarms()
  }

  #keepAlarms(): void {
    this.#alarmsFile.write(JSON.stringify(this.#alarms.toJson()))
  }
}

function channelsOf(
  { clock, log, address }: RelayWatchOptions,
  { alarmWebhook, alarmCommand }: WatchConfig
): AlarmChannels {
  return new AlarmChannels({
    clock,
    log,
    relay: address,
    webhook: alarmWebhook,
    command: alarmCommand
  })
}

function historyFile({ path }: RelayWatchOptions): WholeFile {
  return { path: join(path, 'history.json'), bytesMax: HISTORY_TEXT_MAX }
}

function alarmsFile({ path }: RelayWatchOptions): WholeFile {
  return { path: join(path, 'alarms.json'), bytesMax: ALARMS_TEXT_MAX }
}

async function restored<Value>(
  { log }: RelayWatchOptions,
  file: WholeFile,
  parse: (text: string) => Value | undefined
): Promise<Value | undefined> {
  try {
    const text = await readWhole(file)
    const value = text === undefined ? undefined : parse(text)
    if (text !== undefined && value === undefined) {
      log.warn('relay.watch.begun-anew')
    }
    return value
  } catch {
    log.warn('relay.watch.begun-anew')
    return undefined
  }
}

/** A file that is written one text after the other; of those that wait only the latest. */
class KeptText {
  readonly #file: WholeFile
  readonly #log: Log
  #waiting: string | undefined
  #writing: Promise<void> | undefined

  constructor(file: WholeFile, log: Log) {
    this.#file = file
    this.#log = log
  }

  write(text: string): void {
    this.#waiting = text
    this.#writing ??= this.#writeAll()
  }

  async written(): Promise<void> {
    await this.#writing
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting !== undefined) {
      const text = this.#waiting
      this.#waiting = undefined
      try {
        await mkdir(dirname(this.#file.path), { recursive: true, mode: 0o700 })
        await writeWhole(this.#file, text)
      } catch {
        // A disk that is full or broken is told by the store; the next text is tried again.
        this.#log.warn('relay.watch.not-kept')
      }
    }
    this.#writing = undefined
  }
}
