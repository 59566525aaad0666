/** The states of what somebody sees before their home is open. */
import type { Page } from 'playwright-core'
import { giveAuthenticator } from './authenticator.ts'
import type { Stage } from './stage.ts'

/** What a screen can look like, and how one gets there. */
export interface State {
  readonly name: string
  /** In English; after it the page may be looked at in any language and theme. */
  readonly reach: (stage: Stage) => Promise<void>
}

const press = (page: Page, name: string): Promise<void> =>
  page.getByRole('button', { name, exact: true }).click()

async function welcome({ page }: Stage, hash = '#/'): Promise<void> {
  await page.evaluate((to) => {
    location.hash = to
  }, hash)
  await page.reload()
  await page.getByRole('button', { name: 'Get started' }).waitFor()
}

async function create(stage: Stage): Promise<void> {
  await welcome(stage)
  await press(stage.page, 'Get started')
  await stage.page.getByLabel('Your name').waitFor()
}

async function protect(stage: Stage): Promise<void> {
  await create(stage)
  await stage.page.getByLabel('Your name').fill('Alice')
  await press(stage.page, 'Continue')
  await stage.page.getByRole('heading', { name: 'Protect what' }).waitFor()
}

async function choose({ page }: Stage, kind: string): Promise<void> {
  await page.getByRole('radio', { name: kind, exact: true }).check()
}

async function direct(stage: Stage): Promise<void> {
  await protect(stage)
  await press(stage.page, 'Not now')
  await stage.page.getByRole('button', { name: 'Start talking' }).waitFor()
}

async function restoring(stage: Stage): Promise<void> {
  const { page } = stage
  await welcome(stage)
  await press(page, 'Restore a backup')
  await page.getByLabel('Backup file').setInputFiles({
    name: 'alice.backup',
    mimeType: 'application/octet-stream',
    buffer: Buffer.from('anything')
  })
  await page.getByLabel('Recovery phrase').fill('whatever it is')
  await press(page, 'Continue')
  await press(page, 'Not now')
}

async function joining(stage: Stage): Promise<void> {
  const { page } = stage
  await welcome(stage)
  await press(page, 'Link this device')
  await page.getByLabel('The code it shows').fill('sealpost:d/anything')
  await press(page, 'Continue')
  await press(page, 'Not now')
}

async function showing(stage: Stage): Promise<void> {
  await welcome(stage)
  await press(stage.page, 'Link this device')
  await press(stage.page, 'Show a code')
}

/** This device is to show a code, and has none yet. */
async function begun(stage: Stage): Promise<void> {
  await showing(stage)
  await stage.fault('join', { type: 'wait' })
  await press(stage.page, 'Continue')
  await press(stage.page, 'Not now')
  await stage.page.getByText('Making a code').waitFor()
  await stage.drawn()
}

