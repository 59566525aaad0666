/** Notes of the app in the home: as JSON, read as if anybody had written them. */
import type { SealpostClient } from '@sealpost/client'
import { bytesToUtf8, type ContactId, utf8ToBytes } from '@sealpost/protocol'
import { type ChatNotices, parseChatNotices } from '../wire/chat-notices.ts'
import { type Draft, isEmptyDraft, parseDraft } from '../wire/draft.ts'
import { type NoticeRead, parseNoticeReads, withNoticeRead } from '../wire/notice.ts'
import type { KeptDraft } from '../wire/peer-api.ts'
import { parsePassed, type Passed } from '../wire/storage-calls.ts'

/** Names of one question. */
const NAMES = 256

export type NoteKeeper = Pick<SealpostClient, 'notes' | 'keepNote'>

/** What was begun with any of these people. */
export async function readDrafts(
  home: NoteKeeper,
  contactIds: readonly ContactId[]
): Promise<readonly KeptDraft[]> {
  const notes = await readNotes(home, contactIds.map(draftName))
  return contactIds
    .map((contactId, at) => ({ contactId, draft: parseDraft(notes[at]) }))
    .filter(({ draft }) => !isEmptyDraft(draft))
}

export async function keepDraft(
  home: NoteKeeper,
  contactId: ContactId,
  draft: Draft
): Promise<void> {
  const kept = parseDraft(draft)
  await keepNote(home, draftName(contactId), isEmptyDraft(kept) ? undefined : kept)
}

export async function readChatNotices(
  home: NoteKeeper,
  contactId: ContactId
): Promise<ChatNotices> {
  const [notices] = await readNotes(home, [`notices/${contactId}`])
  return parseChatNotices(notices)
}

export function keepChatNotices(
  home: NoteKeeper,
  contactId: ContactId,
  notices: ChatNotices
): Promise<void> {
  return keepNote(home, `notices/${contactId}`, parseChatNotices(notices))
}

const NOTICE = 'notice'

export async function readNoticesRead(home: NoteKeeper): Promise<readonly NoticeRead[]> {
  const [reads] = await readNotes(home, [NOTICE])
  return parseNoticeReads(reads)
}

export async function noteNoticeRead(home: NoteKeeper, read: NoticeRead): Promise<void> {
  await keepNoticesRead(home, withNoticeRead(await readNoticesRead(home), read))
}

export async function keepNoticesRead(
  home: NoteKeeper,
  reads: readonly NoticeRead[]
): Promise<void> {
  await keepNote(home, NOTICE, reads)
}

const TRAFFIC = 'traffic'

/** What passed in all; undefined where nothing was kept yet. */
export async function readTraffic(home: NoteKeeper): Promise<Passed | undefined> {
  const [passed] = await readNotes(home, [TRAFFIC])
  return parsePassed(passed)
}

export function keepTraffic(home: NoteKeeper, passed: Passed): Promise<void> {
  return keepNote(home, TRAFFIC, passed)
}

function draftName(contactId: ContactId): string {
  return `draft/${contactId}`
}

/** What was kept under names; undefined for nothing, and for what is no JSON. */
export async function readNotes(
  home: NoteKeeper,
  names: readonly string[]
): Promise<readonly unknown[]> {
  const read: unknown[] = []
  for (let from = 0; from < names.length; from += NAMES) {
    const notes = await home.notes(names.slice(from, from + NAMES))
    read.push(...notes.map(parsed))
  }
  return read
}

function parsed(note: Uint8Array | undefined): unknown {
  try {
    return note === undefined ? undefined : (JSON.parse(bytesToUtf8(note)) as unknown)
  } catch {
    return undefined
  }
}

/** As JSON; undefined removes it. */
export function keepNote(home: NoteKeeper, name: string, value: unknown): Promise<void> {
  return home.keepNote(name, value === undefined ? undefined : utf8ToBytes(JSON.stringify(value)))
}
