/**
 * The home that this browser keeps, in the one worker that may open it.
 *
 * ```
 *   starting --no account--> missing --create, restore, join--> open
 *            --passphrase needed--> locked --unlock--> open --lock--> locked
 *            --a key was handed over, or none is needed--> open
 *   open, locked --erase--> missing          whatever fails for good --> failed
 * ```
 */
import {
  type ClientPorts,
  createHome,
  readWaysIn,
  restoreHome,
  SealpostClient,
  unlockHome,
  type VaultChange,
  type VaultSecret,
  type WayIn
} from '@sealpost/client'
import { type ErrorCode, isSealpostError, parseRelayAddress, UsageError } from '@sealpost/protocol'
import type { PageEvent } from '../wire/messages.ts'
import type { HomeState, JoinWish, NewProfile, RestoreWish } from '../wire/peer-api.ts'
import { piecesOf } from './backup-blob.ts'
import { JoiningDesk } from './joining-desk.ts'
import type { HomeKey } from './key-handover.ts'
import type { ReportsKeeper } from './reports-keeper.ts'
import type { Traffic } from './traffic.ts'

/** What a home needs beside what its client does. */
export interface HomeParts {
  /** Everything but the transport, which is made anew each time the home is opened. */
  readonly ports: Omit<ClientPorts, 'transport'>
  readonly makeTransport: () => Promise<ClientPorts['transport']>
  /** Removes the store. */
  readonly erase: () => Promise<void>
  readonly tell: (event: PageEvent) => void
  /** The home was opened with that key, or is locked. */
  readonly onKey: (key: HomeKey | undefined) => void
  readonly traffic: Traffic
  readonly reports: ReportsKeeper
}

const KEYS_WANTED: readonly ErrorCode[] = [
  'SEALPOST_PASSPHRASE_REQUIRED',
  'SEALPOST_PASSKEY_REQUIRED'
]

export class Home {
  /** Where the person is asked while this device joins an account. */
  readonly joining: JoiningDesk
  readonly #parts: HomeParts
  #state: HomeState = { type: 'starting' }
  #client: SealpostClient | undefined
  #vaultKey: Uint8Array | undefined
  #isProtected = false

  constructor(parts: HomeParts) {
    this.#parts = parts
    this.joining = new JoiningDesk(parts.tell)
  }

  get state(): HomeState {
    return this.#state
  }

  /** Where reports to operators are written. */
  get reports(): ReportsKeeper {
    return this.#parts.reports
  }

  /** The client of the open home. @throws UsageError `SEALPOST_CLIENT_CLOSED` where it is not open */
  get client(): SealpostClient {
    if (this.#client === undefined) {
      throw new UsageError('SEALPOST_CLIENT_CLOSED')
    }
    return this.#client
  }

  /** Looks at what there is, and opens it if it can be. @param key what another worker handed over */
  async start(key: HomeKey | undefined): Promise<void> {
    try {
      if (key === undefined) {
        await this.#look()
      } else {
        this.#isProtected = key.isProtected
        await this.#open(key.vaultKey)
      }
    } catch (error) {
      this.#failed(error)
    }
  }

