import assert from 'node:assert/strict'
import { LateSave } from '../src/state/late-save.ts'

/** What was kept, and what is to become of each save: it ends when a test says so. */
class Keeper {
  readonly asked: string[] = []
  readonly failures: unknown[] = []
  readonly #saves: PromiseWithResolvers<undefined>[] = []
  readonly late = new LateSave<string>(
    (value) => {
      this.asked.push(value)
      const save = Promise.withResolvers<undefined>()
      this.#saves.push(save)
      return save.promise
    },
    (error) => {
      this.failures.push(error)
    }
  )

  kept(): void {
    this.#saves.shift()?.resolve(undefined)
  }

  failed(): void {
    this.#saves.shift()?.reject(new RangeError('no room'))
  }
}

describe('what is kept a moment after it was written', () => {
  it('is kept once, as it is by then', async () => {
    const keeper = new Keeper()
    keeper.late.change('he')
    keeper.late.change('hello')
    const flushed = keeper.late.flush()
    keeper.kept()
    await flushed
    await keeper.late.flush()
    assert.deepEqual(keeper.asked, ['hello'])
  })

  it('is kept the next time where it could not be', async () => {
    const keeper = new Keeper()
    keeper.late.change('hello')
    const flushed = keeper.late.flush()
    keeper.failed()
    await assert.rejects(flushed, RangeError)
    const again = keeper.late.flush()
    keeper.kept()
    await again
    assert.deepEqual(keeper.asked, ['hello', 'hello'])
  })

  it('is the newest of what could not be kept', async () => {
    const keeper = new Keeper()
    keeper.late.change('he')
    const first = keeper.late.flush()
    keeper.late.change('hello')
    const second = keeper.late.flush()
    keeper.failed()
    keeper.failed()
    await assert.rejects(first, RangeError)
    await assert.rejects(second, RangeError)
    const again = keeper.late.flush()
    keeper.kept()
    await again
    assert.deepEqual(keeper.asked, ['he', 'hello', 'hello'])
  })

  it('is not there again once it is to be forgotten', async () => {
    const keeper = new Keeper()
    keeper.late.change('hello')
    const flushed = keeper.late.flush()
    keeper.late.forget()
    keeper.failed()
    await assert.rejects(flushed, RangeError)
    keeper.late.change('more')
    keeper.late.forget()
    await keeper.late.flush()
    assert.deepEqual(keeper.asked, ['hello'])
  })
})
