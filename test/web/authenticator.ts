import type { Page } from 'playwright-core'

/** An authenticator of a page. */
export interface Authenticator {
  /** How many passkeys are in it. */
  count(): Promise<number>
  remove(): Promise<void>
}

export interface AuthenticatorOptions {
  /** Whether it can seal; true if not given. */
  readonly hasPrf?: boolean
  /** Whether its person says yes; true if not given. */
  readonly isAgreed?: boolean
}

/** Gives a page an authenticator of its own. */
export async function giveAuthenticator(
  page: Page,
  { hasPrf = true, isAgreed = true }: AuthenticatorOptions = {}
): Promise<Authenticator> {
  await page.bringToFront()
  const session = await page.context().newCDPSession(page)
  await session.send('WebAuthn.enable')
  const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      ctap2Version: 'ctap2_1',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      hasPrf,
      isUserVerified: isAgreed,
      automaticPresenceSimulation: true
    }
  })
  return {
    count: async () => {
      const { credentials } = await session.send('WebAuthn.getCredentials', { authenticatorId })
      return credentials.length
    },
    remove: async () => {
      await session.detach()
    }
  }
}
