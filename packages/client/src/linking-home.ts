/** Writes the home of a device that joined an account: what the account is, and how the other devices are reached. */
import { joinedSelf } from '@sealpost/core'
import type { StoreOpener } from '@sealpost/host'
import { identityKeys, type LinkGrant, UsageError } from '@sealpost/protocol'
import type { ClientPorts } from './client-ports.ts'
import { deviceRows, makeVault, type Protection } from './create-home.ts'
import { VAULT_HEADER } from './vault-store.ts'

/** @throws UsageError `SEALPOST_HOME_EXISTS`; StorageError */
export async function checkNoHome(open: StoreOpener): Promise<void> {
  const store = await open()
  try {
    const [header] = await store.getMany([VAULT_HEADER])
    if (header !== undefined) {
      throw new UsageError('SEALPOST_HOME_EXISTS')
    }
  } finally {
    await store.close()
  }
}

/** In one batch: there is a whole home or none. Nothing in it is any other device's own. @throws StorageError */
export async function writeLinkedHome(
  ports: ClientPorts,
  options: Protection,
  grant: LinkGrant & { readonly registrationId: number },
  nowMs: number
): Promise<void> {
  const { random } = ports
  const { account, device, deviceList, ownerSecret, registrationId, relays, siblings } = grant
  const identity = { publicKey: grant.identityPublic, privateKey: grant.identityPrivate }
  const { profile, settings } = account
  const made = { identity, ownerSecret, device, registrationId, deviceList, relays, settings }
  const store = await ports.open()
  try {
    const { vault, header } = await makeVault(store, options, random, nowMs)
    const identityKey = identityKeys.fromBytes(identity.publicKey)
    const self = { identityKey, deviceList, siblings, account, createdAtMs: nowMs }
    const rows = [
      ...(await deviceRows(ports, { ...made, name: profile.name, createdAtMs: nowMs }, nowMs)),
      ...joinedSelf(random, self)
    ]
    await store.commit([...vault.sealed(rows), header])
  } finally {
    await store.close()
  }
}
