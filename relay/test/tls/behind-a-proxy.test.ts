import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server } from 'node:net'
import type { RelayAddress } from '@sealpost/protocol'
import { RawClient } from '../raw-client.ts'
import { relayScene, testConfig } from '../relay-scene.ts'

/** Hands on what comes, and says for whom, behind what that one said itself: as nginx does with `$proxy_add_x_forwarded_for`. */
class ReverseProxy implements AsyncDisposable {
  readonly #proxy: Server
  client = '198.51.100.1'

  private constructor(relayPort: number) {
    this.#proxy = createServer((person) => {
      const relay = connect(relayPort, '127.0.0.1')
      const forwarded = `X-Forwarded-For: 203.0.113.66, ${this.client}`
      person.once('data', (head) => {
        const text = head.toString('latin1').replace('\r\n\r\n', `\r\n${forwarded}\r\n\r\n`)
        relay.write(text, 'latin1')
        person.pipe(relay)
      })
      relay.pipe(person)
      for (const [one, other] of [
        [person, relay],
        [relay, person]
      ] as const) {
        one.on('close', () => other.destroy())
        one.on('error', () => undefined)
      }
    })
  }

  static async start({ addresses }: RelayAddress): Promise<ReverseProxy> {
    const [, port] = /\/tcp\/(\d+)\//.exec(addresses[0] ?? '') ?? []
    const proxy = new ReverseProxy(Number(port))
    proxy.#proxy.listen(0, '127.0.0.1')
    await once(proxy.#proxy, 'listening')
    return proxy
  }

  address({ nodeKey }: RelayAddress): RelayAddress {
    const { port } = this.#proxy.address() as AddressInfo
    return { nodeKey, addresses: [`/ip4/127.0.0.1/tcp/${String(port)}/ws`] }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#proxy.close()
    return Promise.resolve()
  }
}

const BOUNDS = { 'connections-per-range-max': '1' }

describe('a relay behind a proxy', function () {
  this.timeout(30_000)

  it('bounds people by their own addresses where it trusts the proxy', async () => {
    await using scene = await relayScene({
      options: { ...BOUNDS, 'trusted-proxies': '127.0.0.0/8' }
    })
    const { address } = scene.relay
    await using proxy = await ReverseProxy.start(address)
    await using alice = await RawClient.connect(proxy.address(address))
    await assert.rejects(RawClient.connect(proxy.address(address)), {
      code: 'SEALPOST_DIAL_FAILED'
    })
    proxy.client = '192.0.2.1'
    await using bob = await RawClient.connect(proxy.address(address))
    assert.deepEqual([alice.isClosed, bob.isClosed], [false, false])
  })

  it('believes nobody else, until a reload says so', async () => {
    const options = { ...BOUNDS, 'trusted-proxies': '10.0.0.0/8' }
    await using scene = await relayScene({ options })
    const { relay, config } = scene
    await using proxy = await ReverseProxy.start(relay.address)
    const address = proxy.address(relay.address)
    await using alice = await RawClient.connect(address)
    proxy.client = '192.0.2.1'
    await assert.rejects(RawClient.connect(address), { code: 'SEALPOST_DIAL_FAILED' })
    relay.reconfigure(testConfig(config.data, { ...options, 'trusted-proxies': '127.0.0.1' }))
    await using bob = await RawClient.connect(address)
    assert.deepEqual([alice.isClosed, bob.isClosed], [false, false])
  })
})
