/** Stands between a data channel and a port, in browsers that do not let the channel itself go to a worker. */
import type { PortReport, PortWish } from '../wire/path-messages.ts'

/** Bytes that wait in the channel before the worker is left waiting, too. */
const WAITING_BYTES_MAX = 256 * 1024
const WAITING_BYTES_LOW = 64 * 1024

/** As much of an `RTCDataChannel` as is used. */
export interface PumpedChannel {
  readonly readyState: string
  readonly bufferedAmount: number
  bufferedAmountLowThreshold: number
  binaryType: string
  send(bytes: ArrayBuffer): void
  close(): void
  addEventListener(
    type: 'open' | 'close' | 'bufferedamountlow' | 'message',
    listener: (event: { readonly data?: unknown }) => void
  ): void
}

/** As much of a `MessagePort` as is used. */
export interface PumpPort {
  postMessage(message: PortReport, transfer: ArrayBuffer[]): void
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void
  start(): void
}

export function pumpChannel(channel: PumpedChannel, port: PumpPort): void {
  let unreported = 0
  const report = (): void => {
    if (unreported > 0 && channel.bufferedAmount < WAITING_BYTES_MAX) {
      port.postMessage({ type: 'sent', bytes: unreported }, [])
      unreported = 0
    }
  }
  channel.binaryType = 'arraybuffer'
  channel.bufferedAmountLowThreshold = WAITING_BYTES_LOW
  channel.addEventListener('bufferedamountlow', report)
  channel.addEventListener('open', () => {
    port.postMessage({ type: 'open' }, [])
  })
  channel.addEventListener('close', () => {
    port.postMessage({ type: 'close' }, [])
  })
  channel.addEventListener('message', ({ data }) => {
    if (data instanceof ArrayBuffer) {
      port.postMessage(data, [data])
    } else {
      channel.close()
    }
  })
  port.addEventListener('message', ({ data }) => {
    const wish = data as PortWish
    if (wish === 'close') {
      channel.close()
    } else if (channel.readyState === 'open') {
      try {
        channel.send(wish)
        unreported += wish.byteLength
        report()
      } catch {
        // What follows would be read as if this had come.
        channel.close()
      }
    }
  })
  port.start()
}
