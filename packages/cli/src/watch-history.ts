/** Shows how the history of an account comes to another of its devices. */
import type { SealpostClient } from '@sealpost/client'
import type { Context } from './command.ts'
import { wait, withDeadline } from './deadline.ts'
import { sentences } from './sentences.ts'
import { remark } from './show.ts'

/** A device of which nothing comes for so long is offline. */
const SILENCE_MS = 20_000
const SHOWN_EVERY_MS = 500

type Transfer = ReturnType<SealpostClient['transfers']>[number]

/** How far a transfer is. */
export function historyText({ device, isIncoming, done, total, isDone }: Transfer): string {
  const words = sentences.devices
  if (isDone) {
    return words.historyDone(done, device, isIncoming)
  }
  return words.history({ done, total: total === 0 ? undefined : total, device, isIncoming })
}

/**
 * Says how far the history is until all of it is there, or nothing comes any more: it goes on whenever both devices are online.
 *
 * @param device The one at the other end; any if not given.
 */
export async function watchHistory(
  context: Context,
  client: SealpostClient,
  device?: number
): Promise<void> {
  const ours = (): readonly Transfer[] =>
    client.transfers().filter((transfer) => device === undefined || transfer.device === device)
  for (let said = ''; ;) {
    const comes = await withDeadline(context, SILENCE_MS, (signal) =>
      until(client, signal, () => textOf(ours()) !== said)
    )
    if (!comes) {
      await remark(context, sentences.devices.historyLater)
      return
    }
    said = textOf(ours())
    await remark(context, said)
    if (ours().every(({ isDone }) => isDone)) {
      return
    }
    await wait(context, SHOWN_EVERY_MS)
  }
}

function textOf(transfers: readonly Transfer[]): string {
  return [...new Set(transfers.map(historyText))].join('\n')
}

/** Looks again whenever anything happened. @returns false where the signal ended it */
function until(client: SealpostClient, signal: AbortSignal, isSo: () => boolean): Promise<boolean> {
  return new Promise((resolve) => {
    const look = (): void => {
      const isThere = isSo()
      if (isThere || signal.aborted) {
        stop()
        signal.removeEventListener('abort', look)
        resolve(isThere)
      }
    }
    const stop = client.listen(look)
    signal.addEventListener('abort', look)
    look()
  })
}
