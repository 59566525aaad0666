/** A person's client as the terminal runs it, with its home in memory: the official engine, libp2p, this machine's clock. */
import { type ClientPorts, createHome, SealpostClient } from '@sealpost/client'
import { createLibsignalEngine } from '@sealpost/crypto-libsignal'
import type { ContactId, MessageId, RelayAddress } from '@sealpost/protocol'
import { createTransport } from '@sealpost/transport-libp2p'
import type { Person } from 'sealpost-sim'
import { DelayedTransport, type DelayedTransportInit } from './delayed-transport.ts'
import { MemoryHome } from './memory-home.ts'
import { abortable, errorLog, systemClock, systemRandom } from './system-ports.ts'

export interface StackClientInit {
  /** Unlike anybody else's. */
  readonly name: string
  readonly relays: readonly RelayAddress[]
  readonly way: Omit<DelayedTransportInit, 'transport'>
  /** What its person is told. */
  readonly onReceived: (messageId: MessageId) => void
  readonly onState: (messageId: MessageId, state: 'on-relay' | 'delivered' | 'read') => void
  readonly onError: (event: string, code: string) => void
  readonly onFailure: (error: unknown) => void
}

export class StackClient implements Person {
  readonly node: number
  readonly name: string
  readonly client: SealpostClient
  readonly #onFailure: StackClientInit['onFailure']
  /** How it knows others, by their numbers among clients. */
  readonly #contacts = new Map<number, ContactId>()

  private constructor(init: StackClientInit, client: SealpostClient) {
    this.node = init.way.client
    this.name = init.name
    this.client = client
    this.#onFailure = init.onFailure
    client.listen((event) => {
      if (event.type === 'message-state') {
        init.onState(event.messageId, event.state)
      } else if (event.type === 'message' && event.message.kind === 'received') {
        const { messageId } = event.message
        if (messageId !== undefined) {
          init.onReceived(messageId)
        }
      }
    })
  }

  /** Makes an account, and is online. */
  static async start(init: StackClientInit): Promise<StackClient> {
    const home = new MemoryHome()
    const transport = await createTransport({ clock: systemClock })
    const ports: ClientPorts = {
      open: () => home.open(),
      transport: new DelayedTransport({ ...init.way, transport }),
      engine: createLibsignalEngine(),
      clock: systemClock,
      random: systemRandom,
      log: errorLog(init.onError),
      abortable
    }
    const { name, relays } = init
    await createHome(ports, { name, relays, passphrase: undefined, isDirect: false }, Date.now())
    return new StackClient(init, await SealpostClient.open(ports))
  }

  /** `other` opens a link of this client's; resolves once both can write. @param ids of both among clients */
  async meet(other: StackClient, ids: readonly [own: number, other: number]): Promise<void> {
    const { link } = await this.client.invite()
    const { contactId } = await other.client.add(link)
    const accepted = await other.client.waitForContact(contactId, 'accepted')
    other.#contacts.set(ids[0], accepted.contactId)
    this.#contacts.set(ids[1], (await this.client.findContact(other.name)).contactId)
  }

  setOnline(isOnline: boolean): void {
    this.client.setOnline(isOnline)
  }

  write(to: number, textBytes: number, onDurable: (messageId: MessageId) => void): void {
    const contactId = this.#contacts.get(to)
    if (contactId !== undefined) {
      this.client.send(contactId, 'x'.repeat(textBytes)).then(({ messageId }) => {
        if (messageId !== undefined) {
          onDurable(messageId)
        }
      }, this.#onFailure)
    }
  }

  close(): Promise<void> {
    return this.client.close()
  }
}
