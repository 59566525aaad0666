import assert from 'node:assert/strict'
import { once } from 'node:events'
import { chmod, writeFile } from 'node:fs/promises'
import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { type DoctorLine, examine } from '@sealpost/operator'
import { readConfig } from '../../src/config/config.ts'
import { lookAround, type LookOptions } from '../../src/doctor/look-around.ts'
import { formatRelayAddress } from '@sealpost/protocol'
import { dialBack } from '../../src/neighbours/dial-back.ts'
import { SYSTEM_CLOCK } from '../../src/world/system-clock.ts'
import { relayScene } from '../relay-scene.ts'
import { readyProcess, runCommand } from '../relay-process.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

async function faults(
  data: string,
  flags: Readonly<Record<string, string>> = {},
  options: Partial<LookOptions> = {}
): Promise<readonly string[]> {
  const all = new Map(Object.entries({ data, ...flags }).map(([name, value]) => [name, [value]]))
  const config = readConfig({ flags: all, environment: {} })
  const wallMs = options.wallMs ?? Date.now
  const facts = await lookAround({
    config,
    flags: all,
    configFailure: undefined,
    asked: [],
    version: '0.1.0',
    ...options,
    wallMs
  })
  return examine(facts, wallMs())
    .filter(({ level }) => level === 'fail' || level === 'warn')
    .map(({ check, level }) => `${check} ${level}`)
    .filter((line) => !EVERYWHERE.includes(line))
}

/** What the machine of a test may have. */
const EVERYWHERE: readonly string[] = [
  'file-system fail',
  'file-system warn',
  'disk warn',
  'disk fail',
  'disk-speed warn',
  'disk-speed fail',
  'open-files warn',
  'memory warn'
]

async function listening(server: Server): Promise<number> {
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return (server.address() as AddressInfo).port
}

describe('what the doctor finds at a relay', function () {
  this.timeout(60_000)

  it('is nothing where one runs, and what is wrong around it', async () => {
    await using directory = await temporaryDirectory()
    const { process: relay, address } = await readyProcess(directory.path)
    await using running = relay
    assert.notEqual(running.pid, undefined)
    const data = directory.path
    const [, port = ''] = /\/tcp\/(\d+)\//.exec(address.addresses[0] ?? '') ?? []
    const here = { listen: `127.0.0.1:${port}` }
    assert.deepEqual(await faults(data, here), [])
    // It listens elsewhere than a start without words would, and says so itself.
    assert.deepEqual(await faults(data), [])
    const reached = `/ip4/127.0.0.1/tcp/${port}/ws`
    assert.deepEqual(await faults(data, { ...here, addresses: reached }, { asked: [reached] }), [])

    const page = createHttpServer((_request, response) => response.end('no relay'))
    const closed = createServer()
    const closedPort = await listening(closed)
    closed.close()
    const addresses = [
      `/ip4/127.0.0.1/tcp/${String(await listening(page))}/ws`,
      `/ip4/127.0.0.1/tcp/${String(closedPort)}/ws`,
      '/dns4/no-such-host.invalid/tcp/443/tls/ws'
    ].join(',')
    const found = await faults(data, { ...here, addresses })
    page.close()
    assert.deepEqual(found, ['address fail', 'address fail', 'address fail'])
    assert.deepEqual(await faults(data, { listen: `127.0.0.1:${String(closedPort)}` }), [
      'port fail'
    ])

    const ports = { dialBack: dialBack({ clock: SYSTEM_CLOCK, isPublic: () => true }) }
    await using other = await relayScene({ ports })
    const asked = [formatRelayAddress(other.relay.address)]
    assert.deepEqual(await faults(data, { ...here, addresses: reached }, { asked }), [])
    const cutOff = `/ip4/127.0.0.1/tcp/${String(closedPort)}/ws`
    assert.deepEqual(await faults(data, { ...here, addresses: cutOff }, { asked }), [
      'address fail',
      'reached fail'
    ])

    const late = { asked: [reached], wallMs: () => Date.now() + 600_000 }
    assert.deepEqual(await faults(data, here, late), ['clock fail'])
    const past = { wallMs: () => Date.now() - 600_000 }
    assert.deepEqual(await faults(data, here, past), ['clock fail'])
    await chmod(join(data, 'node.key'), 0o644)
    assert.deepEqual(await faults(data, here), ['key fail'])
    await chmod(join(data, 'node.key'), 0o600)
    const told = await runCommand(['doctor', '--json', '--data', data, '--listen', here.listen])
    const answer = JSON.parse(told.stdout) as { readonly checks: readonly DoctorLine[] }
    assert.ok(answer.checks.some(({ check, level }) => check === 'process' && level === 'ok'))
  })

  it('is what keeps one from starting', async () => {
    await using directory = await temporaryDirectory()
    const data = directory.path
    assert.deepEqual(await faults(data), ['key fail', 'process warn'])
    await writeFile(join(data, 'node.key'), 'short', { mode: 0o600 })
    const other = createServer()
    const taken = { listen: `127.0.0.1:${String(await listening(other))}` }
    assert.deepEqual(await faults(data, taken), ['key fail', 'process warn', 'port fail'])
    other.close()
    const foreign = { listen: '192.0.2.1:7700' }
    assert.deepEqual(await faults(data, foreign), ['key fail', 'process warn', 'port fail'])
  })

  it('is said with what to do, and ends with 1', async () => {
    await using directory = await temporaryDirectory()
    const where = ['--data', directory.path, '--work-bits', '33']
    const { code, stdout } = await runCommand(['doctor', ...where])
    assert.equal(code, 1)
    assert.match(stdout, /^FAIL configuration {2}.*work-bits.*\n {20}Correct it/m)
    assert.match(stdout, /^FAIL key .*\n {20}Start one with run/m)
  })
})
