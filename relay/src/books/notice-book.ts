import { join } from 'node:path'
import type { Random } from '@sealpost/core'
import type { Clock } from '@sealpost/host'
import { type Caller, type NoticeRow, Notices } from '@sealpost/operator'
import { bytesToHex, OPERATOR_NOTICE_ID_BYTES } from '@sealpost/protocol'
import { Turns } from './turns.ts'
import { readWhole, type WholeFile, writeWhole } from './whole-file.ts'

const FILE_BYTES_MAX = 16 * 1024

export interface NoticeWorld {
  readonly clock: Clock
  readonly random: Random
}

/** What a notice is to be. */
export interface NoticeWish extends Pick<NoticeRow, 'text' | 'language'> {
  readonly lifeMs: number
}

/** What the operator says to the people of this relay, in a file of the data directory. */
export class NoticeBook {
  readonly #file: WholeFile
  readonly #world: NoticeWorld
  readonly #turns = new Turns()
  #notices: Notices
  #onChange: () => void = () => undefined

  private constructor(file: WholeFile, notices: Notices, world: NoticeWorld) {
    this.#file = file
    this.#notices = notices
    this.#world = world
  }

  /** @param directory the data directory. @throws StorageError `SEALPOST_STORE_CORRUPT`, `SEALPOST_STORE_FAILED` */
  static async open(directory: string, world: NoticeWorld): Promise<NoticeBook> {
    const file = { path: join(directory, 'notices.json'), bytesMax: FILE_BYTES_MAX }
    const text = await readWhole(file)
    const notices = text === undefined ? new Notices() : Notices.parse(file.path, text)
    return new NoticeBook(file, notices, world)
  }

  /** Tells whenever somebody added or removed one. One that ends is not told: whoever has it knows when it does. */
  watch(onChange: () => void): void {
    this.#onChange = onChange
  }

  /** Those that are not over. */
  get rows(): readonly NoticeRow[] {
    return this.#notices.at(this.#world.clock.wallMs()).rows
  }

  /** @throws as `Notices.add`; StorageError */
  add({ text, language, lifeMs }: NoticeWish, caller: Caller): Promise<NoticeRow> {
    return this.#turns.take(async () => {
      const { clock, random } = this.#world
      const createdAtMs = clock.wallMs()
      const row: NoticeRow = {
        id: bytesToHex(random.bytes(OPERATOR_NOTICE_ID_BYTES)),
        language,
        text,
        by: caller.name,
        createdAtMs,
        endsAtMs: createdAtMs + lifeMs
      }
      await this.#keep(this.#notices.add(row))
      return row
    })
  }

  /** @throws OperatorError `SEALPOST_NOT_FOUND`, also for one that is over; StorageError */
  remove(id: string): Promise<void> {
    return this.#turns.take(() =>
      this.#keep(this.#notices.at(this.#world.clock.wallMs()).remove(id))
    )
  }

  async #keep(notices: Notices): Promise<void> {
    await writeWhole(this.#file, notices.toText())
    this.#notices = notices
    this.#onChange()
  }
}
