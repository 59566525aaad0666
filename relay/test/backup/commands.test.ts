import assert from 'node:assert/strict'
import { watch } from 'node:fs'
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { drawAgeKeyPair } from '../../src/backup/age-format.ts'
import { RawClient, testEnvelope, testMailbox } from '../raw-client.ts'
import { readyProcess, RelayProcess, runCommand } from '../relay-process.ts'
import { storeEnvelopes } from '../stored-envelopes.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

describe('the commands of backups', function () {
  this.timeout(120_000)

  it('back up a relay that runs, prove the file, and make a relay of it elsewhere', async () => {
    await using directory = await temporaryDirectory()
    const [data, restored] = [join(directory.path, 'data'), join(directory.path, 'restored')]
    const identity = join(directory.path, 'identity.txt')
    const pair = await drawAgeKeyPair()
    await writeFile(identity, `# rita's\n${pair.identity}\n`)
    const mailbox = testMailbox()
    const envelope = testEnvelope()
    const file = join(directory.path, 'backup')
    let nodeKey: unknown
    {
      const { process, address } = await readyProcess(data)
      await using relay = process
      nodeKey = address.nodeKey
      await using bob = await RawClient.connect(address)
      await bob.register([mailbox])
      await bob.deposit(mailbox, envelope)
      const sealed = ['--recipient', pair.recipient, '--json']
      const made = await runCommand(['backup', file, '--data', data, ...sealed])
      assert.equal(made.code, 0, made.stderr)
      const { backup } = JSON.parse(made.stdout) as { backup: Record<string, unknown> }
      assert.deepEqual([backup.path, backup.isEncrypted], [file, true])
      assert.equal((await stat(file)).mode & 0o777, 0o600)
      const shown = await runCommand(['status', '--data', data])
      assert.match(shown.stdout, /^backup +\d+ seconds? ago; none was proven/m)
      const again = await runCommand(['backup', file, '--data', data])
      assert.equal(again.code, 1)
      assert.match(again.stderr, /There is a file .* already/)
      assert.equal(relay.stderr.includes('relay.backup.made'), true)
    }
    const blind = await runCommand(['verify', file])
    assert.equal(blind.code, 1)
    assert.match(blind.stderr, /--identity FILE/)
    const proven = await runCommand(['verify', file, '--identity', identity])
    assert.match(proven.stdout, /^It is whole\.\n/)
    const done = await runCommand(['restore', file, '--identity', identity, '--data', restored])
    assert.match(done.stdout, /with 1 envelope in 1 mailbox\./)
    const { process, address } = await readyProcess(restored)
    await using relay = process
    assert.equal(address.nodeKey, nodeKey, relay.stderr)
    await using bob = await RawClient.connect(address)
    await bob.subscribe([mailbox])
    await bob.until(() => bob.deliveries.length > 0)
    assert.deepEqual(bob.deliveries[0]?.envelope, envelope)
  })

  it('back up one that does not run, and refuse a file with one byte changed', async () => {
    await using directory = await temporaryDirectory()
    const data = join(directory.path, 'data')
    await storeEnvelopes(data, 100)
    const nobody = await runCommand(['backup', directory.path, '--data', join(data, 'none')])
    assert.equal(nobody.code, 2, nobody.stderr)
    const made = await runCommand(['backup', directory.path, '--data', data])
    assert.match(made.stdout, /It is a secret/)
    const [name = ''] = (await readdir(directory.path)).filter((one) => one.endsWith('.backup'))
    const file = join(directory.path, name)
    const bytes = await readFile(file)
    const middle = Math.floor(bytes.length / 2)
    bytes[middle] = (bytes[middle] ?? 0) ^ 1
    await writeFile(`${file}.damaged`, bytes)
    const damaged = await runCommand(['verify', `${file}.damaged`, '--json'])
    assert.equal(damaged.code, 1)
    assert.match(damaged.stderr, /"code":"SEALPOST_BACKUP_DAMAGED"/)
    const looked = await runCommand(['migrate', '--dry-run', '--json', '--data', data])
    assert.deepEqual(JSON.parse(looked.stdout), { format: 1, knownFormat: 1, isDryRun: true })
  })

  it('leave nothing that a relay runs in, where a restore is killed', async () => {
    await using directory = await temporaryDirectory()
    const [data, restored] = [join(directory.path, 'data'), join(directory.path, 'restored')]
    await storeEnvelopes(data, 8_000)
    const file = join(directory.path, 'backup')
    assert.equal((await runCommand(['backup', file, '--data', data])).code, 0)
    await mkdir(restored)
    await using restoring = new RelayProcess(['restore', file, '--data', restored])
    const begun = Promise.withResolvers<undefined>()
    const watcher = watch(restored, () => {
      begun.resolve(undefined)
    })
    await begun.promise
    watcher.close()
    restoring.kill('SIGKILL')
    assert.equal((await restoring.ended()).signal, 'SIGKILL')
    assert.deepEqual(await readdir(restored), ['restoring'])
    const run = await runCommand(['run', '--data', restored, '--listen', '127.0.0.1:0'])
    assert.equal(run.code, 1)
    assert.match(run.stderr, /empty .* and restore again/)
  })
})
