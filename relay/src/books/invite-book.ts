import { join } from 'node:path'
import { inviteHash, type KnownInvites, type Random } from '@sealpost/core'
import type { Clock, Log } from '@sealpost/host'
import { type Caller, type InviteRow, Invites } from '@sealpost/operator'
import { INVITE_BYTES } from '@sealpost/protocol'
import { Turns } from './turns.ts'
import { readWhole, type WholeFile, writeWhole } from './whole-file.ts'

/** 1,024 invites with 256 claimants each, of 35 bytes. */
const FILE_BYTES_MAX = 16 * 1024 * 1024
const ID_DIGITS = 12

export interface InviteWorld {
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
}

/** Who may begin at this relay, in a file of the data directory that holds no invite, only hashes. */
export class InviteBook {
  readonly #file: WholeFile
  readonly #world: InviteWorld
  readonly #turns = new Turns()
  #invites: Invites
  #onChange: () => void = () => undefined

  private constructor(file: WholeFile, invites: Invites, world: InviteWorld) {
    this.#file = file
    this.#invites = invites
    this.#world = world
  }

  /** @param directory the data directory. @throws StorageError `SEALPOST_STORE_CORRUPT`, `SEALPOST_STORE_FAILED` */
  static async open(directory: string, world: InviteWorld): Promise<InviteBook> {
    const file = { path: join(directory, 'invites.json'), bytesMax: FILE_BYTES_MAX }
    const text = await readWhole(file)
    const invites = text === undefined ? new Invites() : Invites.parse(file.path, text)
    return new InviteBook(file, invites, world)
  }

  /** Tells whenever invites change. */
  watch(onChange: () => void): void {
    this.#onChange = onChange
  }

  /** Those that are not over. */
  get rows(): readonly InviteRow[] {
    return this.#invites.at(this.#world.clock.wallMs()).rows
  }

  /** For the machine. */
  get known(): KnownInvites {
    return new Map(
      this.rows.map(({ hash, usesMax, expiresAtMs, claimants }) => [
        hash,
        { usesMax, expiresAtMs, claimants: new Set(claimants) }
      ])
    )
  }

  /** @returns its row and the token, which nobody has but whoever gets it from here. @throws as `Invites.add`; StorageError */
  add(
    wish: { readonly usesMax: number; readonly lifeMs: number },
    caller: Caller
  ): Promise<{ readonly row: InviteRow; readonly token: Uint8Array }> {
    return this.#turns.take(async () => {
      const { clock, random } = this.#world
      const token = random.bytes(INVITE_BYTES)
      const hash = inviteHash(token)
      const createdAtMs = clock.wallMs()
      const row: InviteRow = {
        id: hash.slice(0, ID_DIGITS),
        hash,
        usesMax: wish.usesMax,
        claimants: [],
        by: caller.name,
        createdAtMs,
        expiresAtMs: createdAtMs + wish.lifeMs
      }
      await this.#keep(this.#invites.add(row))
      return { row, token }
    })
  }

  /** @throws OperatorError `SEALPOST_NOT_FOUND`; StorageError */
  remove(id: string): Promise<void> {
    return this.#turns.take(() => this.#keep(this.#invites.remove(id)))
  }

  /** Somebody was let in. It counts at once; where the disk does not take it, until the next start. */
  onUsed(hash: string, claimantHash: string): void {
    this.#hold(this.#invites.use(hash, claimantHash))
    void this.#turns
      .take(() => writeWhole(this.#file, this.#invites.toText()))
      .catch(() => {
        this.#world.log.warn('relay.invites.not-written')
      })
  }

  async #keep(invites: Invites): Promise<void> {
    await writeWhole(this.#file, invites.toText())
    // Somebody may have been let in while that was written.
    const used = this.#invites.rows
    this.#hold(
      used.reduce(
        (all, { hash, claimants }) => claimants.reduce((kept, one) => kept.use(hash, one), all),
        invites
      )
    )
  }

  #hold(invites: Invites): void {
    this.#invites = invites
    this.#onChange()
  }
}
