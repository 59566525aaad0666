import assert from 'node:assert/strict'
import {
  type BackupRecord,
  type ContactId,
  decodeDeviceList,
  encodeBackupRecord,
  isSealpostError,
  type ErrorCode
} from '@sealpost/protocol'
import fc from 'fast-check'
import { createHome, type RestoredHome, restoreHome, SealpostClient } from '../src/index.ts'
import { acquainted } from './acquaintance.ts'
import { arbitraryHistory } from './arbitrary-history.ts'
import { CHEAP, FILE_PASSPHRASE, fileOf, MADE_AT_MS, prefixOf } from './backup-of-records.ts'
import { lastingRecords, recordsOf } from './home-reader.ts'
import { MemoryFile, pieces } from './memory-file.ts'
import { TestHome, World } from './world.ts'

const SECRET = { passphrase: 'correct horse', passphraseCost: CHEAP }
const HOUR_MS = 3_600_000

interface How {
  readonly filePassphrase?: string
  readonly isOldDeviceLost?: boolean
  readonly nowMs?: number
  readonly pieceBytes?: number
}

function restore(home: TestHome, file: Uint8Array, how: How = {}): Promise<RestoredHome> {
  const { filePassphrase = FILE_PASSPHRASE, isOldDeviceLost = true, nowMs = MADE_AT_MS } = how
  const source = pieces(file, how.pieceBytes)
  return restoreHome(home.ports(), source, { ...SECRET, filePassphrase, isOldDeviceLost }, nowMs)
}

function newHome(): TestHome {
  return new TestHome(new World(), 'alice', false)
}

function fails(code: ErrorCode): (error: unknown) => boolean {
  return (error) => isSealpostError(error) && error.code === code
}

async function opens(home: TestHome): Promise<void> {
  const client = await SealpostClient.open(home.ports(), { passphrase: 'correct horse' })
  await client.close()
}

async function delivered(
  world: World,
  home: TestHome,
  contactId: ContactId,
  text: string
): Promise<void> {
  const { messageId } = await home.client.send(contactId, text)
  assert.ok(messageId)
  await world.run(home.client.waitForMessage(messageId, 'delivered'))
}

function encoded(records: readonly BackupRecord[]): readonly string[] {
  return records.map((record) => Buffer.from(encodeBackupRecord(record)).toString('hex'))
}

async function deviceListOf(home: TestHome): Promise<ReturnType<typeof decodeDeviceList>> {
  const records = await recordsOf(home.disk, 'correct horse', 1)
  const identity = records.find(({ type }) => type === 'identity')
  assert.ok(identity?.type === 'identity')
  return decodeDeviceList(identity.deviceList.body)
}

