/** The states of an open home in which nobody is yet, and of one that is not open. */
import { asking } from './asking-states.ts'
import type { State } from './states-first.ts'
import { REPORT_STATES } from './states-reports.ts'
import type { Stage } from './stage.ts'

const ID = '0'.repeat(32)
const HANDLE = { credentialId: new Uint8Array(16), salt: new Uint8Array(32) }
const way = (kind: string, at: number): object => ({
  wayId: String(at).padStart(32, '0'),
  kind,
  addedAtMs: 1_700_000_000_000,
  passkey: kind === 'passphrase' ? undefined : HANDLE
})

async function home(stage: Stage, state: object): Promise<void> {
  await stage.go('#/')
  await stage.tell({ type: 'home', state })
}

function locked(name: string, ways: readonly string[]): State {
  return {
    name: `unlock-${name}`,
    reach: async (stage) => {
      await home(stage, { type: 'locked', ways: ways.map(way) })
      await stage.page.getByRole('heading', { name: 'Welcome back' }).waitFor()
    }
  }
}

function failed(name: string, code: string): State {
  return {
    name: `failed-${name}`,
    reach: async (stage) => {
      await home(stage, { type: 'failed', code })
      await stage.page.getByText(code).waitFor()
    }
  }
}

/** An open home that cannot be written to. */
function noRoom(name: string, storeProblem: string): State {
  return {
    name: `room-${name}`,
    reach: async (stage) => {
      await stage.go('#/network')
      const state = await stage.ask<object>('state')
      await stage.tell({ type: 'home', state: { ...state, storeProblem } })
      await stage.page.locator('.banners .banner').waitFor()
    }
  }
}

function place(name: string, hash: string): State {
  return { name, reach: (stage) => stage.go(hash) }
}

const OFFLINE = {
  address: '/ip4/192.0.2.7/tcp/7700/ws/p2p/12D3KooWJWoaqZhDaoEFshF7Rh1bpY9ohihFhzcW6d69Lr2NASuq',
  nodeKey: '12D3KooWJWoaqZhDaoEFshF7Rh1bpY9ohihFhzcW6d69Lr2NASuq',
  isOwn: true,
  isServed: true,
  phase: 'waiting',
  capacity: undefined,
  clockOffsetMs: 4_000_000,
  notices: [] as readonly object[]
}
const SAYING = {
  ...OFFLINE,
  notices: [
    {
      id: '0011223344556677',
      language: '',
      text: `We restart on Sunday at 9. 周日九点重启。 ${'W'.repeat(60)}`,
      endsAtMs: 4_000_000_000_000,
      isDismissed: false
    }
  ]
}

async function offline(stage: Stage, hash: string, relay = OFFLINE): Promise<void> {
  await stage.go('#/')
  await stage.fault('relays', { type: 'answer', value: [relay] })
  await stage.tell({ type: 'relay' })
  await stage.place(hash)
  await stage.page.locator('.pill.offline').first().waitFor({ state: 'attached' })
}

/** What a new device shows, as far as a person can tell. */
async function readCode({ page }: Stage): Promise<void> {
  await page.getByRole('button', { name: 'Scan or paste its code' }).click()
  await page.getByLabel('The code that the new device shows').fill('sealpost:d/anything')
  await page.getByRole('button', { name: 'Continue' }).click()
}

