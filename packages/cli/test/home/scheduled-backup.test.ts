import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SealpostClient } from '@sealpost/client'
import type { IdentityKey } from '@sealpost/protocol'
import { backupPlanText } from '../../src/commands/status.ts'
import { keepBackups } from '../../src/home/backup-keeper.ts'
import { homeAt } from '../../src/home/home.ts'
import { openClient } from '../../src/home/open-client.ts'
import { openStore } from '../../src/home/open-store.ts'
import { backupFileName, backupPrefix, readBackupNames } from '../../src/home/scheduled-backup.ts'
import { systemClock } from '../../src/system-ports.ts'
import { MemoryScreen } from '../memory-screen.ts'
import { RelayProcess } from '../relay-process.ts'
import { jsonError, onlyJson, type Ran, runHere } from '../run-here.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

const NOW_MS = Date.UTC(2026, 10, 22, 14, 3, 7)
const PREFIX = 'sealpost-1a2b3c4d-1'

describe('the name of a backup that a device makes by itself', () => {
  it('says whose it is and when it was made', () => {
    const identityKey = `05${'1a2b3c4d'.repeat(8)}` as IdentityKey
    assert.equal(backupPrefix({ identityKey, device: 1 }), PREFIX)
    assert.equal(backupFileName(PREFIX, NOW_MS), `${PREFIX}-20261122T140307Z.backup`)
  })

  it('is told from all others in the folder', () => {
    const fileName = backupFileName(PREFIX, NOW_MS)
    const others = [
      'alice.backup',
      `x${fileName}`,
      `${fileName}x`,
      backupFileName('sealpost-1a2b3c4d-11', NOW_MS),
      backupFileName('sealpost-ffffffff-1', NOW_MS),
      `${PREFIX}-20261322T140307Z.backup`
    ]
    assert.deepEqual(readBackupNames([...others, fileName, `${fileName}.part`], PREFIX), {
      kept: [{ fileName, madeAtMs: NOW_MS }],
      parts: [`${fileName}.part`]
    })
  })
})

