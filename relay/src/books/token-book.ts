import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { type Caller, type Role, type TokenRow, Tokens } from '@sealpost/operator'
import type { Clock } from '@sealpost/host'
import type { Random } from '@sealpost/core'
import { Turns } from './turns.ts'
import { readWhole, type WholeFile, writeWhole } from './whole-file.ts'

const TOKEN_BYTES = 32
const FILE_BYTES_MAX = 64 * 1024

/** Who may ask on the loopback port, in a file of the data directory that holds no token, only hashes. */
export class TokenBook {
  readonly #file: WholeFile
  readonly #clock: Clock
  readonly #random: Random
  readonly #turns = new Turns()
  #tokens: Tokens

  private constructor(
    file: WholeFile,
    tokens: Tokens,
    { clock, random }: { readonly clock: Clock; readonly random: Random }
  ) {
    this.#file = file
    this.#tokens = tokens
    this.#clock = clock
    this.#random = random
  }

  /** @param directory the data directory. @throws StorageError `SEALPOST_STORE_CORRUPT`, `SEALPOST_STORE_FAILED` */
  static async open(
    directory: string,
    world: { readonly clock: Clock; readonly random: Random }
  ): Promise<TokenBook> {
    const file = { path: join(directory, 'tokens.json'), bytesMax: FILE_BYTES_MAX }
    const text = await readWhole(file)
    return new TokenBook(
      file,
      text === undefined ? new Tokens() : Tokens.parse(file.path, text),
      world
    )
  }

  /** Those whose time is not over. */
  get rows(): readonly TokenRow[] {
    const nowMs = this.#clock.wallMs()
    return this.#tokens.rows.filter(({ expiresAtMs }) => expiresAtMs > nowMs)
  }

  /** Whom a token stands for. */
  callerOf(token: string): Caller | undefined {
    return this.#tokens.callerOf(hashOf(token), this.#clock.wallMs())
  }

  /** @returns its row and the token, which nobody has but whoever gets it from here. @throws as `Tokens.add`; StorageError */
  add(
    name: string,
    role: Role,
    lifeMs: number
  ): Promise<{ readonly row: TokenRow; readonly token: string }> {
    return this.#turns.take(async () => {
      const token = Buffer.from(this.#random.bytes(TOKEN_BYTES)).toString('base64url')
      const createdAtMs = this.#clock.wallMs()
      const expiresAtMs = createdAtMs + lifeMs
      const row: TokenRow = { name, role, hash: hashOf(token), createdAtMs, expiresAtMs }
      await this.#keep(this.#tokens.add(row))
      return { row, token }
    })
  }

  /** @throws OperatorError `SEALPOST_NOT_FOUND`; StorageError */
  remove(name: string): Promise<void> {
    return this.#turns.take(() => this.#keep(this.#tokens.remove(name)))
  }

  async #keep(tokens: Tokens): Promise<void> {
    await writeWhole(this.#file, tokens.toText())
    this.#tokens = tokens
  }
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}