/** After these the page is to be opened again: they leave nothing of what was there. */
export const CLOSED_STATES: readonly State[] = [
  locked('passphrase', ['passphrase']),
  locked('passkey', ['passkey']),
  locked('either', ['passphrase', 'passkey']),
  locked('both', ['both']),
  {
    name: 'unlock-wrong',
    reach: async (stage) => {
      await home(stage, { type: 'locked', ways: [way('passphrase', 0)] })
      await stage.fault('unlock', { type: 'refuse', code: 'SEALPOST_PASSPHRASE_WRONG' })
      await stage.page.getByLabel('Passphrase').fill('a guess')
      await stage.page.getByRole('button', { name: 'Unlock' }).click()
      await stage.page.getByText('That is not the passphrase.').waitFor()
    }
  },
  {
    name: 'unlock-forgotten',
    reach: async (stage) => {
      await home(stage, { type: 'locked', ways: [way('passphrase', 0)] })
      await stage.page.getByRole('button', { name: 'Forgot it?' }).click()
      await stage.page.getByRole('button', { name: 'Remove everything here' }).click()
      await stage.page.getByText('is removed for good').waitFor()
    }
  },
  {
    name: 'starting',
    reach: (stage) => home(stage, { type: 'starting' })
  },
  noRoom('full', 'SEALPOST_STORE_FULL'),
  noRoom('failing', 'SEALPOST_STORE_FAILED'),
  failed('full', 'SEALPOST_STORE_FULL'),
  failed('newer', 'SEALPOST_STORE_NEWER'),
  failed('damaged', 'SEALPOST_STORE_CORRUPT'),
  {
    name: 'error',
    reach: async (stage) => {
      await stage.go('#/')
      await stage.page.evaluate(() => {
        dispatchEvent(
          new PromiseRejectionEvent('unhandledrejection', {
            promise: Promise.resolve(),
            reason: new Error('a fault')
          })
        )
      })
      await stage.page.getByText('Something went wrong').waitFor()
    }
  }
]

