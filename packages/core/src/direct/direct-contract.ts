/** What a `PeerMachine` is told of direct streams and live content, and what it asks for. */
import type {
  ContactId,
  DeviceNumber,
  DirectFrame,
  DirectChoice,
  EnvelopeId,
  Lifetime,
  LiveContent,
  MailboxId,
  NodeKey,
  PathEnd,
  Settings
} from '@sealpost/protocol'

/** What stands under a seal: an engine's output (2, 3), or what the seal alone protects (8: a resend request, 9: live content). */
export interface SealedInner {
  readonly type: 2 | 3 | 8 | 9
  readonly bytes: Uint8Array
}

/** A deposit that came on a direct stream, so that it can be answered once it is dealt with. */
export interface DirectOrigin {
  readonly stream: number
  /** The other side's number of it. */
  readonly number: number
  /** As in an origin at a relay. */
  readonly ciphertextHash: string | undefined
}

interface At {
  readonly atMs: number
}

export type DirectInput =
  /** The direct transport is open, and listens there. */
  | (At & {
      readonly type: 'direct-opened'
      readonly nodeKey: NodeKey
      readonly addresses: readonly string[]
    })
  /** It could not be opened. */
  | (At & { readonly type: 'direct-unavailable' })
  /** There is a stream: one that `dial-direct` asked for, or one that came in. */
  | (At & {
      readonly type: 'direct-connected'
      /** Not used by any other stream of this client, before or after. */
      readonly stream: number
      /** The other side's, proven by the handshake. */
      readonly nodeKey: NodeKey
      readonly isDialled: boolean
    })
  | (At & { readonly type: 'direct-failed'; readonly nodeKey: NodeKey })
  | (At & { readonly type: 'direct-closed'; readonly stream: number })
  | (At & { readonly type: 'direct-frame'; readonly stream: number; readonly frame: DirectFrame })
  /** This device's end of a path that is offered or answered is made. */
  | (At & { readonly type: 'path-made'; readonly attempt: number; readonly end: PathEnd })
  /** It cannot be made, or its connection failed before there was a stream. */
  | (At & { readonly type: 'path-failed'; readonly attempt: number })
  /** Live content was opened, from a relay or a direct stream. */
  | (At & {
      readonly type: 'live-received'
      readonly contactId: ContactId
      readonly device: DeviceNumber
      readonly live: LiveContent
      /** The stream that it came on, and its number there; undefined from a relay. */
      readonly origin: Pick<DirectOrigin, 'stream' | 'number'> | undefined
    })
  /** The person writes to a contact, or stopped. */
  | (At & { readonly type: 'typing'; readonly contactId: ContactId; readonly isTyping: boolean })
  | (At & { readonly type: 'change-settings'; readonly settings: Partial<Settings> })
  | (At & {
      readonly type: 'set-direct'
      readonly contactId: ContactId
      readonly direct: DirectChoice
    })

const DIRECT_TYPES: Readonly<Record<DirectInput['type'], true>> = {
  'direct-opened': true,
  'direct-unavailable': true,
  'direct-connected': true,
  'direct-failed': true,
  'direct-closed': true,
  'direct-frame': true,
  'path-made': true,
  'path-failed': true,
  'live-received': true,
  typing: true,
  'change-settings': true,
  'set-direct': true
}

/** Whether an input of the machine is about this. */
export function isDirectInput(input: { readonly type: string }): input is DirectInput {
  return Object.hasOwn(DIRECT_TYPES, input.type)
}

export type DirectEffect =
  /** Open the direct transport, with another node key than ever before. */
  | { readonly type: 'open-direct' }
  /** Close it, and every stream with it, without a word to the machine. */
  | { readonly type: 'close-direct' }
  | {
      readonly type: 'dial-direct'
      readonly nodeKey: NodeKey
      readonly addresses: readonly string[]
    }
  /** Make an end of a path to that node, to be offered; what comes of it is a stream that was dialled. */
  | { readonly type: 'offer-path'; readonly attempt: number; readonly nodeKey: NodeKey }
  /** Make an end for a path that the node offers; what comes of it is a stream that came in. */
  | {
      readonly type: 'answer-path'
      readonly attempt: number
      readonly nodeKey: NodeKey
      readonly end: PathEnd
    }
  /** The other side's end for a path that was offered. */
  | { readonly type: 'take-answer'; readonly attempt: number; readonly end: PathEnd }
  /** Give up a path that is offered or answered. The machine has forgotten it already. */
  | { readonly type: 'drop-path'; readonly attempt: number }
  /** End a stream. The machine has forgotten it already. */
  | { readonly type: 'cut-direct'; readonly stream: number }
  | {
      readonly type: 'direct-frame'
      readonly stream: number
      readonly frame: Exclude<DirectFrame, { type: 'deposit' | 'unknown' }>
    }
  /** Seal under `sealKey`, then deposit on the stream. */
  | {
      readonly type: 'direct-deposit'
      readonly stream: number
      readonly number: number
      readonly mailboxId: MailboxId
      readonly depositToken: Uint8Array
      readonly sealKey: Uint8Array
      readonly envelopeId: EnvelopeId
      readonly recallHash: Uint8Array
      readonly lifetime: Lifetime
      readonly ciphertext: SealedInner
      readonly isLive: boolean
    }

export type DirectNotice =
  | { readonly type: 'typing'; readonly contactId: ContactId; readonly isTyping: boolean }
  | { readonly type: 'presence'; readonly contactId: ContactId; readonly isOnline: boolean }
  /** There is a direct path to some device of the contact now, or there is none any more. */
  | { readonly type: 'direct-changed'; readonly contactId: ContactId; readonly isDirect: boolean }
  | { readonly type: 'settings-changed' }
