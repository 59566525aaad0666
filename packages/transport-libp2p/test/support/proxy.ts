import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'

/** Between a client and the relay: what stands before relays, and what goes wrong on the way. */
export class Proxy implements AsyncDisposable {
  readonly #server: Server
  readonly #clients = new Set<Socket>()
  #isFrozen = false

  private constructor(relayPort: number, forwardedFor: string | undefined) {
    this.#server = createServer((client) => {
      this.#join(client, connect(relayPort, '127.0.0.1'), forwardedFor)
    })
  }

  /** Where `forwardedFor` is given, it is written into the head of each request as `X-Forwarded-For`. */
  static async start(relayPort: number, forwardedFor?: string): Promise<Proxy> {
    const proxy = new Proxy(relayPort, forwardedFor)
    proxy.#server.listen(0, '127.0.0.1')
    await once(proxy.#server, 'listening')
    return proxy
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  /** Clients whose sockets are open. */
  get openCount(): number {
    return this.#clients.size
  }

  /** From now on swallows what clients say, and says nothing. */
  freeze(): void {
    this.#isFrozen = true
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close()
    for (const client of this.#clients) {
      client.destroy()
    }
    return Promise.resolve()
  }

  #join(client: Socket, relay: Socket, forwardedFor: string | undefined): void {
    let isHead = forwardedFor !== undefined
    client.on('data', (data) => {
      if (this.#isFrozen) {
        return
      }
      const head = data.toString('latin1')
      relay.write(
        isHead ? head.replace('\r\n\r\n', `\r\nX-Forwarded-For: ${forwardedFor}\r\n\r\n`) : data,
        'latin1'
      )
      isHead = false
    })
    relay.on('data', (data) => {
      if (!this.#isFrozen) {
        client.write(data)
      }
    })
    this.#clients.add(client)
    client.on('close', () => {
      this.#clients.delete(client)
      relay.destroy()
    })
    relay.on('close', () => {
      if (!this.#isFrozen) {
        client.destroy()
      }
    })
    for (const socket of [client, relay]) {
      socket.on('error', () => undefined)
    }
  }
}
