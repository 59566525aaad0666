/** Makes an account: identity, device, prekeys that contacts can start sessions from, and the vault around all of it. */
import {
  type Account,
  DEFAULT_SETTINGS,
  type Mutation,
  randomBelow,
  type Random,
  writeAccount,
  writeIdentity
} from '@sealpost/core'
import {
  createRowSeal,
  type KeyPair,
  makeVaultKey,
  type PasskeySecret,
  type PassphraseCost,
  signDeviceList,
  type SignalEngine,
  wrapVaultKey
} from '@sealpost/crypto'
import type { Store, StoreOpener } from '@sealpost/host'
import {
  encodeDeviceList,
  identityKeys,
  isName,
  parseDeviceNumber,
  REGISTRATION_ID_MAX,
  type RelayAddress,
  RELAYS_MAX,
  StorageError,
  UsageError
} from '@sealpost/protocol'
import { bundleOf, rowsOf } from './bundle-prekeys.ts'
import { VAULT_HEADER, VAULT_UNFINISHED, VaultStore } from './vault-store.ts'

export interface NewHome {
  /** What the person is called: 1 to 64 bytes of UTF-8, no control characters. */
  readonly name: string
  /** Where contacts will reach them: 1 to 5. */
  readonly relays: readonly RelayAddress[]
  /** Undefined, where there is no passkey either, leaves the vault key in clear: whoever reads the disk reads everything. */
  readonly passphrase: string | undefined
  /** With a passphrase, both are needed to open the home. */
  readonly passkey?: PasskeySecret | undefined
  /** Whether accepted contacts may have a direct path, and so see this device's network address. They may if not given. */
  readonly isDirect?: boolean | undefined
  /** For tests; otherwise the default cost of Argon2id. */
  readonly passphraseCost?: PassphraseCost | undefined
}

/** Ids of the first prekeys; those of one-time prekeys are random, so that they never meet. */
const FIRST_PREKEY_ID = 1

/**
 * Writes a new account into an empty store, in one batch: there is a whole account or none.
 *
 * @throws UsageError `SEALPOST_HOME_EXISTS`, `SEALPOST_NO_RELAYS`, `SEALPOST_USAGE` for a name that cannot be one; StorageError,
 * `SEALPOST_HOME_INCOMPLETE` for a store in which a restore was cut short
 */
export async function createHome(
  ports: { readonly open: StoreOpener; readonly engine: SignalEngine; readonly random: Random },
  home: NewHome,
  nowMs: number
): Promise<void> {
  checkHome(home)
  const store = await ports.open()
  try {
    await requireNoHome(store)
    const { vault, header } = await makeVault(store, home, ports.random, nowMs)
    const rows = await accountRows(ports.engine, ports.random, home, nowMs)
    await store.commit([...vault.sealed(rows), header])
  } finally {
    await store.close()
  }
}

/** @throws UsageError `SEALPOST_HOME_EXISTS`; StorageError `SEALPOST_HOME_INCOMPLETE` */
async function requireNoHome(store: Store): Promise<void> {
  const [header, unfinished] = await store.getMany([VAULT_HEADER, VAULT_UNFINISHED])
  if (header !== undefined) {
    throw new UsageError('SEALPOST_HOME_EXISTS')
  }
  if (unfinished !== undefined) {
    throw new StorageError('SEALPOST_HOME_INCOMPLETE')
  }
}

/** What a home that is made is protected with. */
export type Protection = Pick<NewHome, 'passphrase' | 'passkey' | 'passphraseCost'>

/** A vault around a store that has none, and the row that makes it a home: whoever writes it last writes all or nothing. */
export async function makeVault(
  store: Store,
  { passphrase, passkey, passphraseCost: cost }: Protection,
  random: Random,
  nowMs: number
): Promise<{ readonly vault: VaultStore; readonly header: Mutation }> {
  const vaultKey = makeVaultKey(random)
  const secret = { passphrase, passkey }
  const value = await wrapVaultKey({ vaultKey, secret, cost, nowMs }, random)
  const vault = new VaultStore(store, createRowSeal(vaultKey, random))
  return { vault, header: { type: 'write', ...VAULT_HEADER, value } }
}

function checkHome(home: NewHome): void {
  if (home.name === '' || !isName(home.name)) {
    throw new UsageError('SEALPOST_USAGE', undefined, { detail: 'name' })
  }
  if (home.relays.length === 0) {
    throw new UsageError('SEALPOST_NO_RELAYS')
  }
  if (home.relays.length > RELAYS_MAX) {
    throw new UsageError('SEALPOST_USAGE', undefined, { detail: 'too-many-relays' })
  }
  if (new Set(home.relays.map(({ nodeKey }) => nodeKey)).size < home.relays.length) {
    throw new UsageError('SEALPOST_USAGE', undefined, { detail: 'relay-twice' })
  }
}

async function accountRows(
  engine: SignalEngine,
  random: Random,
  home: NewHome,
  nowMs: number
): Promise<readonly Mutation[]> {
  const identity = await engine.makeIdentity()
  const device = parseDeviceNumber(1)
  if (device === undefined) {
    throw new UsageError('SEALPOST_USAGE')
  }
  const registrationId = makeRegistrationId(random)
  const body = encodeDeviceList({
    version: 1,
    devices: [{ number: device, registrationId, addedAtMs: nowMs }],
    removed: []
  })
  const deviceList = { body, signature: await signDeviceList(engine, { identity, body }) }
  const { name, relays, isDirect = DEFAULT_SETTINGS.isDirect } = home
  const settings = { ...DEFAULT_SETTINGS, isDirect }
  const ownerSecret = random.bytes(32)
  const own = { identity, ownerSecret, device, registrationId, deviceList, name, relays, settings }
  return deviceRows({ engine, random }, { ...own, createdAtMs: nowMs }, nowMs)
}

/** A registration id for a device that begins. */
export function makeRegistrationId(random: Random): number {
  return 1 + randomBelow(random, REGISTRATION_ID_MAX)
}

/** A device that begins to belong to an account. */
export interface NewDevice extends Pick<
  Account,
  | 'name'
  | 'ownerSecret'
  | 'device'
  | 'registrationId'
  | 'deviceList'
  | 'relays'
  | 'createdAtMs'
  | 'settings'
> {
  readonly identity: KeyPair
}

/** The rows of a device that begins: its own mailbox secret, and prekeys that contacts can start sessions from. */
export async function deviceRows(
  { engine, random }: { readonly engine: SignalEngine; readonly random: Random },
  { identity, ...made }: NewDevice,
  nowMs: number
): Promise<readonly Mutation[]> {
  const prekeys = {
    signed: await engine.makeSignedPrekey(FIRST_PREKEY_ID, identity, nowMs),
    kyber: await engine.makeKyberPrekey(FIRST_PREKEY_ID, identity, nowMs)
  }
  const account: Account = {
    ...made,
    identityKey: identityKeys.fromBytes(identity.publicKey),
    mailboxSecret: random.bytes(32),
    bundle: bundleOf(prekeys)
  }
  return [writeAccount(account), writeIdentity(identity), ...rowsOf(prekeys)]
}
