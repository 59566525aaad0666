import { type FileHandle, open } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { ExportedConversation, ExportedMessage } from '@sealpost/client'
import type { Command, Context } from '../command.ts'
import { readChoice } from '../flag-values.ts'
import { told } from '../home/disk-backup.ts'
import { findContact } from '../network.ts'
import { saidText, wordsJson } from '../message-words.ts'
import { plainLine } from '../plain-text.ts'
import { sentences } from '../sentences.ts'
import { remark } from '../show.ts'
import { exactTimeText } from '../time-text.ts'

const FORMATS = ['text', 'json'] as const
/** Lines are written in batches of about so many characters. */
const BATCH_CHARACTERS = 65_536

/** Writes conversations for people, or for programs. */
export const exportHistory: Command = {
  name: 'export',
  sentence: 'writes your conversations as text or JSON, which is not encrypted',
  arguments: [],
  flags: [
    { name: '--contact', value: 'WHO', sentence: 'only the conversation with one contact' },
    {
      name: '--format',
      value: 'FORMAT',
      sentence: 'text (if not given) or json, one object a line',
      read: readChoice('--format', FORMATS)
    },
    {
      name: '--output',
      value: 'FILE',
      sentence: 'a file, which is made anew; the screen if not given'
    }
  ],
  run
}

async function run(context: Context): Promise<number> {
  const { values, screen, directory } = context
  const client = await context.client()
  const who = values.optionalText('--contact')
  const only = who === undefined ? undefined : (await findContact(context, client, who)).contactId
  const isJson = values.has('--json') || values.optionalText('--format') === 'json'
  const output = values.optionalText('--output')
  const lines = exportLines(client.exportHistory(only), isJson)
  if (output === undefined) {
    for await (const line of lines) {
      await screen.print(line)
    }
    return 0
  }
  const path = resolve(directory, output)
  await told(async () => {
    const file = await open(path, 'w', 0o600)
    try {
      await writeLines(file, lines)
      await file.sync()
    } finally {
      await file.close()
    }
  })
  await remark(context, sentences.export.done(path))
  return 0
}

async function writeLines(file: FileHandle, lines: AsyncIterable<string>): Promise<void> {
  let batch = ''
  for await (const line of lines) {
    batch += `${line}\n`
    if (batch.length >= BATCH_CHARACTERS) {
      await file.writeFile(batch)
      batch = ''
    }
  }
  await file.writeFile(batch)
}

/** One line, or one JSON object, at a time: a history need not fit in memory. */
export async function* exportLines(
  conversations: AsyncIterable<ExportedConversation>,
  isJson: boolean
): AsyncGenerator<string> {
  for await (const { messages, ...conversation } of conversations) {
    const { contactId, name } = conversation
    yield isJson
      ? JSON.stringify({ type: 'conversation', ...conversation })
      : `== ${sentences.export.with(plainLine(name))}`
    for await (const message of messages) {
      yield isJson
        ? JSON.stringify(messageJson(contactId, message))
        : messageLine(message, plainLine(name))
    }
    if (!isJson) {
      yield ''
    }
  }
}

function messageJson(contactId: string, message: ExportedMessage): object {
  const { reply, isForwarded, editedAtMs, earlier, isStarred, reactions, ...plain } = message
  const words = wordsJson({ reply, isForwarded, editedAtMs, isStarred, reactions })
  const before = earlier.length === 0 ? {} : { earlier }
  return { type: 'message', contactId, ...plain, ...words, ...before }
}

function messageLine(message: ExportedMessage, name: string): string {
  const { kind, sentAtMs, storedAtMs, withdrawnAtMs } = message
  // What cannot be read does not say when it was sent.
  const time = exactTimeText(sentAtMs > 0 ? sentAtMs : storedAtMs)
  switch (kind) {
    case 'sent':
    case 'received': {
      const isGone = withdrawnAtMs !== undefined
      const words = isGone ? sentences.inbox.withdrawn : saidText(message, '    ')
      return `${time}  ${kind === 'sent' ? sentences.export.you : name}: ${words}`
    }
    case 'unreadable':
      return `${time}  ${name}: ${sentences.inbox.unreadable}`
    case 'missing':
      return `${time}  ${sentences.export.missing}`
    case 'notice':
      return `${time}  ${noticeText(message, name)}`
  }
}

function noticeText({ notice, device, timerSeconds = 0 }: ExportedMessage, name: string): string {
  const known = (Object.keys(sentences.notices) as (keyof typeof sentences.notices)[]).find(
    (key) => key === notice
  )
  return known === undefined ? '' : sentences.notices[known](name, device, timerSeconds)
}
