import assert from 'node:assert/strict'
import { ACCOUNT_KEY, readAccount } from '@sealpost/core'
import { createRowSeal, openVault } from '@sealpost/crypto'
import { seededRandom } from '@sealpost/host/testing'
import { type BackupRecord, encodeBackupRecord, isSealpostError } from '@sealpost/protocol'
import { readBackupFile } from '../src/backup-file.ts'
import { makeRecoveryPhrase, restoreHome } from '../src/index.ts'
import { VAULT_HEADER, VaultStore } from '../src/vault-store.ts'
import { acquainted } from './acquaintance.ts'
import { CHEAP } from './backup-of-records.ts'
import { lastingRecords, recordsOf } from './home-reader.ts'
import { MemoryFile, pieces } from './memory-file.ts'
import { TestHome, type World } from './world.ts'

const FILE = { passphrase: 'battery staple', cost: CHEAP }

/** Two who have talked; alice has unread messages, and one on its way. */
async function talk(): Promise<{ world: World; alice: TestHome; bob: TestHome }> {
  const { world, alice, bob, toBob, toAlice } = await acquainted()
  for (let count = 1; count <= 3; count++) {
    await world.run(alice.client.send(toBob, `hello ${String(count)}`))
    await world.run(bob.client.send(toAlice, `hi ${String(count)}`))
  }
  await world.run(bob.client.settle())
  await world.run(alice.client.settle())
  await world.run(alice.client.markShown((await alice.client.received()).slice(0, 1)))
  await world.run(alice.client.invite({ expiresInMs: 86_400_000 }))
  await bob.close()
  alice.client.setOnline(false)
  await world.run(alice.client.send(toBob, 'not sent yet'))
  return { world, alice, bob }
}

async function read(bytes: Uint8Array, passphrase = FILE.passphrase): Promise<BackupRecord[]> {
  const records: BackupRecord[] = []
  for await (const record of readBackupFile(pieces(bytes), passphrase)) {
    records.push(record)
  }
  return records
}

function encoded(records: readonly BackupRecord[]): readonly string[] {
  return records.map((record) => Buffer.from(encodeBackupRecord(record)).toString('hex'))
}

function isDamage(error: unknown): boolean {
  return isSealpostError(error) && error.code === 'SEALPOST_BACKUP_DAMAGED'
}

