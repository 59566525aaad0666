/**
 * What travels between pages and the one worker that is the peer, over a `BroadcastChannel` of this origin: every page reaches the
 * worker alike, whichever page started it.
 *
 * A page asks again, under the same id, whoever says `hello`: a worker that took over from one that is gone. So all that pages
 * ask for must be harmless to do twice.
 */
import type { BackupProgress, ClientEvent, Message } from '@sealpost/client'
import type { ContactId, ErrorCode, ErrorDetail } from '@sealpost/protocol'
import type { Draft } from './draft.ts'
import type { HomeState } from './peer-api.ts'

/** The channel of all pages and the worker. */
export const CHANNEL = 'sealpost'

/** What happened, for every page. */
export type PageEvent =
  | ClientEvent
  | { readonly type: 'home'; readonly state: HomeState }
  /** A page of this browser sent a message. */
  | { readonly type: 'sent'; readonly message: Message }
  /** What a page keeps of what is being written. */
  | {
      readonly type: 'draft'
      readonly contactId: ContactId
      readonly draft: Draft
      /** The page that it is of. */
      readonly page: string
    }
  /** Somebody said that they have read the privacy notice. */
  | { readonly type: 'notice-read' }
  /** How one is told of a conversation was chosen anew. */
  | { readonly type: 'chat-notices' }
  /** Something became of a report, or was said about it. */
  | { readonly type: 'report' }
  /** Where letting another device in is. */
  | { readonly type: 'linking'; readonly step: LinkingStep }
  /** Where being let in is. */
  | { readonly type: 'joining'; readonly step: JoiningStep }
  | ({ readonly type: 'backup-progress' } & BackupProgress)

export type LinkingStep =
  | { readonly type: 'code'; readonly code: string }
  | { readonly type: 'asking'; readonly name: string; readonly digits: string }
  /** The digits of a device that showed a code are to be typed, as often at most. */
  | { readonly type: 'typing'; readonly name: string; readonly triesLeft: number }

export type JoiningStep =
  /** The other device shows the same digits. */
  | { readonly type: 'digits'; readonly digits: string }
  /** The other device reads the code, and asks for the digits. */
  | { readonly type: 'code'; readonly code: string; readonly digits: string }
  /** The account of that person lets this device in. */
  | { readonly type: 'account'; readonly name: string }

/** From a page. */
export interface Ask {
  readonly kind: 'ask'
  /** Of all pages, this one and this question. */
  readonly id: string
  readonly name: string
  readonly args: readonly unknown[]
}

/** From the worker. */
export type WorkerWord =
  | { readonly kind: 'hello'; readonly worker: string }
  | { readonly kind: 'answer'; readonly id: string; readonly value: unknown }
  | {
      readonly kind: 'refusal'
      readonly id: string
      readonly code: ErrorCode
      readonly detail: ErrorDetail | undefined
    }
  | { readonly kind: 'event'; readonly event: PageEvent }
