/** Tasks that read and write the same thing: each begins when the one before has ended, however that did. */
export class OneAtATime {
  #tail: Promise<unknown> = Promise.resolve()

  run<Result>(task: () => Promise<Result>): Promise<Result> {
    const result = this.#tail.then(task, task)
    this.#tail = result.catch(() => undefined)
    return result
  }
}
