import assert from 'node:assert/strict'
import { nodeKeyToPeerIdText } from '@sealpost/protocol'
import { nodeKeyOfSeed } from '@sealpost/transport-libp2p'
import { relayAddress } from '../src/command/address-command.ts'
import { dataDirectory, loadOrCreateNodeSeed } from '../src/store/data-directory.ts'
import { testConfig, type TestOptions } from './relay-scene.ts'
import { temporaryDirectory } from './temporary-directory.ts'

describe('the address of a relay', () => {
  async function addressWith(options: TestOptions): Promise<string> {
    await using directory = await temporaryDirectory()
    const { seed } = await loadOrCreateNodeSeed(dataDirectory(directory.path))
    const address = await relayAddress(testConfig(directory.path, options))
    const end = `/p2p/${nodeKeyToPeerIdText(await nodeKeyOfSeed(seed))}`
    assert.ok(address.endsWith(end), address)
    return address.slice(0, -end.length)
  }

  it('is where it listens', async () => {
    assert.equal(await addressWith({ listen: '192.0.2.7:7700' }), '/ip4/192.0.2.7/tcp/7700/ws')
    assert.equal(await addressWith({ listen: '[::1]:1,a.example:2' }), '/ip6/::1/tcp/1/ws')
    assert.equal(await addressWith({ listen: 'a.example:2' }), '/dns4/a.example/tcp/2/ws')
  })

  it('is what the operator says, wherever it listens', async () => {
    const addresses = '/dns4/a.example/tcp/443/tls/ws,/dns4/b.example/tcp/443/tls/ws'
    const address = await addressWith({ addresses, listen: '127.0.0.1:0' })
    assert.equal(address, '/dns4/a.example/tcp/443/tls/ws')
  })

  it('is one that leads to this machine where it listens everywhere', async () => {
    assert.match(
      await addressWith({ listen: '0.0.0.0:5' }),
      /^\/ip4\/(?!0\.0\.0\.0)[0-9.]+\/tcp\/5\/ws$/
    )
    assert.match(await addressWith({ listen: '[::]:5' }), /^\/ip6\/(?!::\/)[0-9a-f:]+\/tcp\/5\/ws$/)
  })

  it('is not known before it runs where any free port will do', async () => {
    await assert.rejects(addressWith({ listen: '127.0.0.1:0' }), {
      code: 'SEALPOST_CONFIG_INVALID',
      message: /With port 0 the relay has another port at each start/
    })
  })

  it('is not made up where there is no relay', async () => {
    await using directory = await temporaryDirectory()
    await assert.rejects(relayAddress(testConfig(directory.path, { listen: 'a.example:1' })), {
      code: 'SEALPOST_CONFIG_INVALID'
    })
  })
})
