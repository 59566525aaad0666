/** The relays of an account: where contacts reach this device. */
import type { PeerMachine } from '@sealpost/core'
import {
  equalBytes,
  type NodeKey,
  parseRelayAddress,
  RefusedError,
  RELAY_ADDRESSES_MAX,
  type RelayAddress,
  RELAYS_MAX,
  UsageError
} from '@sealpost/protocol'
import type { ClientPorts } from './client-ports.ts'
import type { PeerDriver } from './correspondence.ts'
import { checkNotStopped } from './devices-stopped.ts'
import { eraseHeld, type HeldData, heldData, type HeldMailbox } from './held-data.ts'
import { type RelayReport, tryRelay } from './relay-trial.ts'
import { type Relay, relayView } from './views.ts'

const OPEN_LINKS =
  'Links that still work are kept at this relay; revoke them first, or they are made there anew.'

export class OwnRelays implements HeldData {
  readonly #ports: ClientPorts
  readonly #driver: PeerDriver
  readonly #machine: () => PeerMachine

  /** @param machine throws where the client is closed or its store is being opened again. */
  constructor(ports: ClientPorts, driver: PeerDriver, machine: () => PeerMachine) {
    this.#ports = ports
    this.#driver = driver
    this.#machine = machine
  }

  /** @throws as `SealpostClient.testRelay` */
  test(address: string, signal: AbortSignal | undefined): Promise<RelayReport> {
    const { ownerSecret } = this.#machine().account
    return tryRelay(this.#ports, parseRelayAddress(address), ownerSecret, signal)
  }

  /** @throws as `SealpostClient.addRelay` */
  async add(address: string, signal: AbortSignal | undefined): Promise<Relay> {
    const relay = parseRelayAddress(address)
    checkNotStopped(this.#machine())
    this.#with(relay)
    const { ownerSecret } = this.#machine().account
    const { problem } = await tryRelay(this.#ports, relay, ownerSecret, signal)
    if (problem !== undefined) {
      throw new RefusedError(problem)
    }
    await this.#change(this.#with(relay))
    const machine = this.#machine()
    const session = machine.relays().find(({ nodeKey }) => nodeKey === relay.nodeKey)
    if (session === undefined) {
      throw new UsageError('SEALPOST_UNKNOWN_RELAY')
    }
    return relayView(session, machine, this.#driver.now())
  }

  /** @throws as `HeldData.held` */
  held(nodeKey: NodeKey, signal: AbortSignal | undefined): AsyncIterable<HeldMailbox> {
    const machine = this.#machine()
    return heldData(this.#ports, this.#known(nodeKey), machine.rightsAt(nodeKey), signal)
  }

  /** @throws as `HeldData.erase` */
  async erase(nodeKey: NodeKey, signal: AbortSignal | undefined): Promise<number> {
    const machine = this.#machine()
    checkNotStopped(machine)
    const known = this.#known(nodeKey)
    const isLinked = machine
      .links()
      .some(
        ({ state, relays }) =>
          (state === 'new' || state === 'published') &&
          relays.some(({ relay }) => relay.nodeKey === nodeKey)
      )
    if (isLinked) {
      throw new UsageError('SEALPOST_USAGE', OPEN_LINKS)
    }
    const left = machine.account.relays.filter((relay) => relay.nodeKey !== nodeKey)
    if (left.length === 0) {
      throw new UsageError('SEALPOST_LAST_RELAY')
    }
    const rights = machine.rightsAt(nodeKey)
    const atMs = this.#driver.now()
    // First nothing is asked of it any more, so that what is destroyed is not made again.
    await this.#driver.handle({ type: 'relays-changed', atMs, relays: left, abandoned: nodeKey })
    return eraseHeld(this.#ports, known, rights, signal)
  }

  #known(nodeKey: NodeKey): RelayAddress {
    const machine = this.#machine()
    const session = machine.relays().find((relay) => relay.nodeKey === nodeKey)
    if (session === undefined) {
      throw new UsageError('SEALPOST_UNKNOWN_RELAY')
    }
    return { nodeKey, addresses: session.addresses }
  }

  /** @throws as `SealpostClient.removeRelay` */
  async remove(nodeKey: NodeKey): Promise<void> {
    checkNotStopped(this.#machine())
    const { relays } = this.#machine().account
    const left = relays.filter((relay) => relay.nodeKey !== nodeKey)
    if (left.length === relays.length) {
      throw new UsageError('SEALPOST_UNKNOWN_RELAY')
    }
    if (left.length === 0) {
      throw new UsageError('SEALPOST_LAST_RELAY')
    }
    await this.#change(left)
  }

  /** @throws StorageError */
  dismissNotice(nodeKey: NodeKey, id: string): Promise<void> {
    const atMs = this.#driver.now()
    return this.#driver.handle({ type: 'notice-dismissed', atMs, relay: nodeKey, id })
  }

  /** The account's relays with one more, or with another address of one of them, which is then the first that is tried. */
  #with(relay: RelayAddress): readonly RelayAddress[] {
    const { relays } = this.#machine().account
    const known = relays.find(({ nodeKey }) => nodeKey === relay.nodeKey)
    if (known === undefined) {
      if (relays.length >= RELAYS_MAX) {
        throw new UsageError('SEALPOST_TOO_MANY_RELAYS')
      }
      return [...relays, relay]
    }
    const others = known.addresses.filter((address) => !relay.addresses.includes(address))
    const isNewInvite = relay.invite !== undefined && !isSameInvite(relay, known)
    if (others.length + relay.addresses.length === known.addresses.length && !isNewInvite) {
      throw new UsageError('SEALPOST_KNOWN_RELAY')
    }
    const addresses = [...relay.addresses, ...others].slice(0, RELAY_ADDRESSES_MAX)
    const invite = relay.invite ?? known.invite
    return relays.map((other) => (other === known ? { ...known, addresses, invite } : other))
  }

  #change(relays: readonly RelayAddress[]): Promise<void> {
    return this.#driver.handle({ type: 'relays-changed', atMs: this.#driver.now(), relays })
  }
}

function isSameInvite(one: RelayAddress, other: RelayAddress): boolean {
  const [a, b] = [one.invite, other.invite]
  return a !== undefined && b !== undefined && equalBytes(a, b)
}
