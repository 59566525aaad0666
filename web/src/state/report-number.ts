import { ticketNumberOf } from '@sealpost/protocol'

/** By which somebody finds again what they wrote, here and at a desk. */
export function drawReportNumber(): string {
  return ticketNumberOf(crypto.getRandomValues(new Uint8Array(8)))
}
