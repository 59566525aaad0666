/** What a transport of paths needs of a WebRTC that it cannot make itself: a browser has it in pages, and not in their workers. */
import type { PathEnd } from '@sealpost/protocol'

/** As much of an `RTCDataChannel` as is used. It is ordered and reliable. */
export interface DataChannel {
  readonly readyState: string
  /** Bytes that were sent and have not left yet. */
  readonly bufferedAmount: number
  /** `bufferedamountlow` comes when no more than so many are left. */
  bufferedAmountLowThreshold: number
  /** At most 16 KiB. The bytes are not changed afterwards. */
  send(bytes: Uint8Array): void
  close(): void
  addEventListener(
    type: 'open' | 'close' | 'bufferedamountlow' | 'message',
    listener: (event: { readonly data?: unknown }) => void
  ): void
}

/** What a connection tells. */
export interface WebRtcHandlers {
  /** This side's end, with all of its candidates. */
  readonly onMade: (end: PathEnd) => void
  /** Its one data channel, before it is open; within this call it must be listened to. Messages are `ArrayBuffer`s. */
  readonly onChannel: (channel: DataChannel) => void
  /** It failed, or went away, and is closed. */
  readonly onGone: () => void
}

/** One connection of WebRTC. */
export interface WebRtcConnection {
  /** The other side's end, where it was not there from the start. */
  take(answer: PathEnd): void
  /** Ends it, without a word to the handlers. */
  close(): void
}

/** Makes connections of WebRTC, each with one data channel. */
export interface WebRtc {
  /** @param offered the other side's end, for an answer; undefined for an offer */
  open(offered: PathEnd | undefined, handlers: WebRtcHandlers): WebRtcConnection
}
