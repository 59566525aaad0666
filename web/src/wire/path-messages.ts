/**
 * What travels between a worker that is the peer and the page that started it, for connections of WebRTC: only pages have them. A
 * data channel goes to the worker the moment it is made, where a browser lets it; else a port goes, and the page stands between.
 */
import type { PathEnd } from '@sealpost/protocol'

/** From the worker. */
export type PathWish =
  /** Make a connection; `offered` is the other side's end, where this is the answer. */
  | { readonly kind: 'path-open'; readonly id: number; readonly offered: PathEnd | undefined }
  | { readonly kind: 'path-take'; readonly id: number; readonly answer: PathEnd }
  | { readonly kind: 'path-close'; readonly id: number }

/** From the page. */
export type PathReport =
  | { readonly kind: 'path-channel'; readonly id: number; readonly channel: RTCDataChannel }
  | { readonly kind: 'path-port'; readonly id: number; readonly port: MessagePort }
  | { readonly kind: 'path-made'; readonly id: number; readonly end: PathEnd }
  /** It failed or is gone, and is closed. */
  | { readonly kind: 'path-gone'; readonly id: number }

/** On a port, from the worker: bytes to send, or the end. */
export type PortWish = ArrayBuffer | 'close'

/** On a port, from the page: bytes that came, or what became of the channel. */
export type PortReport =
  | ArrayBuffer
  | { readonly type: 'open' | 'close' }
  /** So many bytes that were given have left. */
  | { readonly type: 'sent'; readonly bytes: number }