/** Of somebody who knows nobody, with a passphrase. */
export const EMPTY_STATES: readonly State[] = [
  place('home-empty', '#/'),
  {
    name: 'home-loading',
    reach: async (stage) => {
      await stage.go('#/')
      await stage.fault('chats', { type: 'wait' })
      const state = await stage.ask<object>('state')
      await stage.tell({ type: 'home', state: { type: 'starting' } })
      await stage.tell({ type: 'home', state })
      await stage.page.locator('.chats[aria-busy=true]').waitFor()
    }
  },
  ...asking('add', '#/add', ['links', 'invite']),
  ...asking('devices', '#/settings/devices', ['devices']),
  ...asking('backup', '#/settings/backup', ['backupStatus']),
  ...asking('security', '#/settings/security', ['waysIn']),
  ...asking('privacy', '#/settings/privacy', ['settings']),
  ...asking('notice', '#/settings/notice', ['noticesRead']),
  {
    name: 'notice-history',
    reach: async (stage) => {
      await stage.go('#/')
      const read = (version: number): object => ({ version, atMs: 1_700_000_000_000 })
      await stage.fault('noticesRead', { type: 'answer', value: [read(0), read(1)] })
      await stage.place('#/settings/notice')
      await stage.page.getByText('You were shown version 0').waitFor()
    }
  },
  ...asking('network', '#/network', ['upkeep']),
  { name: 'operator-notice', reach: (stage) => offline(stage, '#/', SAYING) },
  { name: 'network-operator-notice', reach: (stage) => offline(stage, '#/network', SAYING) },
  ...asking('storage', '#/settings/storage', ['conversationSizes', 'dataUse', 'backupStatus']),
  ...REPORT_STATES,
  {
    name: 'add-refused',
    reach: async (stage) => {
      await stage.go('#/add')
      await stage.page.getByLabel('Their link').fill('sealpost:nothing at all')
    }
  },
  {
    name: 'add-camera',
    reach: async (stage) => {
      await stage.go('#/add')
      await stage.page.getByRole('button', { name: 'Scan a QR code' }).click()
      await stage.page.locator('dialog .error').waitFor()
    }
  },
  {
    name: 'add-link-end',
    reach: async (stage) => {
      await stage.go('#/add')
      await stage.page.getByRole('button', { name: 'End', exact: true }).first().click()
    }
  },
  place('invited', '#/i/anything'),
  {
    name: 'invited-expired',
    reach: async (stage) => {
      await stage.go('#/i/anything')
      await stage.fault('add', { type: 'refuse', code: 'SEALPOST_LINK_EXPIRED' })
      await stage.page.getByRole('button', { name: 'Talk to them' }).click()
      await stage.page.getByText('This link has expired').waitFor()
    }
  },
  place('requests-empty', '#/requests'),
  {
    name: 'requests',
    reach: async (stage) => {
      await stage.go('#/requests')
      const request = {
        contactId: ID,
        name: 'Mallory 马洛里',
        text: 'Do you remember me? 我们在港口见过。',
        receivedAtMs: 1_700_000_000_000,
        namesake: 'Mallory'
      }
      const silent = { ...request, contactId: ID.replace(/^0/, '1'), text: '', namesake: undefined }
      await stage.fault('requests', { type: 'answer', value: [request, silent] })
      await stage.tell({ type: 'request' })
      await stage.page.getByRole('article').first().waitFor()
    }
  },
  { name: 'home-offline', reach: (stage) => offline(stage, '#/') },
  { name: 'add-offline', reach: (stage) => offline(stage, '#/add') },
  { name: 'requests-offline', reach: (stage) => offline(stage, '#/requests') },
  { name: 'invited-offline', reach: (stage) => offline(stage, '#/i/anything') },
  { name: 'network-offline', reach: (stage) => offline(stage, '#/network') },
  {
    name: 'network-wrong',
    reach: async (stage) => {
      await stage.go('#/network')
      await stage.page.getByLabel('Its address').fill('not an address')
      await stage.page.getByRole('button', { name: 'Test it' }).click()
      await stage.page.getByText('This is not the address of a relay.').waitFor()
    }
  },
  {
    name: 'ways-set',
    reach: async (stage) => {
      await stage.go('#/settings/security')
      await stage.page.getByRole('button', { name: 'Set a passphrase' }).click()
    }
  },
  {
    name: 'ways-require',
    reach: async (stage) => {
      await stage.go('#/')
      await stage.fault('waysIn', {
        type: 'answer',
        value: [way('passphrase', 0), way('passkey', 1)]
      })
      await stage.place('#/settings/security')
      await stage.page.getByRole('button', { name: 'Require both' }).click()
    }
  },
  {
    name: 'devices-many',
    reach: async (stage) => {
      await stage.go('#/')
      const device = { addedAtMs: 1_700_000_000_000, name: 'phone', isThis: false }
      await stage.fault('devices', {
        type: 'answer',
        value: [
          { ...device, device: 1, name: 'laptop', isThis: true, isReachable: true },
          { ...device, device: 2, isReachable: false },
          { ...device, device: 3, name: '', isReachable: true }
        ]
      })
      await stage.fault('transfers', {
        type: 'answer',
        value: [
          { transferId: '1', device: 2, isIncoming: false, isDone: false, done: 120, total: 4_000 }
        ]
      })
      await stage.place('#/settings/devices')
      await stage.page.getByRole('button', { name: 'Remove' }).first().click()
    }
  },
  {
    name: 'devices-naming',
    reach: async (stage) => {
      await stage.go('#/settings/devices')
      await stage.page.getByRole('button', { name: 'Rename' }).click()
    }
  },
  {
    name: 'linking-code',
    reach: async (stage) => {
      await stage.go('#/settings/devices')
      await stage.page.getByRole('button', { name: 'Link another device' }).click()
      await stage.page.getByRole('textbox', { name: 'Code' }).waitFor()
    }
  },
  {
    name: 'linking-digits',
    reach: async (stage) => {
      await stage.go('#/settings/devices')
      await stage.fault('linkDevice', { type: 'wait' })
      await stage.page.getByRole('button', { name: 'Link another device' }).click()
      await stage.drawn()
      await stage.tell({
        type: 'linking',
        step: { type: 'asking', name: 'phone', digits: '123456' }
      })
      await stage.page.locator('.digits').waitFor()
    }
  },
  {
    name: 'linking-going',
    reach: async (stage) => {
      await stage.go('#/settings/devices')
      await stage.fault('linkDevice', { type: 'wait' })
      await stage.page.getByRole('button', { name: 'Link another device' }).click()
      await stage.drawn()
      await stage.tell({
        type: 'linking',
        step: { type: 'asking', name: 'phone', digits: '123456' }
      })
      await stage.page.getByRole('button', { name: 'They are the same' }).click()
      await stage.page.getByText('Letting it in').waitFor()
    }
  },
  {
    name: 'letin-code',
    reach: async (stage) => {
      await stage.go('#/settings/devices')
      await stage.page.getByRole('button', { name: 'Scan or paste its code' }).click()
      await stage.page.getByLabel('The code that the new device shows').waitFor()
    }
  },
  {
    name: 'letin-camera',
    reach: async (stage) => {
      await stage.go('#/settings/devices')
      await stage.page.getByRole('button', { name: 'Scan or paste its code' }).click()
      await stage.page.getByRole('button', { name: 'Scan it' }).click()
      await stage.page.locator('dialog .error').waitFor()
    }
  },
  {
    name: 'letin-refused',
    reach: async (stage) => {
      await stage.go('#/settings/devices')
      await readCode(stage)
      await stage.page.getByRole('alert').filter({ hasText: /\S/ }).waitFor()
    }
  },
  {
    name: 'letin-digits',
    reach: async (stage) => {
      await stage.go('#/settings/devices')
      await stage.fault('letIn', { type: 'wait' })
      await readCode(stage)
      await stage.drawn()
      const step = { type: 'typing', name: 'phone', triesLeft: 3 } as const
      await stage.tell({ type: 'linking', step })
      await stage.page.getByText('in your own hands').waitFor()
    }
  },
  {
    name: 'letin-wrong',
    reach: async (stage) => {
      await stage.go('#/settings/devices')
      await stage.fault('letIn', { type: 'wait' })
      await readCode(stage)
      await stage.drawn()
      const step = { type: 'typing', name: 'phone', triesLeft: 1 } as const
      await stage.tell({ type: 'linking', step })
      await stage.page.getByText('you can try once more').waitFor()
    }
  },
  {
    name: 'backup-phrase',
    reach: async (stage) => {
      await stage.go('#/settings/backup')
      await stage.page.getByRole('button', { name: 'Get a recovery phrase' }).click()
      await stage.page.getByLabel('last five').fill('WRONG')
      await stage.page.getByText('These are not its last five.').waitFor()
    }
  },
  {
    name: 'notice-fresh',
    reach: async (stage) => {
      await stage.go('#/')
      await stage.fault('noticesRead', { type: 'answer', value: [] })
      await stage.tell({ type: 'notice-read' })
      await stage.page.getByText('There is a privacy notice').waitFor()
    }
  },
  ...(['removed', 'superseded'] as const).map((stopped): State => ({
    name: `stopped-${stopped}`,
    reach: async (stage) => {
      await stage.go('#/')
      const state = await stage.ask<object>('state')
      await stage.tell({ type: 'home', state: { ...state, stopped } })
      await stage.page.locator('.banner.warning[role=alert]').waitFor()
    }
  })),
  {
    name: 'palette',
    reach: async (stage) => {
      await stage.go('#/')
      await stage.page.keyboard.press('Control+k')
      await stage.page.getByRole('combobox').waitFor()
    }
  },
  {
    name: 'palette-none',
    reach: async (stage) => {
      await stage.go('#/')
      await stage.page.keyboard.press('Control+k')
      await stage.page.getByRole('combobox').fill('nothing has this name')
    }
  },
  {
    name: 'refusal',
    reach: async (stage) => {
      await stage.go('#/')
      await stage.fault('lock', { type: 'refuse', code: 'SEALPOST_STORE_FAILED' })
      await stage.page.getByRole('button', { name: 'Lock' }).first().click()
      await stage.page.locator('.refusal .note').waitFor()
    }
  },
  // Nothing takes it away again.
  ...['#/', '#/settings/about'].map((hash): State => ({
    name: hash === '#/' ? 'update' : 'update-about',
    reach: async (stage) => {
      await stage.go(hash)
      await stage.page.evaluate(() => {
        const release = (version: string, first: string): object => {
          return { version, hash: first.padEnd(43, 'A'), signedBy: undefined }
        }
        const refused = { version: '1.4.0', refusal: 'rollback', atMs: 1_700_000_000_000 }
        const report = {
          current: release('1.5.0', 'B'),
          staged: release('1.6.0', 'C'),
          refused: [refused],
          checked: { outcome: 'same', atMs: 1_700_000_000_000 }
        }
        const data = { type: 'release', report }
        navigator.serviceWorker.dispatchEvent(new MessageEvent('message', { data }))
      })
      await stage.page.locator('.banner.update').waitFor()
    }
  }))
]
