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