/** Of a browser that keeps no home. Each begins with a fresh page. */
export const FIRST_STATES: readonly State[] = [
  { name: 'welcome', reach: welcome },
  { name: 'welcome-invited', reach: (stage) => welcome(stage, '#/i/anything') },
  { name: 'create', reach: create },
  {
    name: 'create-long-name',
    reach: async (stage) => {
      await create(stage)
      await stage.page.getByLabel('Your name').fill('好'.repeat(22))
      await stage.page.getByText('too long by 1 character.').waitFor()
      await stage.page.locator('button[type=submit]:disabled').waitFor()
    }
  },
  {
    name: 'create-notice',
    reach: async (stage) => {
      await create(stage)
      await stage.page.locator('summary').click()
    }
  },
  {
    name: 'create-looking',
    reach: async (stage) => {
      await stage.page.route('**/relays.json', () => undefined)
      await create(stage)
      // Without an answer until the next state has another one.
      await stage.page.getByText('Looking for a relay').waitFor()
    }
  },
  {
    name: 'create-relay',
    reach: async (stage) => {
      await stage.page.route('**/relays.json', (route) => route.fulfill({ json: {} }))
      await create(stage)
      await stage.page.getByLabel('Address of a relay').waitFor()
      await stage.page.unroute('**/relays.json')
    }
  },
  {
    name: 'create-invite',
    reach: async (stage) => {
      const json = { relays: ['/dns4/relay.example/tcp/443/tls/ws'], isByInvite: true }
      await stage.page.route('**/relays.json', (route) => route.fulfill({ json }))
      await create(stage)
      await stage.page.getByText('takes new people by invitation').waitFor()
      await stage.page.unroute('**/relays.json')
    }
  },
  {
    name: 'protect',
    reach: async (stage) => {
      await protect(stage)
      await stage.page.getByRole('textbox', { name: 'Passphrase' }).fill('four random')
    }
  },
  {
    name: 'protect-mismatch',
    reach: async (stage) => {
      await protect(stage)
      await stage.page.getByRole('textbox', { name: 'Passphrase' }).fill('four random words here')
      await stage.page.getByLabel('Once more').fill('others')
    }
  },
  {
    name: 'protect-passkey',
    reach: async (stage) => {
      await protect(stage)
      await choose(stage, 'Passkey')
    }
  },
  {
    name: 'protect-both',
    reach: async (stage) => {
      await protect(stage)
      await choose(stage, 'Both')
    }
  },
  {
    name: 'protect-cancelled',
    reach: async (stage) => {
      await protect(stage)
      const authenticator = await giveAuthenticator(stage.page, { isAgreed: false })
      await choose(stage, 'Passkey')
      await press(stage.page, 'Make the passkey')
      await stage.page.getByText('No passkey was used').waitFor()
      await authenticator.remove()
    }
  },
  { name: 'direct', reach: direct },
  {
    name: 'direct-making',
    reach: async (stage) => {
      await direct(stage)
      await stage.fault('create', { type: 'wait' })
      await press(stage.page, 'Start talking')
    }
  },
  {
    name: 'direct-failed',
    reach: async (stage) => {
      await direct(stage)
      await stage.fault('create', { type: 'refuse', code: 'SEALPOST_STORE_FULL' })
      await press(stage.page, 'Start talking')
      await stage.page.getByRole('alert').filter({ hasText: /\S/ }).waitFor()
    }
  },
  {
    name: 'restore',
    reach: async (stage) => {
      await welcome(stage)
      await press(stage.page, 'Restore a backup')
    }
  },
  {
    name: 'restore-failed',
    reach: async (stage) => {
      await restoring(stage)
      await stage.page.getByRole('alert').filter({ hasText: /\S/ }).waitFor()
    }
  },
  {
    name: 'join',
    reach: async (stage) => {
      await welcome(stage)
      await press(stage.page, 'Link this device')
    }
  },
  {
    name: 'join-camera',
    reach: async (stage) => {
      await welcome(stage)
      await press(stage.page, 'Link this device')
      await press(stage.page, 'Scan it')
      await stage.page.locator('dialog .error').waitFor()
    }
  },
  {
    name: 'join-failed',
    reach: async (stage) => {
      await joining(stage)
      await stage.page.getByRole('alert').filter({ hasText: /\S/ }).waitFor()
    }
  },
  {
    name: 'join-digits',
    reach: async (stage) => {
      await welcome(stage)
      await stage.fault('join', { type: 'wait' })
      const { page } = stage
      await press(page, 'Link this device')
      await page.getByLabel('The code it shows').fill('sealpost:d/anything')
      await press(page, 'Continue')
      await press(page, 'Not now')
      await page.getByText('Asking your other device').waitFor()
      await stage.drawn()
      await stage.tell({ type: 'joining', step: { type: 'digits', digits: '123456' } })
      await page.locator('.digits').waitFor()
    }
  },
  {
    name: 'join-show',
    reach: async (stage) => {
      await showing(stage)
    }
  },
  {
    name: 'join-showing',
    reach: async (stage) => {
      await begun(stage)
      await stage.tell({
        type: 'joining',
        step: { type: 'code', code: 'sealpost:d/anything', digits: '123456' }
      })
      await stage.page.locator('.digits').waitFor()
    }
  },
  {
    name: 'join-account-read',
    reach: async (stage) => {
      const { page } = stage
      await welcome(stage)
      await stage.fault('join', { type: 'wait' })
      await press(page, 'Link this device')
      await page.getByLabel('The code it shows').fill('sealpost:d/anything')
      await press(page, 'Continue')
      await press(page, 'Not now')
      await page.getByText('Asking your other device').waitFor()
      await stage.drawn()
      await stage.tell({ type: 'joining', step: { type: 'account', name: 'alice' } })
      await page.getByText('you said on your other device just now').waitFor()
    }
  },
  {
    name: 'join-account',
    reach: async (stage) => {
      await begun(stage)
      await stage.tell({ type: 'joining', step: { type: 'account', name: 'alice' } })
      await stage.page.getByRole('heading', { name: 'Join the account of alice?' }).waitFor()
    }
  }
]
