/** Builds the desk's page into `packages/desk-page/dist`: for `sealpost desk`, for tests, and for what people install. */
import { join } from 'node:path'
import { buildPage } from './build-dashboard.ts'
import { ROOT } from './tree.ts'

const PACKAGE = join(ROOT, 'packages/desk-page')

export async function buildDeskPage(folder: string = join(PACKAGE, 'dist')): Promise<void> {
  await buildPage(PACKAGE, folder)
}

if (import.meta.main) {
  await buildDeskPage()
}
