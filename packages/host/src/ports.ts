/**
 * What a driver and an app need of the world, as interfaces. Adapters implement them; tests and simulations bring their own.
 */
import type { Mutation, RangeQuery, Row, RowKey } from '@sealpost/core'
import type { NodeKey, PathEnd, RelayAddress, SealpostError } from '@sealpost/protocol'

/** Time. */
export interface Clock {
  /** Milliseconds since 1970, as the machine's clock says, which may jump. An integer. */
  wallMs(): number
  /** Milliseconds since some moment; never jumps, never runs back. */
  monotonicMs(): number
  /** Calls back once, after `delayMs` (0 and up) or later. The returned function cancels, and does nothing afterwards. */
  setTimer(delayMs: number, callback: () => void): () => void
}

/** Rows on a disk. Every port's compliance suite says what an implementation must keep. */
export interface Store {
  /**
   * One value for each key, in order; undefined where there is no such row. The caller must not change the arrays.
   *
   * @throws StorageError
   */
  getMany(keys: readonly RowKey[]): Promise<readonly (Uint8Array | undefined)[]>
  /** @throws StorageError */
  getRange(range: RangeQuery): Promise<readonly Row[]>
  /**
   * All or nothing, and durable once it resolves: neither a kill nor a loss of power takes it back. Commits are applied in
   * the order of the calls. An empty one resolves without touching the disk.
   *
   * @throws StorageError `SEALPOST_STORE_FULL` or `SEALPOST_STORE_FAILED`; afterwards the store must be closed and opened again.
   */
  commit(mutations: readonly Mutation[]): Promise<void>
  /** Waits for what is under way. Afterwards every call throws `SEALPOST_STORE_FAILED`. */
  close(): Promise<void>
}

/** Opens a store, again and again: a driver reopens it after a failure. */
export type StoreOpener = () => Promise<Store>

/** What a frame stream tells its owner. Handlers are called synchronously, one at a time. */
export interface FrameStreamHandlers {
  /** Frames that arrived together, without their lengths. The arrays belong to the handler. */
  readonly onFrames: (frames: readonly Uint8Array[]) => void
  /** The stream is gone, once: with the reason where it did not end cleanly on both sides. */
  readonly onClose: (error: SealpostError | undefined) => void
}

/** An ordered, encrypted, two-way stream of frames to one other node. */
export interface FrameStream {
  /** The other side's node key, proven by the handshake. */
  readonly remoteKey: NodeKey
  /** The range of network addresses the other side comes from (IPv4 /24, IPv6 /64), for bounds; never logged. */
  readonly remoteRange: string
  /** Frames handed to `send` whose bytes have not left this process yet, in bytes. */
  readonly unsentBytes: number
  /** Must be called synchronously once the stream is had; until then frames wait. */
  attach(handlers: FrameStreamHandlers): void
  /** Queues a frame. Frames of one turn travel as one write. Does nothing on a stream that is gone. */
  send(frame: Uint8Array): void
  /** Stops or continues to take bytes from the other side; what was received already still comes. */
  setPaused(isPaused: boolean): void
  /** Sends what is queued, then ends the connection. Resolves when it is gone, at the latest after `timeoutMs`. */
  close(timeoutMs?: number): Promise<void>
  /** Ends the connection at once; `onClose` gets `error`. */
  abort(error: SealpostError): void
}

/** Reaches relays. */
export interface Transport {
  /**
   * Connects to a relay and opens its mailbox stream. Fails unless the other side proves `address.nodeKey`.
   *
   * @throws UnreachableError `SEALPOST_DIAL_FAILED`; an AbortError passes through untouched.
   */
  dial(address: RelayAddress, options: { readonly signal: AbortSignal }): Promise<FrameStream>
  /** Ends every connection. */
  close(): Promise<void>
}

/** Accepts mailbox streams from clients. */
export interface Listener {
  /** Where it listens, as others can dial it: one address for each that was asked for. */
  readonly addresses: readonly RelayAddress[]
  /** Stops taking connections; those there are stay. */
  stopAccepting(): Promise<void>
  /** Ends every connection. */
  close(): Promise<void>
}

/** One node, and where it can be dialled. */
export interface NodeAddress {
  readonly nodeKey: NodeKey
  /** Multiaddrs, the best first. */
  readonly addresses: readonly string[]
}

/** Reaches other clients without a relay between, and is reached by them (section 10). */
export interface DirectTransport {
  /** This client's second node key: fresh each time this is opened, and no relay sees it. */
  readonly nodeKey: NodeKey
  /** Where it listens, as others can dial it, and `OFFERS_ADDRESS` where it has `paths`; empty where it cannot be reached. */
  readonly addresses: readonly string[]
  /** Left out where it only dials and is dialled. */
  readonly paths?: PathMaker | undefined
  /**
   * Connects to another client and opens a direct stream. Fails unless the other side proves `address.nodeKey`.
   *
   * @throws UnreachableError `SEALPOST_DIAL_FAILED`; an AbortError passes through untouched.
   */
  dial(address: NodeAddress, options: { readonly signal: AbortSignal }): Promise<FrameStream>
  /** Takes no more connections, and ends every one there is. */
  close(): Promise<void>
}

/** Connects clients of which neither can be dialled, as in browsers: they tell each other where their ends are. */
export interface PathMaker {
  /** Makes an end to be offered to a node. */
  offer(nodeKey: NodeKey, handlers: PathHandlers): OfferedPath
  /** Makes an end for what a node offers. */
  answer(nodeKey: NodeKey, offered: PathEnd, handlers: PathHandlers): Path
}

/** What a path tells until there is a stream; never within the call that makes it. */
export interface PathHandlers {
  /** This side's end, once, for the other side to be told. */
  readonly onMade: (end: PathEnd) => void
  /** The stream, once: the other side proved its node key. It must be attached to at once. Nothing is told after it. */
  readonly onStream: (stream: FrameStream) => void
  /** It came to nothing, and nothing is told any more. */
  readonly onFailed: () => void
}

/** A path that is to be. */
export interface Path {
  /** Gives it up, without a word to the handlers; does nothing once there is a stream. */
  drop(): void
}

/** A path that was offered. */
export interface OfferedPath extends Path {
  /** The other side's end, once. */
  take(answer: PathEnd): void
}

/**
 * Opens a direct transport, again and again: a client has one open only while its person allows direct streams.
 * `onStream` gets each stream that comes in, and must attach to it at once.
 *
 * @throws ConfigError `SEALPOST_LISTEN_FAILED`
 */
export type DirectOpener = (onStream: (stream: FrameStream) => void) => Promise<DirectTransport>

/** Structured log. Events are constants; fields hold counts and codes, never content, keys, ids or addresses. */
export interface Log {
  error(event: string, fields?: LogFields): void
  warn(event: string, fields?: LogFields): void
  info(event: string, fields?: LogFields): void
  debug(event: string, fields?: LogFields): void
}

/** What an event says, by name. Undefined is left out. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>
