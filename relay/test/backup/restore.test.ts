import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { access, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CLAIMABLE_BYTES, linkIds, type MailboxAnswer } from '@sealpost/protocol'
import { readBackupFile } from '../../src/backup/backup-file.ts'
import { openBackups } from '../../src/backup/open-backups.ts'
import { restoreBackup } from '../../src/backup/restore-backup.ts'
import { startRelay } from '../../src/compose.ts'
import { SYSTEM_CLOCK } from '../../src/world/system-clock.ts'
import { SYSTEM_RANDOM } from '../../src/world/system-random.ts'
import { RawClient, testEnvelope, testMailbox } from '../raw-client.ts'
import { relayScene, type RelayScene, testConfig } from '../relay-scene.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

function bytes(count: number): Uint8Array {
  return new Uint8Array(randomBytes(count))
}

function sha256(input: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(input).digest())
}

/** Bob's public link, and how it is spoken to. */
class TestLink {
  readonly #linkId = linkIds.fromBytes(bytes(32))
  readonly #claimToken = bytes(32)
  readonly #ownerToken = bytes(32)

  async publish(bob: RawClient, count: number): Promise<void> {
    const [linkId, ownerToken] = [this.#linkId, this.#ownerToken]
    const registered = await bob.ask({
      type: 'register',
      registrations: [
        {
          type: 'link',
          linkId,
          claimHash: sha256(this.#claimToken),
          ownerHash: sha256(ownerToken)
        }
      ],
      work: undefined
    })
    assert.equal(registered.type, 'registered')
    const claimables = Array.from({ length: count }, () => ({
      blob: bytes(CLAIMABLE_BYTES),
      expiresAtMs: SYSTEM_CLOCK.wallMs() + 86_400_000,
      isFallback: false
    }))
    assert.deepEqual(
      await bob.ask({ type: 'put-claimables', linkId, ownerToken, claimables, replaceAll: false }),
      { type: 'claimables-stored' }
    )
  }

  claim(stranger: RawClient): Promise<MailboxAnswer> {
    const [linkId, claimToken] = [this.#linkId, this.#claimToken]
    return stranger.ask({ type: 'claim', linkId, claimToken, claimId: bytes(32), work: undefined })
  }
}

async function backUp(scene: RelayScene, path: string): Promise<void> {
  const keeper = await openBackups({
    ...scene,
    version: '0.1.0',
    clock: SYSTEM_CLOCK,
    random: SYSTEM_RANDOM
  })
  await keeper.begin(path, undefined)
  await keeper.settled()
  assert.equal(keeper.status().work?.failure, undefined)
  await keeper.close()
}

function restore(path: string, data: string): ReturnType<typeof restoreBackup> {
  return restoreBackup(readBackupFile(path, undefined), data, SYSTEM_RANDOM)
}

async function storeIdOf(client: RawClient): Promise<string> {
  const answer = await client.ask({ type: 'info' })
  assert.ok(answer.type === 'info')
  return answer.info.storeId
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false
  )
}

describe('a relay that was restored from a backup', function () {
  this.timeout(30_000)

  it('delivers what it kept, and hands out no claimable', async () => {
    await using directory = await temporaryDirectory()
    const path = join(directory.path, 'backup')
    const data = join(directory.path, 'restored')
    const mailbox = testMailbox()
    const link = new TestLink()
    const [acked, kept, ackedLater, lost] = Array.from({ length: 4 }, () => testEnvelope())
    assert.ok(acked && kept && ackedLater && lost)
    const { nodeKey, storeId } = await (async () => {
      await using scene = await relayScene()
      await using bob = await RawClient.connect(scene.relay.address)
      await bob.register([mailbox])
      await link.publish(bob, 3)
      for (const envelope of [acked, kept, ackedLater]) {
        await bob.deposit(mailbox, envelope)
      }
      await bob.subscribe([mailbox])
      const { mailboxId } = mailbox
      await bob.ask({ type: 'ack', mailboxId, envelopeIds: [acked.envelopeId] })
      assert.equal((await link.claim(bob)).type, 'claimed')
      await backUp(scene, path)
      assert.equal((await link.claim(bob)).type, 'claimed')
      await bob.ask({ type: 'ack', mailboxId, envelopeIds: [ackedLater.envelopeId] })
      await bob.deposit(mailbox, lost)
      return { storeId: await storeIdOf(bob), nodeKey: scene.relay.address.nodeKey }
    })()
    const summary = await restore(path, data)
    assert.deepEqual([summary.envelopeCount, summary.mailboxCount], [2, 1])
    await using scene = await relayScene({ data })
    assert.equal(scene.relay.address.nodeKey, nodeKey)
    await using bob = await RawClient.connect(scene.relay.address)
    assert.notEqual(await storeIdOf(bob), storeId)
    for (let stranger = 0; stranger < 4; stranger++) {
      assert.deepEqual(await link.claim(bob), { type: 'refused', reason: 'denied' })
    }
    await bob.subscribe([mailbox])
    await bob.until(() => bob.deliveries.length === 2)
    assert.deepEqual(
      bob.deliveries.map(({ envelope }) => envelope),
      [kept, ackedLater]
    )
    // What a client does that finds another store id.
    assert.equal((await bob.register([mailbox])).type, 'registered')
    assert.deepEqual(await bob.deposit(mailbox, lost), { type: 'deposited', outcome: 'stored' })
    assert.deepEqual(await bob.deposit(mailbox, acked), { type: 'deposited', outcome: 'gone' })
    await link.publish(bob, 1)
    assert.equal((await link.claim(bob)).type, 'claimed')
    assert.equal((await link.claim(bob)).type, 'taken')
  })

  it('has the files beside the store, for its owner alone, and the options', async () => {
    await using directory = await temporaryDirectory()
    const path = join(directory.path, 'backup')
    const data = join(directory.path, 'deep', 'restored')
    await using scene = await relayScene({ options: { 'work-bits': '17', operator: 'Rita' } })
    const old = scene.config.data
    await writeFile(join(old, 'tokens.json'), '{"tokens":[]}')
    await writeFile(join(old, 'tokens.json.new'), 'half')
    await backUp(scene, path)
    assert.equal((await stat(path)).mode & 0o777, 0o600)
    await restore(path, data)
    assert.deepEqual((await readdir(data)).toSorted(), [
      'node.key',
      'restored.yaml',
      'store',
      'tokens.json'
    ])
    for (const name of ['node.key', 'tokens.json']) {
      assert.deepEqual(await readFile(join(data, name)), await readFile(join(old, name)))
      assert.equal((await stat(join(data, name))).mode & 0o777, 0o600)
    }
    assert.equal((await stat(data)).mode & 0o777, 0o700)
    const yaml = await readFile(join(data, 'restored.yaml'), 'utf8')
    assert.match(yaml, /^work-bits: 17$/m)
    assert.match(yaml, /^operator: Rita$/m)
    assert.doesNotMatch(yaml, /^data:/m)
  })

  it('is made in an empty place only', async () => {
    await using directory = await temporaryDirectory()
    const path = join(directory.path, 'backup')
    await using scene = await relayScene()
    await backUp(scene, path)
    await assert.rejects(restore(path, scene.config.data), { code: 'SEALPOST_PLACE_TAKEN' })
    const data = join(directory.path, 'other')
    await mkdir(join(data, 'lost+found'), { recursive: true })
    await writeFile(join(data, 'note.txt'), 'mine')
    await assert.rejects(restore(path, data), { code: 'SEALPOST_PLACE_TAKEN' })
    assert.deepEqual((await readdir(data)).toSorted(), ['lost+found', 'note.txt'])
  })

  it('is not there at all where the backup is damaged, even at its last byte', async () => {
    await using directory = await temporaryDirectory()
    const path = join(directory.path, 'backup')
    const data = join(directory.path, 'restored')
    await using scene = await relayScene()
    await backUp(scene, path)
    const backup = await readFile(path)
    const last = backup.length - 1
    backup[last] = (backup[last] ?? 0) ^ 1
    await writeFile(`${path}.damaged`, backup)
    await assert.rejects(restore(`${path}.damaged`, data), { code: 'SEALPOST_BACKUP_DAMAGED' })
    assert.deepEqual(await readdir(data), [])
    await restore(path, data)
    assert.ok(await isThere(join(data, 'node.key')))
  })

  it('is refused as long as it is only half restored', async () => {
    await using directory = await temporaryDirectory()
    await mkdir(join(directory.path, 'restoring', 'store'), { recursive: true })
    await assert.rejects(startRelay(testConfig(directory.path)), {
      code: 'SEALPOST_STORE_FAILED',
      message: /restore again/
    })
    assert.deepEqual(await readdir(directory.path), ['restoring'])
  })
})
