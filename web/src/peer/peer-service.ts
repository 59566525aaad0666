/** Does what pages ask: by name, and only what is listed. */
import {
  type BackupProgress,
  makeRecoveryPhrase,
  type Message,
  type SealpostClient
} from '@sealpost/client'
import { type ContactId, CryptoError, isSealpostError, UsageError } from '@sealpost/protocol'
import { NO_DRAFT } from '../wire/draft.ts'
import type { FeedbackCalls } from '../wire/feedback.ts'
import type { PageEvent } from '../wire/messages.ts'
import {
  CLIENT_CALLS,
  type ChatSummary,
  type ClientCall,
  type MadeLink,
  type PeerApi
} from '../wire/peer-api.ts'
import type { ReportCalls } from '../wire/report-calls.ts'
import type { StorageCalls } from '../wire/storage-calls.ts'
import type { AutoLock } from './auto-lock.ts'
import { BackupBlob } from './backup-blob.ts'
import { browserClock, browserRandom } from './browser-ports.ts'
import type { Home } from './home.ts'
import { LinkingDesk } from './linking-desk.ts'
import { performPatiently } from './patient-reading.ts'
import {
  keepChatNotices,
  readChatNotices,
  keepDraft,
  keepNoticesRead,
  noteNoticeRead,
  readDrafts,
  readNoticesRead
} from './notes.ts'

/** A link is shown as soon as a relay can answer for it, or after so long: it is made either way. */
const PUBLISHING_MS = 8_000
const TESTING_MS = 30_000

type OwnCalls = Omit<PeerApi, ClientCall>
type OtherCalls = StorageCalls & FeedbackCalls & ReportCalls
type Call = (...args: readonly unknown[]) => unknown

export class PeerService {
  readonly #home: Home
  readonly #own: OwnCalls

  /** @param others calls that are performed elsewhere. */
  constructor(
    home: Home,
    autoLock: AutoLock,
    others: OtherCalls,
    tell: (event: PageEvent) => void
  ) {
    this.#home = home
    this.#own = { ...others, ...ownCalls(home, autoLock, tell) }
  }

