/** The relays of an account: where contacts reach this device. */
import type { PeerMachine } from '@sealpost/core'
import {
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
import { type RelayReport, tryRelay } from './relay-trial.ts'
import { type Relay, relayView } from './views.ts'

export class OwnRelays {
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
    return tryRelay(this.#ports, parseRelayAddress(address), signal)
  }

  /** @throws as `SealpostClient.addRelay` */
  async add(address: string, signal: AbortSignal | undefined): Promise<Relay> {
    const relay = parseRelayAddress(address)
    checkNotStopped(this.#machine())
    this.#with(relay)
    const { problem } = await tryRelay(this.#ports, relay, signal)
    if (problem !== undefined) {
      throw new RefusedError(problem)
    }
    await this.#change(this.#with(relay))
    const machine = this.#machine()
    const session = machine.relays().find(({ nodeKey }) => nodeKey === relay.nodeKey)
    if (session === undefined) {
      throw new UsageError('SEALPOST_UNKNOWN_RELAY')
    }
    return relayView(session, machine)
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
    if (others.length + relay.addresses.length === known.addresses.length) {
      throw new UsageError('SEALPOST_KNOWN_RELAY')
    }
    const addresses = [...relay.addresses, ...others].slice(0, RELAY_ADDRESSES_MAX)
    return relays.map((other) => (other === known ? { ...known, addresses } : other))
  }

  #change(relays: readonly RelayAddress[]): Promise<void> {
    return this.#driver.handle({ type: 'relays-changed', atMs: this.#driver.now(), relays })
  }
}
