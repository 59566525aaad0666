/**
 * Answers reads in the order asked, each with the state that every earlier input left.
 *
 * What is asked in one turn goes to the store as one `getMany`. While `GROUPS_MAX` such groups are under way, what is asked
 * waits for the next: the busier the store, the larger the groups and the cheaper each key.
 *
 * ```
 *   ask --> gathering --(end of turn)--> under way --(store answered, all earlier ones too)--> overlay --> answer
 * ```
 */
import type { RangeQuery, Row, RowKey } from '@sealpost/core'
import type { Overlay, StoredRange } from './overlay.ts'
import type { Store } from './ports.ts'

/** One is answered while another is on the disk; more would make the groups smaller and each key dearer. */
const GROUPS_MAX = 2

/** What is asked: rows by key, and a range of rows if wanted. */
export interface Question {
  readonly keys: readonly RowKey[]
  readonly range?: RangeQuery | undefined
}

/** What the rows are at the moment of the answer. */
export interface Answer {
  /** One for each key, in order; undefined where there is no such row. */
  readonly values: readonly (Uint8Array | undefined)[]
  /** The rows of the range; empty where none was asked for. */
  readonly rows: readonly Row[]
  /** Whether nothing of the range lies beyond `rows`. */
  readonly isEnd: boolean
}

const NO_RANGE: StoredRange = { rows: [], isEnd: true }

class Group<Asked extends Question> {
  readonly questions: Asked[] = []
  /** Values of all keys of all questions, as of some moment since the group began. */
  values: (Uint8Array | undefined)[] = []
  /** One for each question. */
  readonly ranges: StoredRange[] = []
  isRead = false
  answeredCount = 0
  answeredKeyCount = 0
}

/** What a queue reads from, and whom it tells. */
export interface ReadQueueOptions<Asked extends Question> {
  readonly store: Store
  readonly overlay: Overlay
  readonly onAnswer: (question: Asked, answer: Answer) => void
  readonly onFailure: (error: unknown) => void
}

/** One for each life of a machine; `onAnswer` is called synchronously, one question at a time. */
export class ReadQueue<Asked extends Question> {
  readonly #store: Store
  readonly #overlay: Overlay
  readonly #onAnswer: (question: Asked, answer: Answer) => void
  readonly #onFailure: (error: unknown) => void
  #gathering = new Group<Asked>()
  #underWay: Group<Asked>[] = []
  #isStartPlanned = false
  #isStopped = false
  #startedCount = 0
  #answeredCount = 0

  constructor(options: ReadQueueOptions<Asked>) {
    this.#store = options.store
    this.#overlay = options.overlay
    this.#onAnswer = options.onAnswer
    this.#onFailure = options.onFailure
  }

  /** The number of the last group that began. */
  get lastStarted(): number {
    return this.#startedCount
  }

  /** The number of the last group that was answered. */
  get lastAnswered(): number {
    return this.#answeredCount
  }

  /** Questions that are not answered yet. */
  get waitingCount(): number {
    let count = this.#gathering.questions.length
    for (const group of this.#underWay) {
      count += group.questions.length - group.answeredCount
    }
    return count
  }

  ask(question: Asked): void {
    this.#gathering.questions.push(question)
    this.#planStart()
  }

  /** Answers nothing any more; gives what is left unanswered, in the order asked. */
  stop(): readonly Asked[] {
    this.#isStopped = true
    const left = [...this.#underWay, this.#gathering].flatMap((group) =>
      group.questions.slice(group.answeredCount)
    )
    this.#underWay = []
    this.#gathering = new Group()
    return left
  }

