/** The engine's stores for one operation: reads go to the home, writes are collected for the batch that gives them a meaning. */
import type { EngineStores, KeyPair } from '@sealpost/crypto'
import {
  ACCOUNT_KEY,
  IDENTITY_KEY,
  type Mutation,
  prekeyKey,
  readAccount,
  readIdentity,
  readOneTimePrekey,
  type RowKey,
  type TableName
} from '@sealpost/core'
import { bytesToHex, type DeviceAddress, StorageError } from '@sealpost/protocol'
import type { SessionCache } from './session-cache.ts'

/** Reads rows as every input so far left them. */
export type ReadRows = (keys: readonly RowKey[]) => Promise<readonly (Uint8Array | undefined)[]>

/** A row that says by being there that a Kyber prekey was used so. */
const USED: Uint8Array = Uint8Array.of(1)

/** Key of a session's row. */
export function sessionKey({ identityKey, device }: DeviceAddress): string {
  return `${identityKey}.${String(device)}`
}

/** What never changes while a home is open. */
export interface OwnIdentity {
  readonly identity: KeyPair
  readonly registrationId: number
}

/** Reads it once, so that no message has to. @throws StorageError `SEALPOST_STORE_CORRUPT` */
export async function readOwnIdentity(read: ReadRows): Promise<OwnIdentity> {
  const [account, identity] = await read([
    { table: 'account', key: ACCOUNT_KEY },
    { table: 'account', key: IDENTITY_KEY }
  ])
  if (account === undefined || identity === undefined) {
    throw new StorageError('SEALPOST_STORE_CORRUPT', 'the account of this home is missing')
  }
  return { identity: readIdentity(identity), registrationId: readAccount(account).registrationId }
}

export class StagedStores implements EngineStores {
  readonly #own: OwnIdentity
  readonly #sessions: Pick<SessionCache, 'get'>
  readonly #read: ReadRows
  readonly #staged = new Map<string, Mutation>()

  constructor(own: OwnIdentity, sessions: Pick<SessionCache, 'get'>, read: ReadRows) {
    this.#own = own
    this.#sessions = sessions
    this.#read = read
  }

  /** What the operation wrote, for the batch. */
  get mutations(): readonly Mutation[] {
    return [...this.#staged.values()]
  }

  identity(): Promise<KeyPair> {
    return Promise.resolve(this.#own.identity)
  }

  registrationId(): Promise<number> {
    return Promise.resolve(this.#own.registrationId)
  }

  loadSession(peer: DeviceAddress): Promise<Uint8Array | undefined> {
    const key = sessionKey(peer)
    const cached = this.#staged.has(`session ${key}`) ? undefined : this.#sessions.get(key)
    return cached === undefined ? this.#load('session', key) : Promise.resolve(cached)
  }

  saveSession(peer: DeviceAddress, record: Uint8Array): Promise<void> {
    return this.#stage({ type: 'write', table: 'session', key: sessionKey(peer), value: record })
  }

  /** From here on there is no session with a device, until one is saved: its record cannot be read. */
  dropSession(peer: DeviceAddress): void {
    const key = sessionKey(peer)
    this.#staged.set(`session ${key}`, { type: 'erase', table: 'session', key })
  }

  async loadOneTimePrekey(id: number): Promise<Uint8Array | undefined> {
    const row = await this.#load('one-time-prekey', prekeyKey(id))
    return row === undefined ? undefined : readOneTimePrekey(row)
  }

  removeOneTimePrekey(id: number): Promise<void> {
    return this.#stage({ type: 'erase', table: 'one-time-prekey', key: prekeyKey(id) })
  }

  loadSignedPrekey(id: number): Promise<Uint8Array | undefined> {
    return this.#load('signed-prekey', prekeyKey(id))
  }

  loadKyberPrekey(id: number): Promise<Uint8Array | undefined> {
    return this.#load('kyber-prekey', prekeyKey(id))
  }

  async noteKyberPrekeyUse(use: {
    readonly kyberPrekeyId: number
    readonly signedPrekeyId: number
    readonly baseKey: Uint8Array
  }): Promise<boolean> {
    const ids = `${prekeyKey(use.kyberPrekeyId)}.${prekeyKey(use.signedPrekeyId)}`
    const key = `${ids}.${bytesToHex(use.baseKey)}`
    if ((await this.#load('kyber-prekey-use', key)) !== undefined) {
      return false
    }
    await this.#stage({ type: 'write', table: 'kyber-prekey-use', key, value: USED })
    return true
  }

  async #load(table: TableName, key: string): Promise<Uint8Array | undefined> {
    const staged = this.#staged.get(`${table} ${key}`)
    if (staged !== undefined) {
      return staged.type === 'write' ? staged.value : undefined
    }
    const [value] = await this.#read([{ table, key }])
    return value
  }

  #stage(mutation: Mutation): Promise<void> {
    this.#staged.set(`${mutation.table} ${mutation.key}`, mutation)
    return Promise.resolve()
  }
}
