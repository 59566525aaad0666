import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import type { RelayAddress } from '@sealpost/protocol'

/** Where a relay listens on this machine. */
export interface Place {
  readonly host: string
  readonly port: number
}

/** The first address of a relay that listens on this machine. */
export function placeOf({ addresses }: RelayAddress): Place {
  const [, host, port] = /^\/ip4\/([^/]+)\/tcp\/(\d+)\//.exec(addresses[0] ?? '') ?? []
  if (host === undefined || port === undefined) {
    throw new Error(`no address of this machine: ${String(addresses[0])}`)
  }
  return { host, port: Number(port) }
}

/** An address of this machine in a range of its own: all of 127.0.0.0/8 is this machine. */
export function addressInRange(range: number): string {
  return `127.0.${String(range)}.1`
}

/** Leads to a relay from another range of addresses, as if whoever goes through it came from there. */
export class RangeGate implements AsyncDisposable {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  readonly address: RelayAddress

  private constructor(server: Server, relay: RelayAddress, sockets: Set<Socket>) {
    this.#server = server
    this.#sockets = sockets
    const { port } = server.address() as AddressInfo
    this.address = { ...relay, addresses: [`/ip4/127.0.0.1/tcp/${String(port)}/ws`] }
  }

  /** @param range 1 to 254 */
  static async open(relay: RelayAddress, range: number): Promise<RangeGate> {
    const sockets = new Set<Socket>()
    const place = { ...placeOf(relay), localAddress: addressInRange(range) }
    const server = createServer((inner) => {
      const outer = connect(place)
      join(inner, outer, sockets)
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new RangeGate(server, relay, sockets)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) {
      socket.destroy()
    }
    this.#server.close()
    await once(this.#server, 'close')
  }
}

/** What one end says goes out at the other, and both end together. */
function join(inner: Socket, outer: Socket, sockets: Set<Socket>): void {
  for (const [one, other] of [
    [inner, outer],
    [outer, inner]
  ] as const) {
    sockets.add(one)
    one.pipe(other)
    one.on('error', () => {
      other.destroy()
    })
    one.on('close', () => {
      sockets.delete(one)
      other.destroy()
    })
  }
}
