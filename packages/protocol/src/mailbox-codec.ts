/** Turns frames into the verbs of `mailbox-verbs.ts` and back: one door for both directions. */
export { decodeClientFrame, encodeClientFrame } from './client-frame.ts'
export { decodeRelayFrame, encodeRelayFrame } from './relay-frame.ts'
