/** Builds the operator's page into `packages/dashboard/dist`: for the relay that serves it, for tests, and for what people install. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'vite'
import { ROOT } from './tree.ts'

/** Where the build is. */
export const DASHBOARD_DIST: string = join(ROOT, 'packages/dashboard/dist')

const TARGET = 'es2022'

/** The page runs its own scripts, asks its own host, and is shown in no other page. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'"
].join('; ')

const HEADERS = {
  'content-security-policy': POLICY,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store'
}

export async function buildDashboard(folder: string = DASHBOARD_DIST): Promise<void> {
  await buildPage(join(ROOT, 'packages/dashboard'), folder)
}

/** Builds a page that a program serves to browsers of its own machine. @param root its package */
export async function buildPage(root: string, folder: string): Promise<void> {
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    oxc: { jsx: { importSource: 'preact' } },
    build: {
      outDir: folder,
      emptyOutDir: true,
      target: TARGET,
      cssTarget: TARGET,
      modulePreload: false,
      // Nothing is a `data:` address: the page allows none.
      assetsInlineLimit: 0,
      rolldownOptions: { checks: { bundlerTimings: false } }
    }
  })
  await writeFile(
    join(folder, 'headers.json'),
    `${JSON.stringify([{ path: '/*', headers: HEADERS }], undefined, 2)}\n`
  )
}

if (import.meta.main) {
  await buildDashboard()
}