  #planStart(): void {
    if (this.#isStartPlanned || this.#underWay.length >= GROUPS_MAX) {
      return
    }
    this.#isStartPlanned = true
    void Promise.resolve().then(() => {
      this.#isStartPlanned = false
      this.#start()
    })
  }

  #start(): void {
    const group = this.#gathering
    if (group.questions.length === 0) {
      return
    }
    this.#gathering = new Group()
    this.#underWay.push(group)
    this.#startedCount++
    const missing: number[] = []
    const keys: RowKey[] = []
    for (const question of group.questions) {
      for (const key of question.keys) {
        const mutation = this.#overlay.get(key)
        if (mutation === undefined) {
          missing.push(group.values.length)
          keys.push(key)
        }
        group.values.push(mutation?.type === 'write' ? mutation.value : undefined)
      }
    }
    if (keys.length === 0 && group.questions.every((question) => question.range === undefined)) {
      group.ranges.push(...group.questions.map(() => NO_RANGE))
      this.#read(group)
      return
    }
    this.#fetch(group, keys, missing).then(
      () => {
        this.#read(group)
      },
      (error: unknown) => {
        this.#fail(error)
      }
    )
  }

  async #fetch(group: Group<Asked>, keys: RowKey[], missing: number[]): Promise<void> {
    const [values, ranges] = await Promise.all([
      keys.length === 0 ? [] : this.#store.getMany(keys),
      Promise.all(group.questions.map(({ range }) => this.#fetchRange(range)))
    ])
    for (const [at, index] of missing.entries()) {
      group.values[index] = values[at]
    }
    group.ranges.push(...ranges)
  }

  /** Asks for one row more than wanted, which says whether the range ends, and for as many more as are erased. */
  async #fetchRange(range: RangeQuery | undefined): Promise<StoredRange> {
    if (range === undefined) {
      return NO_RANGE
    }
    const limit = range.limit + 1 + this.#overlay.countErased(range)
    const rows = await this.#store.getRange({ ...range, limit })
    return { rows, isEnd: rows.length < limit }
  }

  /** Goes on where a range stopped. */
  async #extend(group: Group<Asked>, at: number, range: RangeQuery): Promise<void> {
    const stored = group.ranges[at] ?? NO_RANGE
    const last = stored.rows.at(-1)?.key ?? ''
    const rest =
      range.isReversed === true ? { ...range, to: last } : { ...range, from: `${last}\0` }
    const more = await this.#fetchRange(rest)
    group.ranges[at] = { rows: [...stored.rows, ...more.rows], isEnd: more.isEnd }
  }

  #read(group: Group<Asked>): void {
    group.isRead = true
    for (;;) {
      const first = this.#underWay[0]
      if (this.#isStopped || first?.isRead !== true || !this.#answerAll(first)) {
        break
      }
      this.#underWay.shift()
      this.#answeredCount++
      this.#overlay.release(this.#answeredCount)
    }
    if (this.#gathering.questions.length > 0) {
      this.#planStart()
    }
  }

  /** @returns whether all of the group is answered; otherwise it waits for the store again. */
  #answerAll(group: Group<Asked>): boolean {
    for (;;) {
      const at = group.answeredCount
      const question = group.questions[at]
      if (this.#isStopped || question === undefined) {
        return !this.#isStopped
      }
      const { range } = question
      const stored = group.ranges[at] ?? NO_RANGE
      const merged = range === undefined ? stored : this.#overlay.merge(range, stored)
      if (range !== undefined && merged === undefined) {
        group.isRead = false
        this.#extend(group, at, range).then(
          () => {
            this.#read(group)
          },
          (error: unknown) => {
            this.#fail(error)
          }
        )
        return false
      }
      const values = this.#valuesOf(group, question)
      group.answeredCount++
      group.answeredKeyCount += question.keys.length
      this.#onAnswer(question, { values, ...(merged ?? NO_RANGE) })
    }
  }

  #valuesOf(group: Group<Asked>, question: Asked): readonly (Uint8Array | undefined)[] {
    return question.keys.map((key, index) => {
      const mutation = this.#overlay.get(key)
      if (mutation === undefined) {
        return group.values[group.answeredKeyCount + index]
      }
      return mutation.type === 'write' ? mutation.value : undefined
    })
  }

  #fail(error: unknown): void {
    if (!this.#isStopped) {
      this.#onFailure(error)
    }
  }
}
