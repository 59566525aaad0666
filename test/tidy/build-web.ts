/** Builds the web client into `web/dist`: for the relay that serves it, for tests in a browser, and for what people install. */
import { join } from 'node:path'
import { build } from 'vite'
import { ROOT } from './tree.ts'

/** Where the build is. */
export const WEB_DIST: string = join(ROOT, 'web/dist')

const TARGET = 'es2022'

export async function buildWeb(folder: string = WEB_DIST): Promise<void> {
  await build({
    root: join(ROOT, 'web'),
    configFile: false,
    logLevel: 'warn',
    oxc: { jsx: { importSource: 'preact' } },
    build: {
      outDir: folder,
      emptyOutDir: true,
      target: TARGET,
      cssTarget: TARGET,
      modulePreload: false,
      // Nothing is a `data:` address: the page allows none for scripts and styles.
      assetsInlineLimit: 0
    },
    worker: { format: 'es' }
  })
}

if (import.meta.main) {
  await buildWeb()
}
