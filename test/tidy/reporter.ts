import type { Runner, Suite, Test } from 'mocha'
import Mocha from 'mocha'

const { Base } = Mocha.reporters
const { EVENT_RUN_END, EVENT_SUITE_BEGIN, EVENT_SUITE_END, EVENT_TEST_FAIL, EVENT_TEST_PASS } =
  Mocha.Runner.constants

/** A test that takes longer than this is named, so that the fast depth stays fast. */
const NAMED_FROM_MS = 2_000

/** How long a finished run waits for what the tests left open before it says so and fails. */
const LEFT_OPEN_MS = 10_000

/**
 * Prints one line a suite, each failure in full, and closes with `N passed, N failed` alone on a
 * line, which is what a reader of a log looks for.
 */
class ClosingLineReporter extends Base {
  readonly #startedAtMs = performance.now()
  #passedInSuite = 0
  #failedInSuite = 0
  #suiteStartedAtMs = 0

  constructor(runner: Runner, options?: Mocha.MochaOptions) {
    super(runner, options)
    runner.on(EVENT_SUITE_BEGIN, (suite) => this.#begin(suite))
    runner.on(EVENT_SUITE_END, (suite) => this.#end(suite))
    runner.on(EVENT_TEST_PASS, (test) => this.#pass(test))
    runner.on(EVENT_TEST_FAIL, (test) => this.#fail(test))
    runner.once(EVENT_RUN_END, () => this.#close())
  }

  #begin(suite: Suite): void {
    if (suite.parent?.root !== true) return
    this.#passedInSuite = 0
    this.#failedInSuite = 0
    this.#suiteStartedAtMs = performance.now()
  }

  #end(suite: Suite): void {
    if (suite.parent?.root !== true) return
    const mark = this.#failedInSuite === 0 ? Base.symbols.ok : Base.symbols.err
    const tookMs = Math.round(performance.now() - this.#suiteStartedAtMs)
    const counts = `${this.#passedInSuite} of ${this.#passedInSuite + this.#failedInSuite}`
    Base.consoleLog(`  ${mark} ${suite.title} (${counts}, ${tookMs} ms)`)
  }

  #pass(test: Test): void {
    this.#passedInSuite++
    if ((test.duration ?? 0) < NAMED_FROM_MS) return
    Base.consoleLog(`      ${test.duration ?? 0} ms: ${test.fullTitle()}`)
  }

  #fail(test: Test): void {
    this.#failedInSuite++
    Base.consoleLog(`  ${Base.symbols.err} ${test.fullTitle()}`)
  }

  #close(): void {
    const { passes, failures, pending } = this.stats
    if (failures > 0) Base.list(this.failures)
    const tookS = ((performance.now() - this.#startedAtMs) / 1_000).toFixed(1)
    const skipped = pending > 0 ? `, ${pending} skipped` : ''
    Base.consoleLog(`\n${tookS} s`)
    Base.consoleLog(`${passes} passed, ${failures} failed${skipped}`)
    setTimeout(() => {
      const left = process.getActiveResourcesInfo().join(', ')
      Base.consoleLog(`The tests left something open that keeps the process alive: ${left}`)
      process.exit(1)
    }, LEFT_OPEN_MS).unref()
  }
}

export default ClosingLineReporter
