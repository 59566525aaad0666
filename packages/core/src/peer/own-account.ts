/** The account of this home while it is open: what of it may change, and its row. */
import {
  type PrekeyBundle,
  type RelayAddress,
  RELAYS_MAX,
  type Settings,
  type SignedDeviceList
} from '@sealpost/protocol'
import { invariant } from '../invariant.ts'
import { type Account, writeAccount } from './account.ts'
import type { PeerKernel } from './kernel.ts'
import type { RelayBook } from './relay-book.ts'

export class OwnAccount {
  readonly #kernel: PeerKernel
  #account: Account

  constructor(kernel: PeerKernel, account: Account) {
    this.#kernel = kernel
    this.#account = account
  }

  get now(): Account {
    return this.#account
  }

  /** Takes what the person chose for all conversations. */
  setSettings(settings: Settings): void {
    this.#set({ ...this.#account, settings })
  }

  /**
   * Takes other relays, keeps connections to them, and to no others for this reason.
   *
   * @param relays 1 to 5, no node key twice; @throws SealpostError `SEALPOST_BUG` otherwise: who asks must have looked.
   */
  setRelays(relays: readonly RelayAddress[], book: RelayBook): void {
    const keys = new Set(relays.map(({ nodeKey }) => nodeKey))
    invariant(keys.size === relays.length, 'a relay named twice')
    invariant(relays.length > 0 && relays.length <= RELAYS_MAX, 'an account with 1 to 5 relays')
    const gone = this.#account.relays.filter(({ nodeKey }) => !keys.has(nodeKey))
    this.#set({ ...this.#account, relays })
    book.setOwn(relays)
    for (const relay of relays) {
      book.want(relay, 'own')
    }
    for (const { nodeKey } of gone) {
      book.unwant(nodeKey, 'own')
    }
  }

  setDeviceList(deviceList: SignedDeviceList): void {
    this.#set({ ...this.#account, deviceList })
  }

  /** Takes what the person is called now. */
  setName(name: string): void {
    this.#set({ ...this.#account, name })
  }

  setBundle(bundle: PrekeyBundle): void {
    this.#set({ ...this.#account, bundle })
  }

  #set(account: Account): void {
    this.#account = account
    const { table, key, value } = writeAccount(account)
    this.#kernel.write(table, key, value)
  }
}
