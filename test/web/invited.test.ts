import assert from 'node:assert/strict'
import { inviteHash } from '@sealpost/core'
import { bytesToBase64url } from '@sealpost/protocol'
import { makeAccount, openBrowser, type OpenBrowser } from './browser.ts'
import { BUILD_MS } from './built-client.ts'
import { serveClient, type ServedClient } from './served-client.ts'

const TOKEN = new Uint8Array(16).fill(0x5a)

describe('a relay that takes people by invitation, in a browser', function () {
  this.timeout(60_000)
  let chromium: OpenBrowser
  let served: ServedClient
  const used: string[] = []

  before(async function () {
    this.timeout(BUILD_MS)
    const known = new Map([
      [inviteHash(TOKEN), { usesMax: 1, expiresAtMs: Infinity, claimants: new Set<string>() }]
    ])
    const onUsed = (_hash: string, claimant: string): void => {
      used.push(claimant)
    }
    served = await serveClient({ registration: 'invite' }, { invites: { known, onUsed } })
    chromium = await openBrowser()
  })

  after(async () => {
    await chromium[Symbol.asyncDispose]()
    await served[Symbol.asyncDispose]()
  })

  it('says so to who has no invite, and takes an address that has one', async () => {
    const mallory = await chromium.person(served.link)
    const { page } = mallory
    await page.getByRole('button', { name: 'Get started' }).click()
    await page.getByText('This relay takes new people by invitation.').waitFor()
    await page.getByLabel('Your name').fill('mallory')
    assert.ok(await page.getByRole('button', { name: 'Continue' }).isDisabled())
    await page.getByLabel('Address of a relay').fill(served.relay)
    assert.ok(await page.getByRole('button', { name: 'Continue' }).isEnabled())
    await mallory.assertNoFaults()
    await mallory.context.close()
  })

  it('is as any other to who opens the link of an invite', async () => {
    const alice = await chromium.person(`${served.link}#/relay/${bytesToBase64url(TOKEN)}`)
    await makeAccount(alice.page, 'alice')
    await alice.page.getByText('Online', { exact: true }).waitFor()
    await alice.page.goto(`${served.link}#/add`)
    await alice.page.getByRole('textbox', { name: 'Your link' }).waitFor()
    assert.equal(used.length, 1)
    await alice.assertNoFaults()
    await alice.context.close()
  })
})
