/** Reaches real relays over libp2p, no sooner than the scenario's network would. */
import type { FrameStream, Transport } from '@sealpost/host'
import { type NodeKey, type RelayAddress, UnreachableError } from '@sealpost/protocol'
import { DelayedStream, type StreamWay } from './delayed-stream.ts'

export interface DelayedTransportInit extends Omit<StreamWay, 'relay' | 'watch'> {
  readonly transport: Transport
  /** The number of the relay with this key. */
  readonly relayOf: (nodeKey: NodeKey) => number
  readonly watchOf: (relay: number) => StreamWay['watch']
}

export class DelayedTransport implements Transport {
  readonly #init: DelayedTransportInit

  constructor(init: DelayedTransportInit) {
    this.#init = init
  }

  async dial(
    address: RelayAddress,
    { signal }: { readonly signal: AbortSignal }
  ): Promise<FrameStream> {
    const { client, pace, paths, relayOf, transport } = this.#init
    const relay = relayOf(address.nodeKey)
    if (!pace.isRunning) {
      return this.#delayed(await transport.dial(address, { signal }), relay)
    }
    const { atUs, isThere } = paths.dialledUs(client, relay)
    if (!isThere) {
      await this.#until(atUs, signal)
      throw new UnreachableError('SEALPOST_DIAL_FAILED')
    }
    // The real handshake is part of the time that the scenario's takes.
    const dialling = transport
      .dial(address, { signal })
      .then((stream) => this.#delayed(stream, relay))
    try {
      const [stream] = await Promise.all([dialling, this.#until(atUs, signal)])
      return stream
    } catch (error) {
      dialling.then((stream) => stream.close(), ignore)
      throw error
    }
  }

  close(): Promise<void> {
    return this.#init.transport.close()
  }

  #delayed(stream: FrameStream, relay: number): DelayedStream {
    const { client, pace, paths, watchOf } = this.#init
    return new DelayedStream(stream, { client, pace, paths, relay, watch: watchOf(relay) })
  }

  async #until(atUs: number, signal: AbortSignal): Promise<void> {
    const { promise, reject } = Promise.withResolvers<never>()
    const onAbort = (): void => {
      reject(signal.reason as Error)
    }
    signal.addEventListener('abort', onAbort)
    try {
      await Promise.race([this.#init.pace.until(atUs), promise])
    } finally {
      signal.removeEventListener('abort', onAbort)
    }
  }
}

function ignore(): void {
  // It was told already.
}
