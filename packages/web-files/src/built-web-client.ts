import { existsSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The folder of the web client that was built with this program: beside what is installed, or `web/dist` of a checkout.
 *
 * @returns undefined where there is none
 */
export function builtWebClient(): string | undefined {
  const isCheckout = import.meta.filename.endsWith('.ts')
  const folder = join(import.meta.dirname, isCheckout ? '../../../web/dist' : '../web')
  return existsSync(join(folder, 'headers.json')) ? folder : undefined
}