describe('restoring a backup', function () {
  this.timeout(60_000)

  it('is a new device: contacts learn of it, and messages flow both ways', async () => {
    const { world, alice, bob, toBob, toAlice } = await acquainted({ relayCount: 3 })
    for (const text of ['one', 'two']) {
      await delivered(world, alice, toBob, text)
    }
    await delivered(world, bob, toAlice, 'three')
    const file = new MemoryFile()
    await world.run(alice.client.backup(file, { passphrase: FILE_PASSPHRASE, cost: CHEAP }))
    // What is said since the backup is nowhere but with bob.
    await delivered(world, alice, toBob, 'four')
    await delivered(world, bob, toAlice, 'five')
    await alice.close()
    await world.run(bob.client.send(toAlice, 'six'))

    const again = new TestHome(world, 'alice', false)
    const { device: number } = await restore(again, file.bytes, { nowMs: world.clock.wallMs() })
    assert.notEqual(number, 1)
    await again.open()
    const contact = await again.client.findContact('bob')
    const before = await again.client.messages(contact.contactId)
    assert.deepEqual(
      before.map(({ text }) => text),
      ['one', 'two', 'three']
    )
    await delivered(world, again, contact.contactId, 'from the new one')
    await delivered(world, bob, toAlice, 'welcome back')
    // What the backup lacks comes from bob, who has it: also what the old device had received.
    const texts = async (): Promise<readonly string[]> =>
      (await again.client.messages(contact.contactId)).map(({ text }) => text)
    for (let count = 0; count < 200 && !(await texts()).includes('five'); count++) {
      await world.pass(10_000, 1_000)
    }
    assert.deepEqual((await texts()).filter((text) => ['five', 'six'].includes(text)).toSorted(), [
      'five',
      'six'
    ])
    const shown = await bob.client.messages(toAlice)
    assert.deepEqual(
      shown.flatMap(({ kind, text }) => (kind === 'notice' ? [] : [text])),
      ['one', 'two', 'three', 'four', 'five', 'six', 'from the new one', 'welcome back']
    )
    const notices = shown.flatMap(({ notice }) => (notice === undefined ? [] : [notice]))
    assert.deepEqual(notices.sort(), ['device-added', 'device-removed'])
    // Sessions are new on both sides: nothing that was sent could not be read.
    assert.equal(
      (await again.client.messages(contact.contactId)).filter(({ kind }) => kind === 'unreadable')
        .length,
      0
    )
    await again.close()
    await bob.close()
  })

  it('gives back contacts, links, history, unread marks and what was held, whatever they are', async () => {
    const prefix = await prefixOf()
    await fc.assert(
      fc.asyncProperty(
        fc.nat(1_000_000),
        fc.integer({ min: 0, max: 5 }),
        fc.integer({ min: 0, max: 120 }),
        async (seed, contacts, messages) => {
          const given = arbitraryHistory(seed, { contacts, messages })
          const first = newHome()
          await restore(first, await fileOf([...prefix, ...given]), { isOldDeviceLost: false })
          const once = lastingRecords(await recordsOf(first.disk, 'correct horse', 1))
          const second = newHome()
          await restore(second, await fileOf([...prefix, ...once]), { isOldDeviceLost: false })
          const twice = lastingRecords(await recordsOf(second.disk, 'correct horse', 1))
          assert.deepEqual(encoded(twice), encoded(once))
          // What is held may only have grown by the messages that were there; nothing else is another.
          const bare = (record: BackupRecord): BackupRecord =>
            record.type === 'contact'
              ? { ...record, contact: { ...record.contact, held: [] } }
              : record
          assert.deepEqual(encoded(once.map(bare)), encoded(lastingRecords(given).map(bare)))
        }
      ),
      { numRuns: 6 }
    )
  })

  it('knows every message that it holds, and no other, by its number', async () => {
    const given = arbitraryHistory(11, { contacts: 4, messages: 200 })
    const home = newHome()
    await restore(home, await fileOf([...(await prefixOf()), ...given]), {
      isOldDeviceLost: false
    })
    const restored = await recordsOf(home.disk, 'correct horse', 1)
    for (const record of restored) {
      if (record.type !== 'contact') {
        continue
      }
      const { identityKey, held } = record.contact
      const before = given.find(
        (one) => one.type === 'contact' && one.contact.identityKey === identityKey
      )
      assert.ok(before?.type === 'contact')
      for (const { device: sender, upTo, beyond } of held) {
        const isHeld = (number: number): boolean =>
          number <= upTo || beyond.some(({ first, last }) => first <= number && number <= last)
        const told = before.contact.held.find((one) => one.device === sender)
        const wasTold = (number: number): boolean =>
          told !== undefined &&
          (number <= told.upTo ||
            told.beyond.some(({ first, last }) => first <= number && number <= last))
        const numbers = new Set(
          given.flatMap((one) =>
            one.type === 'message' &&
            one.message.identityKey === identityKey &&
            !one.message.isOwn &&
            one.message.device === sender
              ? [one.message.number]
              : []
          )
        )
        for (let number = 1; number <= 700; number++) {
          assert.equal(isHeld(number), wasTold(number) || numbers.has(number), String(number))
        }
      }
    }
  })

  it('makes a new device, and takes the old one off the list only where it is lost', async () => {
    const prefix = await prefixOf({ devices: [2, 5], removed: [1, 6] })
    for (const isOldDeviceLost of [true, false]) {
      const home = newHome()
      const restored = await restore(home, await fileOf(prefix), { isOldDeviceLost })
      const { device } = restored
      assert.equal(restored.oldDevice, 2)
      assert.ok(![1, 2, 5, 6].includes(device))
      const list = await deviceListOf(home)
      assert.equal(list.version, 5)
      assert.deepEqual(
        list.devices.map(({ number }) => number),
        isOldDeviceLost ? [5, device] : [2, 5, device]
      )
      assert.deepEqual(list.removed, isOldDeviceLost ? [1, 2, 6] : [1, 6])
    }
  })

  it('says more than was said before wherever an old backup is restored again', async () => {
    const file = await fileOf(await prefixOf())
    let version = 0
    for (const nowMs of [
      MADE_AT_MS - HOUR_MS,
      MADE_AT_MS,
      MADE_AT_MS + 1_000,
      MADE_AT_MS + 400 * HOUR_MS
    ]) {
      const home = newHome()
      await restore(home, file, { nowMs })
      const list = await deviceListOf(home)
      assert.ok(list.version > version)
      version = list.version
    }
    // Two of one second are joined, and a clock that is wrong by decades uses nothing up.
    const home = newHome()
    await restore(home, file, { nowMs: MADE_AT_MS * 1_000 })
    assert.equal((await deviceListOf(home)).version, 5)
  })

  it('takes another number than another home of the same file, but for one in 126', async () => {
    const file = await fileOf(await prefixOf())
    const world = new World()
    const numbers: number[] = []
    for (let count = 0; count < 6; count++) {
      const home = new TestHome(world, 'alice', false)
      numbers.push((await restore(home, file, { nowMs: MADE_AT_MS })).device)
    }
    assert.ok(new Set(numbers).size >= 5, numbers.join())
    assert.ok(!numbers.includes(1))
  })

  it('refuses an account that had every device there can be', async () => {
    const removed = Array.from({ length: 126 }, (_, at) => at + 2)
    const file = await fileOf(await prefixOf({ devices: [1], removed }))
    await assert.rejects(restore(newHome(), file), fails('SEALPOST_USAGE'))
    const last = await fileOf(await prefixOf({ devices: [1], removed: removed.slice(1) }))
    assert.equal((await restore(newHome(), last)).device, 2)
  })

  it('does not care in what pieces a file comes', async () => {
    const given = arbitraryHistory(3, { contacts: 2, messages: 20 })
    const file = await fileOf([...(await prefixOf()), ...given])
    for (const pieceBytes of [1, 82, 83, 84, 65_635, 1_000_000]) {
      const { contactCount } = await restore(newHome(), file, { pieceBytes })
      assert.equal(contactCount, 2)
    }
  })

  it('leaves a store that says it is incomplete wherever it is cut off, and is whole after another try', async () => {
    const given = arbitraryHistory(21, { contacts: 3, messages: 900 })
    const file = await fileOf([...(await prefixOf()), ...given])
    let commits = 0
    for (let stepCount = 0, isWhole = false; !isWhole; stepCount++) {
      const home = newHome()
      home.disk.pause('commits')
      const restoring = restore(home, file)
      restoring.then(
        () => {
          isWhole = true
        },
        () => undefined
      )
      for (let step = 0; step < stepCount && !isWhole;) {
        await new Promise(setImmediate)
        step += home.disk.step('commits') ? 1 : 0
      }
      while (!isWhole && home.disk.waitingCount('commits') === 0) {
        await new Promise(setImmediate)
      }
      if (isWhole) {
        break
      }
      const isToldLate = stepCount % 2 === 1
      home.kill(isToldLate ? 1 : 0)
      home.disk.resume('commits')
      const done = stepCount + (isToldLate ? 1 : 0)
      if (done === 0) {
        await assert.rejects(opens(home), fails('SEALPOST_HOME_MISSING'))
      } else if (home.disk.rows('vault').some(({ key }) => key === 'header')) {
        // The last commit was the one that nobody was told of.
        await opens(home)
        break
      } else {
        await assert.rejects(opens(home), fails('SEALPOST_HOME_INCOMPLETE'))
        await assert.rejects(
          createHome(
            home.ports(),
            {
              name: 'alice',
              relays: [{ nodeKey: 'aa'.repeat(32) as never, addresses: ['/dns4/a/tcp/1/ws'] }],
              ...SECRET
            },
            1
          ),
          fails('SEALPOST_HOME_INCOMPLETE')
        )
      }
      const again = await restore(home, file)
      assert.equal(again.contactCount, 3)
      const rows = lastingRecords(await recordsOf(home.disk, 'correct horse', 1))
      assert.equal(
        rows.filter(({ type }) => type === 'message').length,
        given.filter(({ type }) => type === 'message').length
      )
      assert.equal(home.disk.rows('contact').length, 3)
      commits = stepCount
    }
    assert.ok(commits >= 3, String(commits))
  })

  it('leaves an account that is there as it is', async () => {
    const file = await fileOf(await prefixOf())
    const home = newHome()
    await restore(home, file)
    await assert.rejects(restore(home, file), fails('SEALPOST_HOME_EXISTS'))
    await opens(home)
  })

  describe('refuses', () => {
    let file: Uint8Array
    before(async () => {
      const given = arbitraryHistory(2, { contacts: 3, messages: 300 })
      file = await fileOf([...(await prefixOf()), ...given])
    })

    const refuses = async (bytes: Uint8Array, code: ErrorCode, how: How = {}): Promise<void> => {
      const home = newHome()
      await assert.rejects(restore(home, bytes, how), fails(code))
      // Nothing of it is kept, and the home can be used for something else.
      assert.equal(home.disk.usedBytes, 0)
      await assert.rejects(opens(home), fails('SEALPOST_HOME_MISSING'))
    }

    it('a wrong passphrase', async () => {
      await refuses(file, 'SEALPOST_PASSPHRASE_WRONG', { filePassphrase: 'battery stable' })
    })

    it('what is no backup, and nothing at all', async () => {
      await refuses(new Uint8Array(5_000), 'SEALPOST_BACKUP_UNKNOWN')
      await refuses(new Uint8Array(0), 'SEALPOST_BACKUP_UNKNOWN')
    })

    it('a file cut short anywhere', async () => {
      for (const length of [83, 84, 65_635, file.length - 65_552, file.length - 1]) {
        await refuses(file.subarray(0, length), 'SEALPOST_BACKUP_DAMAGED')
      }
    })

    it('a file with something behind it', async () => {
      await refuses(new Uint8Array([...file, 0]), 'SEALPOST_BACKUP_DAMAGED')
    })

    it('a file with one changed bit, wherever it is', async () => {
      for (const at of [90, 70_000, file.length - 1]) {
        const changed = file.slice()
        changed[at] = (changed[at] ?? 0) ^ 0x10
        await refuses(changed, 'SEALPOST_BACKUP_DAMAGED')
      }
    })

    it('a file of a newer version', async () => {
      const changed = file.slice()
      changed[4] = 2
      await refuses(changed, 'SEALPOST_BACKUP_NEWER')
      const [manifest, ...rest] = await prefixOf()
      assert.ok(manifest?.type === 'manifest')
      const newer = await fileOf([{ ...manifest, formatVersion: 2 }, ...rest])
      await refuses(newer, 'SEALPOST_BACKUP_NEWER')
    })

    it('records out of order, missing, or of somebody else', async () => {
      const [manifest, identity, account] = await prefixOf()
      const [, other] = await prefixOf()
      assert.ok(manifest && identity && account && other)
      for (const records of [
        [identity, manifest, account],
        [manifest, account],
        [manifest, identity],
        [manifest, identity, account, identity],
        [manifest, other, account],
        []
      ]) {
        await refuses(await fileOf(records), 'SEALPOST_BACKUP_DAMAGED')
      }
    })

    it('a device list that its account did not sign', async () => {
      const [manifest, identity, account] = await prefixOf()
      assert.ok(manifest && identity?.type === 'identity' && account)
      const deviceList = { ...identity.deviceList, signature: new Uint8Array(64) }
      const forged = await fileOf([manifest, { ...identity, deviceList }, account])
      await refuses(forged, 'SEALPOST_BACKUP_DAMAGED')
    })

    it('messages of nobody, and a contact twice', async () => {
      const prefix = await prefixOf()
      const given = arbitraryHistory(2, { contacts: 1, messages: 50 })
      const contact = given.find(({ type }) => type === 'contact')
      assert.ok(contact)
      const orphans = given.filter((record) => record !== contact)
      await refuses(await fileOf([...prefix, ...orphans]), 'SEALPOST_BACKUP_DAMAGED')
      await refuses(await fileOf([...prefix, contact, contact]), 'SEALPOST_BACKUP_DAMAGED')
    })
  })
})
