/** The WebRTC of the page that started this worker. */
import type {
  DataChannel,
  WebRtc,
  WebRtcConnection,
  WebRtcHandlers
} from '@sealpost/transport-libp2p'
import { isPathEnd } from './path-end.ts'
import type { PathReport, PathWish } from '../wire/path-messages.ts'
import { PortChannel } from './port-channel.ts'

/** As much of a worker's global scope as is used: messages to and from the page that started it. */
export interface PagePort {
  postMessage(message: PathWish): void
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void
}

export class PageWebRtc implements WebRtc {
  readonly #page: PagePort
  readonly #connections = new Map<number, WebRtcHandlers>()
  #nextId = 1

  constructor(page: PagePort) {
    this.#page = page
    page.addEventListener('message', ({ data }) => {
      this.#hear(data as PathReport)
    })
  }

  open(...[offered, handlers]: Parameters<WebRtc['open']>): WebRtcConnection {
    const id = this.#nextId++
    this.#connections.set(id, handlers)
    this.#page.postMessage({ kind: 'path-open', id, offered })
    return {
      take: (answer) => {
        if (this.#connections.has(id)) {
          this.#page.postMessage({ kind: 'path-take', id, answer })
        }
      },
      close: () => {
        if (this.#connections.delete(id)) {
          this.#page.postMessage({ kind: 'path-close', id })
        }
      }
    }
  }

  #hear(report: PathReport): void {
    const handlers = this.#connections.get(report.id)
    switch (report.kind) {
      case 'path-channel':
        report.channel.binaryType = 'arraybuffer'
        give(report.channel as DataChannel, handlers)
        return
      case 'path-port':
        give(new PortChannel(report.port), handlers)
        return
      case 'path-made':
        if (isPathEnd(report.end)) {
          handlers?.onMade(report.end)
        }
        return
      case 'path-gone':
        this.#connections.delete(report.id)
        handlers?.onGone()
    }
  }
}

/** Nobody may want it any more. */
function give(channel: DataChannel, handlers: WebRtcHandlers | undefined): void {
  if (handlers === undefined) {
    channel.close()
  } else {
    handlers.onChannel(channel)
  }
}
