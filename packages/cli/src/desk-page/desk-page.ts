/** The page of a desk, while it is served: one for each client, as the desk is. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Desk, SealpostClient } from '@sealpost/client'
import { ConfigError } from '@sealpost/protocol'
import { loadWebClient } from '@sealpost/web-files'
import type { Context } from '../command.ts'
import { sentences } from '../sentences.ts'
import { systemLog } from '../system-ports.ts'
import { deskCalls } from './desk-calls.ts'
import { DeskServer } from './desk-server.ts'

const OPEN = new WeakMap<SealpostClient, DeskServer>()

/** What served it until it was closed. */
export interface ServedPage extends AsyncDisposable {
  /** Opens it in one browser, once, within ten minutes. */
  newLink(): string
}

interface ServeOptions {
  readonly desk: Desk
  readonly client: SealpostClient
  /** The public address of the desk. */
  readonly link: string
  readonly port: number
}

/** @throws ConfigError `SEALPOST_CONFIG_INVALID` where there is no build of it, `SEALPOST_LISTEN_FAILED` */
export async function serveDeskPage(
  { clock, environment }: Pick<Context, 'clock' | 'environment'>,
  { desk, client, link, port }: ServeOptions
): Promise<ServedPage> {
  const folder = builtPage()
  if (folder === undefined) {
    throw new ConfigError('SEALPOST_CONFIG_INVALID', sentences.desk.noBuild)
  }
  const page = await loadWebClient(folder)
  const log = systemLog(environment['SEALPOST_LOG'])
  const { handlers, stop } = deskCalls({ desk, clock, link })
  const onFailure = (error: unknown): void => {
    log.error('desk-page-failed', { reason: error instanceof Error ? error.name : 'unknown' })
  }
  try {
    const server = await DeskServer.listen({ page, handlers, clock, onFailure }, port)
    OPEN.set(client, server)
    return {
      newLink: () => server.newLink(),
      [Symbol.asyncDispose]: async () => {
        OPEN.delete(client)
        stop()
        await server.close()
      }
    }
  } catch (error) {
    stop()
    throw error
  }
}

/** A further link to the page that this process serves; undefined where it serves none. */
export function newPageLink(client: SealpostClient): string | undefined {
  return OPEN.get(client)?.newLink()
}

/** Beside what is installed, or built in a checkout. */
function builtPage(): string | undefined {
  const isCheckout = import.meta.filename.endsWith('.ts')
  const folder = join(import.meta.dirname, isCheckout ? '../../../desk-page/dist' : '../desk-page')
  return existsSync(join(folder, 'headers.json')) ? folder : undefined
}