describe('what status says of such backups', () => {
  const plan = {
    folder: '/b',
    everyMs: 86_400_000,
    keep: 7,
    problem: undefined,
    triedAtMs: undefined
  }
  const last = { lastAtMs: NOW_MS - 1, dueAtMs: NOW_MS + 1, isOverdue: false }

  it('is when the next one comes, that it is due, overdue, or why it cannot be made', () => {
    const text = (changes: Partial<Parameters<typeof backupPlanText>[0]>): string =>
      backupPlanText({ ...plan, ...last, ...changes }, NOW_MS)
    assert.match(text({}), /^each 1d into \/b, 7 kept; next: 2026-11-22/)
    assert.match(text({ dueAtMs: NOW_MS }), /; one is due$/)
    assert.match(text({ isOverdue: true }), /overdue \(last: 2026.*daemon run$/)
    assert.match(text({ isOverdue: true, lastAtMs: undefined }), /overdue \(none yet\)/)
    const failed = { isOverdue: true, problem: 'SEALPOST_STORE_FULL', triedAtMs: NOW_MS } as const
    assert.match(text(failed), /the last try failed \(2026-.*\): There is no room left on the disk/)
  })
})

describe('backups that a device makes by itself', function () {
  this.timeout(60_000)
  let relay: RelayProcess
  const home = temporaryDirectory()
  const folder = join(temporaryDirectory(), 'backups')
  const run = (...line: readonly string[]): Promise<Ran> =>
    runHere(['--home', home, '--json', ...line])

  before(async () => {
    relay = await RelayProcess.start()
    await run('init', '--name', 'alice', '--relay', relay.address, '--no-passphrase')
  })

  after(async () => {
    await relay.stop()
  })

  it('begin with one at once, which is proven, and stand in status', async () => {
    const made = onlyJson(await run('backup', '--every', '1d', '--keep', '2', '--yes', folder))
    assert.deepEqual([made['everyMs'], made['keep'], made['folder']], [86_400_000, 2, folder])
    assert.match(String(made['recoveryPhrase']), /^[0-9A-Z]{5}-/)
    assert.equal(readdirSync(folder).length, 1)
    const { backupPlan } = onlyJson(await run('status')) as { backupPlan: Record<string, unknown> }
    assert.equal(backupPlan['isOverdue'], false)
    assert.equal(backupPlan['dueAtMs'], Number(backupPlan['lastAtMs']) + 86_400_000)
  })

  it('are made when they are due, and the oldest go once a newer one is proven', async () => {
    const oldest = '20200101T000000Z.backup'
    const [first = ''] = readdirSync(folder)
    const prefix = first.slice(0, -oldest.length)
    renameSync(join(folder, first), join(folder, `${prefix}20210101T000000Z.backup`))
    for (const name of [`${prefix}${oldest}`, `${prefix}${oldest}.part`, 'letter.txt']) {
      writeFileSync(join(folder, name), '')
    }
    await kept(async (client, made) => {
      await client.scheduleBackups({ folder, everyMs: 3_600_000, keep: 2, lastAtMs: 1 })
      await made()
    })
    const names = readdirSync(folder)
    assert.equal(names.filter((name) => name.startsWith(prefix)).length, 2, names.join(' '))
    assert.ok(names.includes('letter.txt') && !names.some((name) => name.includes(oldest)))
  })

  it('say so where one cannot be made, and nothing that was proven goes', async () => {
    const gone = join(folder, 'gone')
    mkdirSync(gone)
    rmSync(gone, { recursive: true })
    const failures = await kept(async (client, _made, failed) => {
      await client.scheduleBackups({ folder: gone, everyMs: 3_600_000, keep: 1, lastAtMs: 1 })
      await failed()
      const { schedule } = await client.backupStatus()
      assert.equal(schedule?.failure?.code, 'SEALPOST_STORE_FAILED')
      assert.ok(schedule.dueAtMs > Date.now(), 'not again at once')
    })
    assert.equal(failures, 1)
    const { printed } = await runHere(['--home', home, 'status'])
    assert.match(printed.join('\n'), /^backups +each 1h .*the last try failed/m)
    assert.equal(readdirSync(folder).length, 3)
  })

  it('end, or are asked for in ways that cannot be', async () => {
    assert.deepEqual(onlyJson(await run('backup', '--every', 'off')), { isScheduled: false })
    assert.equal('backupPlan' in onlyJson(await run('status')), false)
    for (const line of [
      ['--every', '1d'],
      ['--every', '30m', folder],
      ['--every', '91d', folder],
      ['--keep', '3', folder],
      ['--keep', '0', '--every', '1d', folder],
      []
    ]) {
      assert.equal((await run('backup', ...line)).code, 2, line.join(' '))
    }
    const secret = { SEALPOST_BACKUP_PASSPHRASE: 'x' }
    const line = ['--home', home, '--json', 'backup', '--every', '1d', '--passphrase', folder]
    assert.equal((await runHere(line, { environment: secret })).code, 2)
    const full = await run('backup', '--every', '1d', join(folder, 'letter.txt'))
    assert.equal(jsonError(full).code, 'SEALPOST_STORE_FAILED')
  })

  it('are made by the process that stays', async () => {
    await run('backup', '--every', '1h', '--keep', '1', folder)
    const before = readdirSync(folder)
    const ending = new AbortController()
    const screen = new MemoryScreen()
    const daemon = runHere(['--home', home, 'daemon'], { screen, signal: ending.signal })
    await screen.until(/is online/)
    assert.equal((await run('backup', '--every', '12h', '--keep', '1', folder)).code, 0)
    ending.abort()
    assert.equal((await daemon).code, 0)
    assert.equal(readdirSync(folder).length, before.length)
  })

  type Until = () => Promise<void>

  /** Keeps the backups of the home while `work` runs. @returns how many tries failed */
  async function kept(
    work: (client: SealpostClient, made: Until, failed: Until) => Promise<void>
  ): Promise<number> {
    const { signal, passphrase } = { signal: new AbortController().signal, passphrase: {} as never }
    const setup = { home: homeAt(home), clock: systemClock, signal, passphrase }
    const store = await openStore(setup.home, setup)
    const client = await openClient(store, {
      ...setup,
      logLevel: undefined,
      directListen: undefined
    })
    const ending = new AbortController()
    let failures = 0
    const keeping = keepBackups({
      client,
      clock: systemClock,
      signal: ending.signal,
      onFailed: () => {
        failures += 1
        return Promise.resolve()
      }
    })
    const until = async (isSo: () => Promise<boolean>): Promise<void> => {
      while (!(await isSo())) {
        await new Promise((resolve) => {
          setTimeout(resolve, 20)
        })
      }
    }
    const made = (): Promise<void> =>
      until(async () => ((await client.backupStatus()).schedule?.lastAtMs ?? 0) > 1)
    try {
      await work(client, made, () => until(() => Promise.resolve(failures > 0)))
    } finally {
      ending.abort()
      await keeping
      await client.close()
    }
    return failures
  }
})
