/** A data channel that stayed in the page, as the worker sees it through a port. */
import type { DataChannel } from '@sealpost/transport-libp2p'
import type { PortReport, PortWish } from '../wire/path-messages.ts'

type Listener = (event: { readonly data?: unknown }) => void

/** As much of a `MessagePort` as is used. */
export interface ChannelPort {
  postMessage(message: PortWish, transfer: ArrayBuffer[]): void
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void
  start(): void
}

export class PortChannel implements DataChannel {
  readyState = 'connecting'
  bufferedAmount = 0
  bufferedAmountLowThreshold = 0
  readonly #port: ChannelPort
  readonly #listeners = new Map<string, Listener[]>()

  constructor(port: ChannelPort) {
    this.#port = port
    port.addEventListener('message', ({ data }) => {
      this.#hear(data as PortReport)
    })
    port.start()
  }

  addEventListener(type: string, listener: Listener): void {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener])
  }

  send(bytes: Uint8Array): void {
    const copy = new Uint8Array(bytes)
    this.bufferedAmount += copy.length
    this.#port.postMessage(copy.buffer, [copy.buffer])
  }

  close(): void {
    if (this.readyState === 'connecting' || this.readyState === 'open') {
      this.readyState = 'closing'
      this.#port.postMessage('close', [])
    }
  }

  #hear(report: PortReport): void {
    if (report instanceof ArrayBuffer) {
      this.#tell('message', report)
    } else if (report.type === 'sent') {
      const before = this.bufferedAmount
      this.bufferedAmount -= report.bytes
      const low = this.bufferedAmountLowThreshold
      if (before > low && this.bufferedAmount <= low) {
        this.#tell('bufferedamountlow')
      }
    } else {
      this.readyState = report.type === 'open' ? 'open' : 'closed'
      this.#tell(report.type)
    }
  }

  #tell(type: string, data?: unknown): void {
    for (const listener of this.#listeners.get(type) ?? []) {
      listener({ data })
    }
  }
}