describe('a backup', function () {
  this.timeout(60_000)

  it('is proven also where messages were read, or went, while it was made', async () => {
    const { world, alice, bob, toBob, toAlice } = await acquainted()
    await world.run(bob.client.setTimer(toAlice, 60))
    for (const text of ['for a minute', 'for a minute, too']) {
      await world.run(bob.client.send(toAlice, text))
    }
    await world.run(bob.client.settle())
    await world.run(alice.client.settle())
    const [first, other] = await alice.client.received({ contactId: toBob })
    assert.ok(first && other)
    await world.run(alice.client.markShown([first]))
    const showOther = (): Promise<void> => alice.client.markShown([other])
    class File extends MemoryFile {
      /** Between what was written and what is compared with it. */
      override async flush(): Promise<void> {
        await showOther()
      }
    }
    const file = new File()
    await world.run(alice.client.backup(file, FILE))
    assert.notEqual((await world.run(alice.client.received())).at(-1)?.fadesAtMs, undefined)
    await alice.close()
    await world.pass(61_000)
    const home = new TestHome(world, 'alice', false)
    const secrets = { passphrase: 'correct horse', passphraseCost: CHEAP }
    const wish = { ...secrets, filePassphrase: FILE.passphrase, isOldDeviceLost: true }
    await world.run(restoreHome(home.ports(), pieces(file.bytes), wish, world.clock.wallMs()))
    await world.run(home.open())
    // What was not read when the backup was made is there again, and waits to be read.
    const texts = (await home.client.received()).map(({ text }) => text)
    assert.deepEqual(texts, ['for a minute, too'])
    assert.equal((await home.client.findContact('bob')).timerSeconds, 60)
  })

  it('holds the account, contacts, links and the whole history, what is on its way included', async () => {
    const { world, alice } = await talk()
    const file = new MemoryFile()
    const proven = await world.run(alice.client.backup(file, { ...FILE, fileName: 'a.backup' }))
    const records = await read(file.bytes)
    await alice.close()
    const home = await recordsOf(alice.disk, 'correct horse', proven.createdAtMs)
    const withoutOwn = records.map((record) =>
      record.type === 'identity' ? { ...record, ownAddresses: [] } : record
    )
    const isOwn = ({ type }: BackupRecord): boolean => type === 'account'
    assert.deepEqual(
      encoded(withoutOwn.slice(0, -1).filter((record) => !isOwn(record))),
      encoded(home.filter((record) => !isOwn(record)))
    )
    const [, identity, account] = records
    assert.ok(identity?.type === 'identity' && account?.type === 'account')
    assert.deepEqual(
      identity.ownAddresses.map(({ device }) => device),
      [1],
      'a device that is restored is to reach this one'
    )
    assert.deepEqual([account.account.profile.name, account.relays.length], ['alice', 2])
    const texts = records.flatMap((record) =>
      record.type === 'message' ? [[record.message.text, record.message.isUnread]] : []
    )
    assert.deepEqual(texts.sort(), [
      ['hello 1', false],
      ['hello 2', false],
      ['hello 3', false],
      ['hi 1', false],
      ['hi 2', true],
      ['hi 3', true],
      ['not sent yet', false]
    ])
    assert.equal(records.filter(({ type }) => type === 'link').length, 2)
    assert.deepEqual(
      [proven.contactCount, proven.messageCount, proven.linkCount, proven.byteCount],
      [1, 7, 2, file.bytes.length]
    )
  })

  it('holds no session, private prekey, mailbox secret or ciphertext', async () => {
    const { world, alice } = await talk()
    const file = new MemoryFile()
    await world.run(alice.client.backup(file, FILE))
    await alice.close()
    const content = Buffer.concat(
      (await read(file.bytes)).map((record) => Buffer.from(encodeBackupRecord(record)))
    )
    const store = await alice.disk.open()
    const [header] = await store.getMany([VAULT_HEADER])
    assert.ok(header)
    const seal = createRowSeal(
      await openVault(header, { passphrase: 'correct horse' }),
      seededRandom(1)
    )
    const vault = new VaultStore(store, seal)
    const [account] = await vault.getMany([{ table: 'account', key: ACCOUNT_KEY }])
    assert.ok(account)
    assert.equal(content.includes(Buffer.from(readAccount(account).mailboxSecret)), false)
    // How this device is reached is in the file. What frames these in a row frames them in the file, too.
    const { bundle } = readAccount(account)
    const publicHalves = [
      bundle.signedPrekey,
      bundle.signedPrekeySignature,
      bundle.kyberPrekey,
      bundle.kyberPrekeySignature
    ].map((half) => Buffer.from(half))
    for (const table of ['signed-prekey', 'kyber-prekey', 'one-time-prekey', 'outbox'] as const) {
      const rows = await vault.getRange({ table, from: '', to: '\u007f', limit: 100 })
      assert.ok(rows.length > 0, table)
      for (const { value } of rows) {
        assert.equal(content.includes(Buffer.from(value)), false, table)
        // Any key of 32 bytes in a row has one of these parts within it.
        const step = table === 'outbox' ? value.length : 8
        for (let at = 0; at + 16 <= value.length; at += step) {
          const part = Buffer.from(value.subarray(at, at + 16))
          const ends = [part.subarray(0, 12), part.subarray(4)]
          const isPublic = publicHalves.some((half) => ends.some((end) => half.includes(end)))
          assert.ok(isPublic || !content.includes(part), table)
        }
      }
    }
    await store.close()
  })

  it('is proven, and the home remembers that', async () => {
    const { world, alice } = await talk()
    assert.equal((await alice.client.backupStatus()).last, undefined)
    const stages: string[] = []
    const proven = await world.run(
      alice.client.backup(new MemoryFile(), {
        ...FILE,
        fileName: 'a.backup',
        onProgress: ({ stage }) => stages.push(stage)
      })
    )
    assert.ok(proven.provenAtMs >= proven.createdAtMs)
    await alice.close()
    await alice.open()
    assert.deepEqual((await alice.client.backupStatus()).last, proven)
    await alice.close()
  })

  it('is not kept where what is read back is not what was written', async () => {
    const { world, alice } = await talk()
    class BadDisk extends MemoryFile {
      override read(): AsyncIterable<Uint8Array> {
        const bytes = Buffer.concat(this.part)
        bytes.writeUInt8(bytes.readUInt8(bytes.length - 40) ^ 1, bytes.length - 40)
        return pieces(bytes)
      }
    }
    class ShortDisk extends MemoryFile {
      override read(): AsyncIterable<Uint8Array> {
        return pieces(Buffer.concat(this.part.slice(0, -1)))
      }
    }
    const other = new MemoryFile()
    await world.run(alice.client.backup(other, FILE))
    class OtherFile extends MemoryFile {
      override read(): AsyncIterable<Uint8Array> {
        return pieces(other.bytes)
      }
    }
    const before = (await alice.client.backupStatus()).last
    const { contactId: toBob } = await alice.client.findContact('bob')
    await world.run(alice.client.send(toBob, 'since the other file'))
    for (const disk of [new BadDisk(), new ShortDisk(), new OtherFile()]) {
      await assert.rejects(world.run(alice.client.backup(disk, FILE)), isDamage)
      assert.equal(disk.kept, undefined)
    }
    assert.deepEqual((await alice.client.backupStatus()).last, before)
    await alice.close()
  })

  it('is whole while messages keep coming, and restores to what was said', async () => {
    const { world, alice, bob } = await talk()
    alice.client.setOnline(true)
    await bob.open()
    const { contactId: toBob } = await alice.client.findContact('bob')
    const { contactId: toAlice } = await bob.client.findContact('alice')
    const file = new MemoryFile()
    class SlowFile extends MemoryFile {
      override async write(bytes: Uint8Array): Promise<void> {
        await alice.client.send(toBob, 'meanwhile')
        await bob.client.send(toAlice, 'meanwhile, there')
        await file.write(bytes)
        await super.write(bytes)
      }
    }
    const slow = new SlowFile()
    const backup = alice.client.backup(slow, FILE)
    await world.run(backup)
    await world.run(alice.client.settle())
    await alice.close()
    await bob.close()
    const restored = new TestHome(world, 'alice', false)
    const secret = { passphrase: 'correct horse', passphraseCost: CHEAP }
    await restoreHome(
      restored.ports(),
      pieces(slow.bytes),
      { ...secret, filePassphrase: FILE.passphrase, isOldDeviceLost: false },
      world.clock.wallMs()
    )
    const messages = (records: readonly BackupRecord[]): readonly BackupRecord[] =>
      lastingRecords(records).filter(({ type }) => type === 'message')
    const here = encoded(messages(await recordsOf(restored.disk, 'correct horse', 1)))
    assert.deepEqual(encoded(messages(await read(slow.bytes))), here)
  })

  it('is not there where the process ends before it was kept', async () => {
    const { world, alice } = await talk()
    let isWritten = false
    class EndlessFile extends MemoryFile {
      override flush(): Promise<void> {
        isWritten = true
        return new Promise<void>(() => {
          // A disk that never answers.
        })
      }
    }
    const file = new EndlessFile()
    void alice.client.backup(file, FILE).catch(() => undefined)
    while (!isWritten) {
      await new Promise(setImmediate)
    }
    alice.kill()
    assert.equal(file.kept, undefined)
    await alice.open()
    assert.equal((await alice.client.backupStatus()).last, undefined)
    await world.run(alice.client.backup(new MemoryFile(), FILE))
    await alice.close()
  })

  it('needs a passphrase, and takes the recovery phrase that the home keeps', async () => {
    const { world, alice } = await talk()
    await assert.rejects(
      world.run(alice.client.backup(new MemoryFile())),
      (error) => isSealpostError(error) && error.code === 'SEALPOST_PASSPHRASE_REQUIRED'
    )
    await assert.rejects(
      alice.client.keepRecoveryPhrase('AAAAA-AAAAA'),
      (error) => isSealpostError(error) && error.code === 'SEALPOST_USAGE'
    )
    const phrase = makeRecoveryPhrase(seededRandom(4))
    await world.run(alice.client.keepRecoveryPhrase(` ${phrase.toLowerCase()} `))
    assert.equal((await alice.client.backupStatus()).phrase, phrase)
    const file = new MemoryFile()
    await world.run(alice.client.backup(file))
    await alice.close()
    const restored = new TestHome(world, 'alice', false)
    await restoreHome(
      restored.ports(),
      pieces(file.bytes),
      {
        filePassphrase: phrase.replaceAll('-', ' ').toLowerCase(),
        passphrase: undefined,
        isOldDeviceLost: true
      },
      world.clock.wallMs()
    )
    await alice.open()
    assert.equal((await alice.client.backupStatus()).phrase, phrase)
    await alice.close()
  })

  it('makes one file at a time', async () => {
    const { world, alice } = await talk()
    let open = 0
    class OneFile extends MemoryFile {
      override async write(bytes: Uint8Array): Promise<void> {
        open = this.part.length === 0 ? open + 1 : open
        assert.equal(open, 1)
        await super.write(bytes)
      }

      override async keep(): Promise<void> {
        open -= 1
        await super.keep()
      }
    }
    const files = [new OneFile(), new OneFile()]
    await world.run(Promise.all(files.map((file) => alice.client.backup(file, FILE))))
    assert.ok(files.every(({ kept }) => kept !== undefined))
    await alice.close()
  })
})
