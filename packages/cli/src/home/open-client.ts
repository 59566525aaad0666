/** Opens the client of a home whose store this process has. Everything heavy is loaded here and only here. */
import type { ClientPorts, SealpostClient } from '@sealpost/client'
import type { Clock, Store } from '@sealpost/host'
import { isSealpostError } from '@sealpost/protocol'
import { askPassphrase, type PassphraseSource } from '../screen/passphrase.ts'
import { abortable, systemLog, systemRandom } from '../system-ports.ts'
import type { DirectEndpoint } from './direct-listen.ts'
import type { Home } from './home.ts'
import { openStore } from './open-store.ts'

export interface ClientSetup {
  readonly home: Home
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly passphrase: PassphraseSource
  /** `SEALPOST_LOG` */
  readonly logLevel: string | undefined
  /** Where contacts may reach this machine; undefined for a client that does not stay, to whom nobody should try to connect. */
  readonly directListen: readonly DirectEndpoint[] | undefined
}

/**
 * Opens the home and goes online.
 *
 * @param store Belongs to the client from now on; it is closed where this throws.
 * @throws UsageError `SEALPOST_HOME_MISSING`, `SEALPOST_PASSPHRASE_REQUIRED`; CryptoError `SEALPOST_PASSPHRASE_WRONG`; StorageError
 */
export async function openClient(store: Store, setup: ClientSetup): Promise<SealpostClient> {
  try {
    return await openWith(store, setup, setup.passphrase.given)
  } catch (error) {
    if (!isSealpostError(error) || error.code !== 'SEALPOST_PASSPHRASE_REQUIRED') {
      throw error
    }
  }
  // The store is closed while somebody thinks of a passphrase: other commands need not wait for that.
  const passphrase = await askPassphrase(setup.passphrase)
  return openWith(await openStore(setup.home, setup), setup, passphrase)
}

async function openWith(
  store: Store,
  setup: ClientSetup,
  passphrase: string | undefined
): Promise<SealpostClient> {
  let waiting: Store | undefined = store
  let transport: ClientPorts['transport'] | undefined
  try {
    const [{ SealpostClient }, ports] = await Promise.all([
      import('@sealpost/client'),
      systemPorts(setup)
    ])
    transport = ports.transport
    const open = (): Promise<Store> => {
      const opened = waiting
      waiting = undefined
      return opened === undefined ? ports.open() : Promise.resolve(opened)
    }
    return await SealpostClient.open({ ...ports, open }, { passphrase })
  } catch (error) {
    await transport?.close()
    await waiting?.close()
    throw error
  }
}

/** What this machine has for a client of a home: its ports, with a node key that no other run has. */
export async function systemPorts(setup: Omit<ClientSetup, 'passphrase'>): Promise<ClientPorts> {
  const [engine, libp2p] = await Promise.all([
    import('@sealpost/crypto-libsignal'),
    import('@sealpost/transport-libp2p')
  ])
  // A node key that stays would let relays tell that two runs are of one person.
  const seed = libp2p.generateNodeSeed()
  const { clock, directListen: listen } = setup
  const log = systemLog(setup.logLevel)
  return {
    open: () => openStore(setup.home, setup),
    transport: await libp2p.createTransport({ clock, seed }),
    openDirect:
      listen === undefined
        ? undefined
        : (onStream) => libp2p.createDirectTransport({ clock, listen, log, onStream }),
    engine: engine.createLibsignalEngine(),
    clock,
    random: systemRandom,
    log,
    abortable
  }
}
