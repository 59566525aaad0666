/**
 * The ways into a home: which there are, and how they come and go. All of them stand in one row, which is replaced at once: whenever
 * the process or the machine ends, the home opens by the ways that it had before, or by those that it has now.
 */
import {
  changeVault,
  type PassphraseCost,
  type VaultChange,
  type VaultSecret,
  type WayIn,
  waysInto
} from '@sealpost/crypto'
import type { Store } from '@sealpost/host'
import type { ClientPorts } from './client-ports.ts'
import { readHeader } from './unlock-home.ts'
import { VAULT_HEADER } from './vault-store.ts'

/** What a change is made with. */
interface ChangePorts extends Pick<ClientPorts, 'random'> {
  /** For tests; otherwise the default cost of Argon2id. */
  readonly passphraseCost?: PassphraseCost | undefined
}

/** Each is asked for and given back in turn: two changes at once would be one change less. */
const underWay = new WeakMap<Store, Promise<unknown>>()

/**
 * The ways into a home that is not open; none where its vault key lies in clear.
 *
 * @throws UsageError `SEALPOST_HOME_MISSING`; StorageError
 */
export async function readWaysIn({ open }: Pick<ClientPorts, 'open'>): Promise<readonly WayIn[]> {
  const store = await open()
  try {
    return await waysIn(store)
  } finally {
    await store.close()
  }
}

/**
 * Changes the ways into a home that is not open.
 *
 * @throws UsageError `SEALPOST_HOME_MISSING`, and as `changeWaysIn`
 */
export async function changeHomeWaysIn(
  ports: ChangePorts & Pick<ClientPorts, 'open'>,
  secret: VaultSecret,
  change: VaultChange,
  nowMs: number
): Promise<readonly WayIn[]> {
  const store = await ports.open()
  try {
    return await changeWaysIn(store, secret, change, ports, nowMs)
  } finally {
    await store.close()
  }
}

/** Of an open store. @throws StorageError */
export async function waysIn(store: Store): Promise<readonly WayIn[]> {
  return waysInto(await readHeader(store))
}

/**
 * Changes the ways in of an open store; no other row is touched, and asking twice changes nothing more.
 *
 * @param secret a way in, also where the home is open: who finds it open makes no way in for later.
 * @returns the ways in that there are then, once they are durable
 * @throws CryptoError `SEALPOST_PASSPHRASE_WRONG`, `SEALPOST_PASSKEY_WRONG`; UsageError `SEALPOST_PASSPHRASE_REQUIRED`,
 * `SEALPOST_PASSKEY_REQUIRED`, `SEALPOST_LAST_WAY_IN`, `SEALPOST_USAGE` with detail `too-many-ways`; StorageError
 */
export function changeWaysIn(
  store: Store,
  secret: VaultSecret,
  change: VaultChange,
  ports: ChangePorts,
  nowMs: number
): Promise<readonly WayIn[]> {
  const before = underWay.get(store) ?? Promise.resolve()
  const changed = before.then(
    () => changeNow(store, secret, change, ports, nowMs),
    () => changeNow(store, secret, change, ports, nowMs)
  )
  underWay.set(store, changed)
  return changed
}

async function changeNow(
  store: Store,
  secret: VaultSecret,
  change: VaultChange,
  { random, passphraseCost: cost }: ChangePorts,
  nowMs: number
): Promise<readonly WayIn[]> {
  const header = await readHeader(store)
  const value = await changeVault(header, secret, change, { random, nowMs, cost })
  if (value !== header) {
    await store.commit([{ type: 'write', ...VAULT_HEADER, value }])
  }
  return waysInto(value)
}