  /** Makes an account and opens it. @throws UsageError, ConfigError as `createHome`; StorageError */
  async create({ name, protection, relays, isDirect }: NewProfile): Promise<void> {
    const { ports } = this.#parts
    const { passphrase, passkey } = protection
    await this.#make(protection, () => {
      const addresses = relays.map(parseRelayAddress)
      const home = { name, passphrase, passkey, relays: addresses, isDirect }
      return createHome(ports, home, ports.clock.wallMs())
    })
  }

  /** Makes a new device of a backup, and opens it. @throws as `restoreHome` */
  async restore({ file, protection, ...wish }: RestoreWish): Promise<void> {
    const { ports } = this.#parts
    const { passphrase, passkey } = protection
    await this.#make(protection, () => {
      const options = { ...wish, passphrase, passkey }
      return restoreHome(ports, piecesOf(file), options, ports.clock.wallMs())
    })
  }

  /** Joins an account that is on another device, and opens the home. @throws as `JoiningDesk.start` */
  async join(wish: JoinWish): Promise<void> {
    const { ports, makeTransport } = this.#parts
    this.joining.stop()
    await this.#make(wish.protection, async () => {
      const transport = await makeTransport()
      try {
        await this.joining.start({ ...ports, transport }, wish)
      } finally {
        await transport.close()
      }
    })
  }

  /** Makes this copy of a home a device of its own, and opens it again. @throws as `SealpostClient.becomeNewDevice` */
  async becomeNewDevice(): Promise<void> {
    const { client } = this
    const vaultKey = this.#vaultKey
    await client.becomeNewDevice()
    this.#client = undefined
    if (vaultKey !== undefined) {
      await this.#open(vaultKey)
    }
  }

  /** @param secret wiped, as far as it can be @throws as `unlockHome` */
  async unlock(secret: VaultSecret): Promise<void> {
    try {
      if (this.#state.type === 'locked') {
        await this.#open(await unlockHome(this.#parts.ports, secret))
      }
    } finally {
      secret.passkey?.output.fill(0)
    }
  }

  /** Changes the ways into the open home. @param secret wiped, as what a new passkey answered is @throws as the client's */
  async changeWaysIn(secret: VaultSecret, change: VaultChange): Promise<readonly WayIn[]> {
    try {
      const ways = await this.client.changeWaysIn(secret, change)
      this.#isProtected = ways.length > 0
      if (this.#vaultKey !== undefined) {
        this.#parts.onKey({ vaultKey: this.#vaultKey, isProtected: this.#isProtected })
      }
      this.refresh()
      return ways
    } finally {
      secret.passkey?.output.fill(0)
      if (change.type === 'add-passkey') {
        change.passkey.output.fill(0)
      }
    }
  }

  /** Closes the home and forgets its key; one without a passphrase stays open, since nothing would keep anybody out. */
  async lock(): Promise<void> {
    if (this.#isProtected && this.#client !== undefined) {
      await this.#close()
      await this.#becomeLocked()
    }
  }

  async erase(): Promise<void> {
    await this.#close()
    await this.#parts.erase()
    this.#become({ type: 'missing' })
  }

  /** Tells how it is with the home once more, after what changes it without this class. */
  refresh(): void {
    const client = this.#client
    if (client !== undefined) {
      const { profile, stopped, storage } = client
      const isProtected = this.#isProtected
      this.#become({ type: 'open', profile, stopped, isProtected, storeProblem: storage.problem })
    }
  }

  /** Makes a home where there is none: a whole one, which is opened, or none. @param protection wiped, as far as it can be */
  async #make(protection: VaultSecret, make: () => Promise<unknown>): Promise<void> {
    const { erase, ports } = this.#parts
    const { passphrase, passkey } = protection
    try {
      if (this.#state.type !== 'missing') {
        throw new UsageError('SEALPOST_HOME_EXISTS')
      }
      // What was begun before, and not ended, is none.
      await erase()
      try {
        await make()
      } catch (error) {
        await erase()
        throw error
      }
      this.#isProtected = passphrase !== undefined || passkey !== undefined
      await this.#open(await unlockHome(ports, protection))
    } finally {
      passkey?.output.fill(0)
    }
  }

  async #look(): Promise<void> {
    try {
      await this.#open(await unlockHome(this.#parts.ports, {}))
    } catch (error) {
      if (!isSealpostError(error) || !KEYS_WANTED.includes(error.code)) {
        throw error
      }
      this.#isProtected = true
      await this.#becomeLocked()
    }
  }

  async #becomeLocked(): Promise<void> {
    this.#become({ type: 'locked', ways: await readWaysIn(this.#parts.ports) })
  }

  async #open(vaultKey: Uint8Array): Promise<void> {
    const { ports, makeTransport, tell, onKey, reports, traffic } = this.#parts
    const transport = await makeTransport()
    try {
      this.#client = await SealpostClient.open({ ...ports, transport }, { vaultKey })
    } catch (error) {
      await transport.close()
      throw error
    }
    this.#client.listen((event) => {
      tell(event)
      if (event.type === 'superseded' || event.type === 'device-removed') {
        this.refresh()
      } else if (event.type === 'store' && this.#state.type === 'open') {
        // The client itself knows nothing until its store is open again.
        this.#become({ ...this.#state, storeProblem: event.problem })
      }
    })
    this.#vaultKey = vaultKey
    traffic.begin(this.#client)
    reports.begin(this.#client)
    onKey({ vaultKey, isProtected: this.#isProtected })
    this.refresh()
  }

  async #close(): Promise<void> {
    const client = this.#client
    this.#client = undefined
    this.#vaultKey?.fill(0)
    this.#vaultKey = undefined
    this.#parts.onKey(undefined)
    await this.#parts.reports.end()
    await this.#parts.traffic.end()
    await client?.close()
  }

  #failed(error: unknown): void {
    if (!isSealpostError(error)) {
      throw error
    }
    const isNone: readonly ErrorCode[] = ['SEALPOST_HOME_MISSING', 'SEALPOST_HOME_INCOMPLETE']
    this.#become(
      isNone.includes(error.code) ? { type: 'missing' } : { type: 'failed', code: error.code }
    )
  }

  #become(state: HomeState): void {
    this.#state = state
    this.#parts.tell({ type: 'home', state })
  }
}
