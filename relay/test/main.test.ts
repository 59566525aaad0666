import assert from 'node:assert/strict'
import { closeSync, openSync } from 'node:fs'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  formatRelayAddress,
  mailboxIds,
  nodeKeyToPeerIdText,
  type RelayAddress
} from '@sealpost/protocol'
import { RawClient, testEnvelope, testMailbox } from './raw-client.ts'
import { readyProcess, RelayProcess, runCommand } from './relay-process.ts'
import { temporaryDirectory } from './temporary-directory.ts'

const PEER_ID = '12D3KooW[1-9A-HJ-NP-Za-km-z]{44}'

describe('sealpost-relay', function () {
  this.timeout(60_000)

  it('says at its first start what to give to people, and is the same relay at the second', async () => {
    await using directory = await temporaryDirectory()
    const data = join(directory.path, 'relay')
    const seen: string[] = []
    for (const start of ['first', 'second']) {
      const quiet = ['--web', 'none', '--operator-listen', 'none']
      const where = ['--data', data, '--listen', '127.0.0.1:0', ...quiet]
      await using relay = new RelayProcess(['run', ...where])
      await relay.untilWritten(/Ctrl-C stops it.*\n/)
      const [, address = '', peerId = ''] =
        new RegExp(`address   (/ip4/127\\.0\\.0\\.1/tcp/[0-9]+/ws/p2p/(${PEER_ID}))\n`).exec(
          relay.stdout
        ) ?? []
      const began = 'A new relay. Keep a copy of node.key: who has it is this relay.\n\n'
      assert.equal(
        relay.stdout,
        `${start === 'first' ? began : ''}  address   ${address}
  data      ${data}
  private   not announced anywhere: only people to whom you give the address find it

To write to people over it:

  npx sealpost init --relay ${address}

Ctrl-C stops it; nothing that it keeps is lost.
`
      )
      seen.push(peerId)
      assert.equal((await stat(join(data, 'node.key'))).mode & 0o777, 0o600)
      assert.equal((await stat(join(data, 'store'))).mode & 0o777, 0o700)
      assert.equal(await readFile(join(data, 'relay.pid'), 'utf8'), `${String(relay.pid)}\n`)
      relay.kill(start === 'first' ? 'SIGTERM' : 'SIGINT')
      const { code, signal } = await relay.ended()
      assert.deepEqual({ code, signal }, { code: 0, signal: null })
      await assert.rejects(stat(join(data, 'relay.pid')), { code: 'ENOENT' })
    }
    assert.match(seen[0] ?? '', new RegExp(`^${PEER_ID}$`))
    assert.equal(seen[0], seen[1])
  })

  it('prints its address while it runs', async () => {
    await using directory = await temporaryDirectory()
    const { process, address } = await readyProcess(directory.path)
    await using relay = process
    const where = ['--data', directory.path, '--listen', '127.0.0.1:7711']
    const expected = `/ip4/127.0.0.1/tcp/7711/ws/p2p/${nodeKeyToPeerIdText(address.nodeKey)}`
    assert.equal((await runCommand(['address', ...where])).stdout, `${expected}\n`)
    const json = await runCommand(['address', '--json', ...where])
    assert.deepEqual(JSON.parse(json.stdout), { address: expected })
    assert.notEqual(relay.pid, undefined)
  })

  it('ends with 2 where it is used wrongly, and says how to use it', async () => {
    await using directory = await temporaryDirectory()
    const file = join(directory.path, 'relay.yaml')
    await writeFile(file, 'work-bits: 33\n')
    const said = async (
      words: readonly string[],
      environment?: NodeJS.ProcessEnv
    ): Promise<string> => {
      const { code, stdout, stderr } = await runCommand(words, environment)
      assert.equal(code, 2, stderr)
      assert.equal(stdout, '')
      return stderr
    }
    const [command, option, value, missing, variable] = await Promise.all([
      said(['rnu']),
      said(['run', '--json', '--lisen', 'a:1']),
      said(['run', '--config', file]),
      said(['run'], { SEALPOST_RELAY_CONFIG: `${file}.missing` }),
      said(['run'], { SEALPOST_RELAY_WORK_BITS: 'x' })
    ])
    assert.match(command, /^sealpost-relay: There is no command rnu\. Did you mean run\?/)
    const error = {
      code: 'SEALPOST_USAGE',
      message: 'There is no option --lisen. Did you mean --listen?'
    }
    assert.equal(option, `${JSON.stringify({ error })}\n`)
    assert.match(value, /work-bits in .*relay\.yaml must be/)
    assert.match(missing, /missing cannot be read \(ENOENT\)\. \(SEALPOST_CONFIG_INVALID\)\n$/)
    assert.match(variable, /SEALPOST_RELAY_WORK_BITS must be a whole number from 0 to 32/)
  })

  it('ends with 1 where it failed, and says what to do', async () => {
    await using directory = await temporaryDirectory()
    await writeFile(join(directory.path, 'node.key'), 'short')
    const data = ['--data', directory.path, '--listen', '127.0.0.1:0']
    const damaged = await runCommand(['run', ...data])
    assert.equal(damaged.code, 1)
    assert.match(
      damaged.stderr,
      /node\.key is damaged: .* Restore it from a backup.*\(SEALPOST_STORE_CORRUPT\)\n$/
    )

    await using other = await temporaryDirectory()
    const { process } = await readyProcess(other.path)
    await using running = process
    const locked = await runCommand([
      'run',
      '--json',
      '--data',
      other.path,
      '--listen',
      '127.0.0.1:0'
    ])
    assert.equal(locked.code, 1)
    const { error } = JSON.parse(locked.stderr) as { readonly error: Record<string, string> }
    assert.equal(error['code'], 'SEALPOST_STORE_LOCKED')
    assert.match(
      error['message'] ?? '',
      new RegExp(`process ${String(running.pid)} has its store open\\. Stop that one`)
    )
  })

  it('prints its version and its help', async () => {
    assert.match(
      (await runCommand(['--version'])).stdout,
      /^sealpost-relay [0-9]+\.[0-9]+\.[0-9]+\n$/
    )
    const help = await runCommand(['--help'])
    assert.equal(help.code, 0)
    assert.match(help.stdout, /--deposits-per-second N/)
  })

  /** A relay that bob has an envelope of which he did not ack, so that it waits for him before it stops. */
  async function withUnackedEnvelope(
    run: (relay: RelayProcess, bob: RawClient, ack: () => Promise<unknown>) => Promise<void>
  ): Promise<void> {
    await using directory = await temporaryDirectory()
    const { process, address } = await readyProcess(directory.path)
    await using relay = process
    await using bob = await RawClient.connect(address)
    const mailbox = testMailbox()
    await bob.register([mailbox])
    await bob.subscribe([mailbox])
    await bob.deposit(mailbox)
    await bob.until(() => bob.deliveries.length === 1)
    relay.kill('SIGTERM')
    await bob.until(() => bob.pushes.some(({ type }) => type === 'going-away'))
    await assert.rejects(RawClient.connect(address), { code: 'SEALPOST_DIAL_FAILED' })
    const envelopeIds = bob.deliveries.map(({ envelope }) => envelope.envelopeId)
    await run(relay, bob, () => bob.ask({ type: 'ack', mailboxId: mailbox.mailboxId, envelopeIds }))
  }

  it('takes nobody new once told to stop, finishes what is under way, and ends with 0', () =>
    withUnackedEnvelope(async (relay, bob, ack) => {
      const ackedAtMs = performance.now()
      assert.deepEqual(await ack(), { type: 'acked' })
      const { code, signal, stdout } = await relay.ended()
      assert.deepEqual({ code, signal }, { code: 0, signal: null })
      assert.match(stdout, /\{"event":"stopped"\}\n$/)
      assert.ok(performance.now() - ackedAtMs < 4_000)
      await bob.untilClosed()
      assert.equal(bob.closeReason, undefined)
    }))

  it('goes at once when told so twice', () =>
    withUnackedEnvelope(async (relay) => {
      const toldAtMs = performance.now()
      relay.kill('SIGINT')
      const { signal } = await relay.ended()
      assert.equal(signal, 'SIGKILL')
      assert.ok(performance.now() - toldAtMs < 2_000)
    }))

  /** Asks for what is refused, and so logged. */
  async function refuseMuch(address: RelayAddress): Promise<void> {
    await using alice = await RawClient.connect(address)
    for (let round = 0; round < 5; round++) {
      await Promise.all(Array.from({ length: 200 }, () => alice.deposit(testMailbox())))
    }
    assert.equal((await alice.ask({ type: 'info' })).type, 'info')
  }

  for (const [what, open, spoil] of [
    ['has no room', () => openSync('/dev/full', 'w'), undefined],
    ['is not read', () => 'unread' as const, undefined],
    ['is closed', () => undefined, (relay: RelayProcess) => relay.closeLog()]
  ] as const) {
    it(`serves people while its log ${what}`, async () => {
      await using directory = await temporaryDirectory()
      const log = open()
      const { process, address } = await readyProcess(directory.path, { 'log-level': 'debug' }, log)
      await using relay = process
      spoil?.(relay)
      await refuseMuch(address)
      relay.kill('SIGTERM')
      assert.equal((await relay.ended()).code, 0)
      if (typeof log === 'number') {
        closeSync(log)
      }
    })
  }

  it('logs no id, no token, no key and no address, even where it logs all', async () => {
    await using directory = await temporaryDirectory()
    const { process, address } = await readyProcess(directory.path, {
      'log-level': 'debug',
      'requests-unanswered-max': '8'
    })
    await using relay = process
    const mailbox = testMailbox()
    const envelope = testEnvelope()
    {
      await using bob = await RawClient.connect(address)
      await bob.register([mailbox])
      await bob.subscribe([mailbox])
      await bob.deposit(mailbox, envelope)
      await bob.until(() => bob.deliveries.length === 1)
      const unknown = testMailbox()
      await bob.deposit(unknown)
      await bob.deposit({ ...mailbox, depositToken: unknown.depositToken })
      const { mailboxId, fetchToken } = mailbox
      await bob.ask({ type: 'destroy', mailboxId, fetchToken: unknown.fetchToken })
      await bob.ask({ type: 'destroy', mailboxId, fetchToken })
      bob.sendBytes(new Uint8Array([0xff]))
      await bob.untilClosed()
    }
    {
      await using mallory = await RawClient.connect(address)
      const floods = Array.from({ length: 9 }, () => mallory.deposit(testMailbox()))
      await Promise.allSettled(floods)
      await mallory.untilClosed()
    }
    relay.kill('SIGTERM')
    const { stderr, code } = await relay.ended()
    assert.equal(code, 0)
    const events = stderr
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => (JSON.parse(line) as { event: string }).event)
    for (const event of ['relay.request.refused', 'relay.connection.cut', 'relay.erased']) {
      assert.ok(events.includes(event), `${event} in ${events.join(' ')}`)
    }
    assert.deepEqual(
      secrets([mailboxIds.toBytes(mailbox.mailboxId), mailbox.depositToken, mailbox.fetchToken])
        .concat(secrets([envelope.recallHash, envelope.sealed.subarray(0, 16)]))
        .concat(envelope.envelopeId, address.nodeKey, nodeKeyToPeerIdText(address.nodeKey))
        .concat(formatRelayAddress(address), '127.0.0.1', '127.0.0', directory.path)
        .filter((secret) => stderr.includes(secret)),
      []
    )
  })
})

/** Bytes in the ways in which they might be written. */
function secrets(all: readonly Uint8Array[]): readonly string[] {
  return all
    .map((bytes) => Buffer.from(bytes))
    .flatMap((bytes) => [
      bytes.toString('hex'),
      bytes.toString('base64').slice(0, -2),
      bytes.toString('base64url'),
      [...bytes].join(',')
    ])
}
