import type { RequestView, SealpostClient } from '@sealpost/client'
import type { Command, Context } from '../command.ts'
import { catchUp } from '../network.ts'
import { plainLine, plainText } from '../plain-text.ts'
import { sentences } from '../sentences.ts'
import { remark, show } from '../show.ts'
import { timeText } from '../time-text.ts'

/** Lists those who ask to talk. */
export const requests: Command = {
  name: 'requests',
  sentence: 'lists the people who ask to talk to you',
  arguments: [],
  flags: [],
  notes: [
    'They are told nothing until you accept, and nothing if you decline. Anybody can take any name: what',
    'they call themselves proves nothing.'
  ],
  run
}

async function run(context: Context): Promise<number> {
  const client = await context.client()
  await catchUp(context, client)
  const waiting = client.requests()
  for (const request of waiting) {
    const { name } = await client.contact(request.contactId)
    await show(
      context,
      requestJson(request, name),
      requestText(request, name, context.clock.wallMs())
    )
  }
  await remark(context, await adviceFor(client, waiting))
  return 0
}

function requestJson(request: RequestView, name: string): object {
  const { contactId, text, receivedAtMs, invitationId, namesake } = request
  const profileName = request.name
  return { contactId, name, profileName, text, receivedAtMs, invitationId, namesake }
}

function requestText(request: RequestView, name: string, nowMs: number): string {
  const { contactId, text, receivedAtMs, namesake } = request
  const lines = [
    `${contactId}  ${plainLine(name)}  ${timeText(receivedAtMs, nowMs)}`,
    ...(text === '' ? [] : [`    ${plainText(text, '    ')}`]),
    ...(namesake === undefined
      ? []
      : [`    ${sentences.requests.namesake(plainLine(request.name), plainLine(namesake))}`])
  ]
  return lines.join('\n')
}

async function adviceFor(client: SealpostClient, [first]: readonly RequestView[]): Promise<string> {
  if (first === undefined) {
    return sentences.requests.none
  }
  const { name } = await client.contact(first.contactId)
  return sentences.requests.answer(plainLine(name))
}
