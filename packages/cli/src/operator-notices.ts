/** What the operators of own relays say, told once, beside what was asked for. */
import type { ClientEvent, Relay, SealpostClient } from '@sealpost/client'
import type { Context } from './command.ts'
import { plainLine } from './plain-text.ts'
import { sentences } from './sentences.ts'
import { remark } from './show.ts'

type Notice = Relay['notices'][number]

/** Says to people all that was not said before. Never throws: it is beside the point of every command. */
export async function tellNotices(
  context: Pick<Context, 'values' | 'screen'>,
  client: SealpostClient | Promise<SealpostClient>
): Promise<void> {
  if (context.values.has('--json')) {
    return
  }
  try {
    for (const { relay, notice } of fresh(await client)) {
      await remark(context, noticeSentence(relay, notice))
      await (await client).dismissNotice(relay.nodeKey, notice.id)
    }
  } catch {
    // There is no client any more, or nobody who reads: the next command says it.
  }
}

/** The sentence of an event, which is not said again then; undefined where another process has said it already. */
export async function toldNotice(
  client: SealpostClient,
  { nodeKey, id }: Extract<ClientEvent, { type: 'operator-notice' }>
): Promise<string | undefined> {
  const found = fresh(client).find(
    ({ relay, notice }) => relay.nodeKey === nodeKey && notice.id === id
  )
  if (found === undefined) {
    return undefined
  }
  await client.dismissNotice(nodeKey, id)
  return noticeSentence(found.relay, found.notice)
}

/** The notices of a relay below it in a list, which need not be said once more then. */
export function noticeLines({ notices }: Relay): readonly string[] {
  return notices.map(({ text }) => `  ${plainLine(text)}`)
}

/** They were shown. @throws StorageError */
export async function dismissAll(
  client: SealpostClient,
  { nodeKey, notices }: Relay
): Promise<void> {
  for (const { id } of notices) {
    await client.dismissNotice(nodeKey, id)
  }
}

function fresh(client: SealpostClient): readonly { relay: Relay; notice: Notice }[] {
  return client
    .relays()
    .flatMap((relay) => relay.notices.map((notice) => ({ relay, notice })))
    .filter(({ notice }) => !notice.isDismissed)
}

function noticeSentence({ address, nodeKey }: Relay, { text }: Notice): string {
  const [, host = address === '' ? nodeKey : address] = /^\/[a-z0-9]+\/([^/]+)/.exec(address) ?? []
  return sentences.relays.says(host, plainLine(text))
}
