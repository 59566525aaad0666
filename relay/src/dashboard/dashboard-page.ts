/** The built page, all of it in memory. */
import { existsSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import { join } from 'node:path'
import { loadWebClient, serveWebClient } from '@sealpost/web-files'

/** Answers GET requests for paths of the page. */
export interface DashboardPage {
  readonly paths: ReadonlySet<string>
  readonly answer: RequestListener
}

/**
 * The page that came with this program: beside what is installed, or built in a checkout.
 *
 * @returns undefined where there is none
 * @throws ConfigError `SEALPOST_CONFIG_INVALID` where it is damaged
 */
export async function loadDashboard(): Promise<DashboardPage | undefined> {
  const isCheckout = import.meta.filename.endsWith('.ts')
  const folder = join(
    import.meta.dirname,
    isCheckout ? '../../../packages/dashboard/dist' : '../dashboard'
  )
  if (!existsSync(join(folder, 'headers.json'))) {
    return undefined
  }
  const page = await loadWebClient(folder)
  return { paths: new Set(page.files.keys()), answer: serveWebClient(page, { relays: () => [] }) }
}
