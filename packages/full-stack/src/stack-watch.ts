/** Tells the ledger of a run what passes between clients and relays, as the simulator does. */
import { decodeClientFrame, decodeRelayFrame } from '@sealpost/protocol'
import { rangeOf, type RunLedger } from 'sealpost-sim'
import type { StreamWatch } from './delayed-stream.ts'

let connectionCount = 0

/** Of one stream. */
export function stackWatch(ledger: RunLedger, client: number, relay: number): StreamWatch {
  const connection = ++connectionCount
  const { knowledge, sampler } = ledger
  const atMs = 0
  return {
    opened: () => {
      knowledge.saw(relay, { type: 'opened', atMs, connection, range: rangeOf(client) })
    },
    sent: (bytes) => {
      const frame = decodeClientFrame(bytes)
      knowledge.saw(relay, { type: 'frame', atMs, connection, frame })
    },
    came: (bytes) => {
      const frame = decodeRelayFrame(bytes)
      if (frame.type === 'answer') {
        sampler.answered(relay, frame.answer)
      }
      knowledge.said(relay, connection, frame)
    },
    closed: () => {
      knowledge.saw(relay, { type: 'closed', atMs, connection })
    }
  }
}
