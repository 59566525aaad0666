/**
 * Connections of WebRTC, for the worker of this page: workers have none. This is the only place that makes any, when the worker
 * asks, and so only for people who allow direct paths. No server helps to find a way: a browser that asked one would tell it
 * where the person is.
 *
 * ```
 *   path-open --channel to the worker--> describing --all candidates, or 3 s--> path-made --answer--> connected
 *   failed, 5 s without the other side, the page goes --> path-gone
 * ```
 */
import type { PathEnd } from '@sealpost/protocol'
import type { PathReport, PathWish } from '../wire/path-messages.ts'
import { pumpChannel } from './channel-pump.ts'
import { endOfSession, sessionDescription } from './session-description.ts'

const GATHER_MS = 3_000
/** Who is not heard for so long may still come back, but messages go by relays meanwhile in any case. */
const SILENT_MS = 5_000

/** As much of a `Worker` as is used. */
export interface PathWorker {
  postMessage(message: PathReport, transfer: Transferable[]): void
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void
}

/** Makes what the worker wishes for, as long as this page is there. */
export function hostPeerConnections(worker: PathWorker): void {
  const connections = new Map<number, PeerConnection>()
  worker.addEventListener('message', ({ data }) => {
    const wish = data as PathWish
    switch (wish.kind) {
      case 'path-open': {
        const { id, offered } = wish
        const connection = begin(worker, id, () => connections.delete(id))
        if (connection !== undefined) {
          connections.set(id, connection)
          void connection.describe(offered)
        }
        return
      }
      case 'path-take':
        void connections.get(wish.id)?.take(wish.answer)
        return
      case 'path-close':
        connections.get(wish.id)?.close()
    }
  })
  addEventListener('pagehide', () => {
    for (const connection of [...connections.values()]) {
      connection.gone()
    }
  })
}

/** Undefined, and the worker knows it, where the browser has no WebRTC, was told to make none, or has too many connections. */
function begin(worker: PathWorker, id: number, onOver: () => void): PeerConnection | undefined {
  try {
    return new PeerConnection(worker, id, onOver)
  } catch {
    worker.postMessage({ kind: 'path-gone', id }, [])
    return undefined
  }
}

class PeerConnection {
  readonly #worker: PathWorker
  readonly #id: number
  readonly #onOver: () => void
  readonly #connection = new RTCPeerConnection({ iceServers: [] })
  #silence: ReturnType<typeof setTimeout> | undefined
  #isOver = false

  constructor(worker: PathWorker, id: number, onOver: () => void) {
    this.#worker = worker
    this.#id = id
    this.#onOver = onOver
    // It can be handed over only now, before anything else happens.
    const options = { negotiated: true, id: 0, ordered: true }
    this.#handOver(this.#connection.createDataChannel('sealpost', options))
    this.#connection.addEventListener('connectionstatechange', () => {
      this.#stateChanged()
    })
  }

  async describe(offered: PathEnd | undefined): Promise<void> {
    try {
      if (offered !== undefined) {
        await this.#connection.setRemoteDescription(sessionDescription(offered, 'offer'))
      }
      await this.#connection.setLocalDescription()
      await gathered(this.#connection)
      const end = endOfSession(this.#connection.localDescription?.sdp ?? '')
      if (end === undefined) {
        this.gone()
      } else if (!this.#isOver) {
        this.#worker.postMessage({ kind: 'path-made', id: this.#id, end }, [])
      }
    } catch {
      this.gone()
    }
  }

  async take(answer: PathEnd): Promise<void> {
    try {
      await this.#connection.setRemoteDescription(sessionDescription(answer, 'answer'))
    } catch {
      this.gone()
    }
  }

  /** It failed, or has to end. */
  gone(): void {
    if (!this.#isOver) {
      this.close()
      this.#worker.postMessage({ kind: 'path-gone', id: this.#id }, [])
    }
  }

  close(): void {
    this.#isOver = true
    clearTimeout(this.#silence)
    this.#connection.close()
    this.#onOver()
  }

  #handOver(channel: RTCDataChannel): void {
    const id = this.#id
    try {
      this.#worker.postMessage({ kind: 'path-channel', id, channel }, [channel])
    } catch {
      // This browser does not let a channel go: its bytes go, one message at a time.
      const { port1, port2 } = new MessageChannel()
      pumpChannel(channel, port1)
      this.#worker.postMessage({ kind: 'path-port', id, port: port2 }, [port2])
    }
  }

  #stateChanged(): void {
    const { connectionState } = this.#connection
    clearTimeout(this.#silence)
    if (connectionState === 'failed' || connectionState === 'closed') {
      this.gone()
    } else if (connectionState === 'disconnected') {
      this.#silence = setTimeout(() => {
        this.gone()
      }, SILENT_MS)
    }
  }
}

/** Resolves when all candidates are known, or it takes too long. */
async function gathered(connection: RTCPeerConnection): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>()
  const look = (): void => {
    if (connection.iceGatheringState === 'complete') {
      resolve(undefined)
    }
  }
  const timer = setTimeout(() => {
    resolve(undefined)
  }, GATHER_MS)
  connection.addEventListener('icegatheringstatechange', look)
  look()
  await promise
  clearTimeout(timer)
}
