import type { HeldMailbox } from '@sealpost/client'
import { bytesToBase64url, bytesToHex } from '@sealpost/protocol'
import type { Command, Context } from '../command.ts'
import { withDeadline } from '../deadline.ts'
import { readTimeout } from '../flag-values.ts'
import { tryRelays } from '../network.ts'
import { heldSentences } from '../held-sentences.ts'
import { show } from '../show.ts'
import { knownRelay } from './relays-remove.ts'

const TIMEOUT_MS = 60_000

/** Shows all that a relay holds for this account. */
export const relaysData: Command = {
  name: 'relays data',
  sentence: 'shows all that a relay holds for you; with --json every byte of it',
  arguments: [
    { name: 'ADDRESS', sentence: 'the relay’s address, or only what stands behind /p2p/ in it' }
  ],
  flags: [
    {
      name: '--timeout',
      value: 'SECONDS',
      sentence: 'how long it may take; 60 if not given',
      read: readTimeout
    }
  ],
  notes: [
    'The relay tells it to who can fetch from a mailbox, and to nobody else. What is sealed is for your',
    'devices: the relay cannot open it. To have it erased at once: sealpost relays remove ADDRESS --now'
  ],
  run
}

async function run(context: Context): Promise<number> {
  const { values } = context
  const client = await context.client()
  const { nodeKey } = knownRelay(client.relays(), values.text('ADDRESS'))
  const timeoutMs = values.number('--timeout') ?? TIMEOUT_MS
  await tryRelays(context, client, timeoutMs)
  let count = 0
  await withDeadline(context, timeoutMs, async (signal) => {
    for await (const mailbox of client.heldData.held(nodeKey, signal)) {
      count += 1
      await show(context, mailboxJson(mailbox), mailboxText(mailbox))
    }
  })
  if (count === 0 && !values.has('--json')) {
    await show(context, {}, heldSentences.holdsNothing)
  }
  return 0
}

function mailboxJson({ depositHash, fetchHash, envelopes, ...mailbox }: HeldMailbox): object {
  return {
    ...mailbox,
    depositHash: bytesToHex(depositHash),
    fetchHash: bytesToHex(fetchHash),
    envelopes: envelopes.map(({ recallHash, sealed, ...held }) => ({
      ...held,
      recallHash: bytesToHex(recallHash),
      sealed: bytesToBase64url(sealed)
    }))
  }
}

function mailboxText({ mailboxId, kind, envelopes }: HeldMailbox): string {
  const live = envelopes.filter(({ state }) => state === 'live')
  const bytes = live.reduce((sum, { sealed }) => sum + sealed.length, 0)
  const counts = { live: live.length, bytes, gone: envelopes.length - live.length }
  return heldSentences.holds(mailboxId, kind, counts)
}
