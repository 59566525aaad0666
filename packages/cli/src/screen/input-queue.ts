/** What happened and was not looked at yet: one side pushes, one reader takes in order. */

export class InputQueue<Item> implements AsyncIterable<Item> {
  readonly #items: Item[] = []
  readonly #onTaken: () => void
  #isEnded = false
  #wake: () => void = () => undefined

  /** @param onTaken Called when one was taken: whoever holds others back may go on. */
  constructor(onTaken: () => void = () => undefined) {
    this.#onTaken = onTaken
  }

  /** How many wait. */
  get length(): number {
    return this.#items.length
  }

  /** After the end, what is pushed is forgotten. */
  push(item: Item): void {
    if (!this.#isEnded) {
      this.#items.push(item)
      this.#wake()
    }
  }

  /** No more come; those that wait are still handed out. */
  end(): void {
    this.#isEnded = true
    this.#wake()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Item, void> {
    for (;;) {
      const [item] = this.#items.splice(0, 1)
      if (item !== undefined) {
        this.#onTaken()
        yield item
      } else if (this.#isEnded) {
        return
      } else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve
        })
      }
    }
  }
}