  /** @throws SealpostError; UsageError `SEALPOST_USAGE` for a name that is not listed */
  perform(name: string, args: readonly unknown[]): Promise<unknown> {
    return performPatiently(browserClock, name, () => this.#perform(name, args))
  }

  async #perform(name: string, args: readonly unknown[]): Promise<unknown> {
    if (isClientCall(name)) {
      const { client } = this.#home
      // Pages are of this origin, and compiled against the same interface.
      const calls = client as unknown as Readonly<Record<string, Call>>
      return await calls[name]?.(...args)
    }
    if (Object.hasOwn(this.#own, name)) {
      const calls = this.#own as unknown as Readonly<Record<string, Call>>
      return await calls[name]?.(...args)
    }
    throw new UsageError('SEALPOST_USAGE')
  }
}

function isClientCall(name: string): name is ClientCall {
  return CLIENT_CALLS.some((call) => call === name)
}

function ownCalls(
  home: Home,
  autoLock: AutoLock,
  tell: (event: PageEvent) => void
): Omit<OwnCalls, keyof OtherCalls> {
  return {
    state: () => Promise.resolve(home.state),
    create: async (profile) => {
      await home.create(profile)
      // Before any page can ask whether it was shown.
      const atMs = browserClock.wallMs()
      await keepNoticesRead(home.client, [{ version: profile.noticeVersion, atMs }])
    },
    restore: (wish) => home.restore(wish),
    join: (wish) => home.join(wish),
    stopJoining: async () => {
      home.joining.stop()
    },
    answerAccount: async (isRight) => {
      home.joining.answer(isRight)
    },
    becomeNewDevice: () => home.becomeNewDevice(),
    ...keepingCalls(home, tell),
    ...draftCalls(home, tell),
    chatNotices: (contactId) => readChatNotices(home.client, contactId),
    setChatNotices: async (contactId, notices) => {
      await keepChatNotices(home.client, contactId, notices)
      tell({ type: 'chat-notices' })
    },
    noticesRead: () => readNoticesRead(home.client),
    noteNotice: async (version) => {
      await noteNoticeRead(home.client, { version, atMs: browserClock.wallMs() })
      tell({ type: 'notice-read' })
    },
    unlock: (secret) => home.unlock(secret),
    changeWaysIn: (secret, change) => home.changeWaysIn(secret, change),
    lock: () => home.lock(),
    active: (minutes) => autoLock.active(minutes),
    erase: () => home.erase(),
    chats: async () => {
      const { client } = home
      const contacts = await client.contacts()
      return Promise.all(contacts.map(({ contactId }) => chatOf(client, contactId)))
    },
    chat: (contactId) => chatOf(home.client, contactId),
    invite: (options) => invite(home.client, options),
    markShown: async (messages) => {
      await home.client.markShown(messages)
      for (const contactId of new Set(messages.map((message) => message.contactId))) {
        tell({ type: 'contact', contactId })
      }
    },
    recall: async (messageId) => {
      const message = await home.client.recall(messageId)
      tell({ type: 'message-changed', message })
      return message
    },
    reconnect: async () => {
      home.client.setOnline(false)
      home.client.setOnline(true)
      await home.reports.reconnect()
    },
    addRelay: async (address) => {
      await home.client.addRelay(address, AbortSignal.timeout(TESTING_MS))
    },
    testRelay: (address) => home.client.testRelay(address, AbortSignal.timeout(TESTING_MS))
  }
}

type DraftCalls = Pick<PeerApi, 'drafts' | 'forward' | 'keepDraft' | 'sendText'>

/** What is written, until it is sent. */
function draftCalls(home: Home, tell: (event: PageEvent) => void): DraftCalls {
  const keep: PeerApi['keepDraft'] = async (contactId, draft, page) => {
    await keepDraft(home.client, contactId, draft)
    tell({ type: 'draft', contactId, draft, page })
  }
  return {
    drafts: async () => {
      const contacts = await home.client.contacts()
      return readDrafts(
        home.client,
        contacts.map(({ contactId }) => contactId)
      )
    },
    keepDraft: keep,
    forward: async (messageId, to, newMessageId) => {
      const { text } = await home.client.message(messageId)
      const options = { messageId: newMessageId, isForwarded: true }
      const message: Message = await home.client.send(to, text, options)
      tell({ type: 'sent', message })
      return message
    },
    sendText: async (contactId, text, { page, ...options }) => {
      const message: Message = await home.client.send(contactId, text, options)
      tell({ type: 'sent', message })
      // It is sent, whatever becomes of what was begun: that stays, where there is no room to say so.
      await keep(contactId, NO_DRAFT, page).catch(() => undefined)
      return message
    }
  }
}

type KeepingCalls = Pick<
  PeerApi,
  | 'backUp'
  | 'drawRecoveryPhrase'
  | 'linkDevice'
  | 'answerDevice'
  | 'letIn'
  | 'answerDigits'
  | 'stopLinking'
>

/** Backups, and other devices. */
function keepingCalls(home: Home, tell: (event: PageEvent) => void): KeepingCalls {
  const desk = new LinkingDesk(tell)
  return {
    backUp: async (passphrase) => {
      const sink = new BackupBlob()
      const onProgress = (progress: BackupProgress): void => {
        tell({ type: 'backup-progress', ...progress })
      }
      const proven = await home.client.backup(sink, { passphrase, onProgress })
      if (sink.file === undefined) {
        throw new CryptoError('SEALPOST_BACKUP_DAMAGED')
      }
      return { file: sink.file, proven }
    },
    drawRecoveryPhrase: () => Promise.resolve(makeRecoveryPhrase(browserRandom)),
    linkDevice: () => desk.start(home.client),
    answerDevice: async (isWelcome) => {
      desk.answer(isWelcome)
    },
    letIn: (code) => desk.letIn(home.client, code),
    answerDigits: async (digits) => {
      desk.answerDigits(digits)
    },
    stopLinking: async () => {
      desk.stop()
    }
  }
}

async function chatOf(client: SealpostClient, contactId: ContactId): Promise<ChatSummary> {
  const [contact, messages] = await Promise.all([
    client.contact(contactId),
    client.messages(contactId, { limit: 1 })
  ])
  return { contact, last: messages.at(-1) }
}

async function invite(
  client: SealpostClient,
  { isReusable }: { readonly isReusable: boolean }
): Promise<MadeLink> {
  const before = new Set(client.links().map(({ invitationId }) => invitationId))
  try {
    const signal = AbortSignal.timeout(PUBLISHING_MS)
    return { ...(await client.invite({ isReusable, signal })), isPublished: true }
  } catch (error) {
    const made = client.links().find(({ invitationId }) => !before.has(invitationId))
    if (made !== undefined && isSealpostError(error) && error.code === 'SEALPOST_TIMEOUT') {
      const { invitationId, link, expiresAtMs } = made
      return { invitationId, link, expiresAtMs, isPublished: false }
    }
    throw error
  }
}
