/** The desk that a home works as: one for each client, since two would answer for the same reports. */
import type { Desk, SealpostClient } from '@sealpost/client'
import { isSealpostError, UsageError } from '@sealpost/protocol'
import type { Context } from '../command.ts'
import { catchUp } from '../network.ts'
import { sentences } from '../sentences.ts'
import { systemLog } from '../system-ports.ts'

const OPEN = new WeakMap<SealpostClient, Promise<Desk>>()

/** @throws StorageError */
export function deskOf(
  { clock, environment }: Pick<Context, 'clock' | 'environment'>,
  client: SealpostClient
): Promise<Desk> {
  const known = OPEN.get(client)
  const opening = known ?? openDesk(client, { clock, log: systemLog(environment['SEALPOST_LOG']) })
  OPEN.set(client, opening)
  return opening
}

async function openDesk(
  client: SealpostClient,
  ports: Parameters<typeof Desk.open>[1]
): Promise<Desk> {
  const module = await import('@sealpost/client')
  return module.Desk.open(client, ports)
}

/** The desk, with what relays hold for it. */
export async function freshDesk(context: Context): Promise<Desk> {
  const client = await context.client()
  const desk = await deskOf(context, client)
  if (!context.isResident) {
    await catchUp(context, client)
    await desk.idle()
  }
  return desk
}

/** @throws UsageError `SEALPOST_UNKNOWN_MESSAGE` with a sentence about numbers */
export async function withNumber<Result>(
  { values }: Pick<Context, 'values'>,
  task: (number: string) => Promise<Result>
): Promise<Result> {
  const number = values.text('N')
  try {
    return await task(number)
  } catch (error) {
    if (isSealpostError(error) && error.code === 'SEALPOST_UNKNOWN_MESSAGE') {
      throw new UsageError(error.code, sentences.desk.noNumber(number))
    }
    throw error
  }
}
