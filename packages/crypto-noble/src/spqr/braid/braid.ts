/** The ML-KEM Braid: the one step to send and the one step to receive, in whatever state. The diagram is in braid-state.ts. */
import type { Random } from '@sealpost/crypto'
import type { Authenticator } from '../authenticator.ts'
import { AUTHENTICATOR_MAC_BYTES } from '../authenticator.ts'
import { decodeChunks } from '../erasure-code.ts'
import { HEADER_BYTES } from '../mlkem768-incremental.ts'
import type { NativeMlKem768 } from '../mlkem768-incremental.ts'
import { SpqrError } from '../spqr-error.ts'
import type { BraidMessage } from '../spqr-message.ts'
import type { BraidState } from './braid-state.ts'
import type { BraidReceived, BraidSent } from './braid-step.ts'
import { receiveCt1Acknowledged, sendCt1Acknowledged } from './ct1-acknowledged.ts'
import { receiveCt1Received, sendCt1Received } from './ct1-received.ts'
import { receiveCt1Sampled, sendCt1Sampled } from './ct1-sampled.ts'
import { leaveCt2Sampled, sendCt2Sampled } from './ct2-sampled.ts'
import { receiveEkReceivedCt1Sampled, sendEkReceivedCt1Sampled } from './ek-received-ct1-sampled.ts'
import { receiveEkSentCt1Received, sendEkSentCt1Received } from './ek-sent-ct1-received.ts'
import { sendHeaderReceived } from './header-received.ts'
import { receiveHeaderSent, sendHeaderSent } from './header-sent.ts'
import { receiveKeysSampled, sendKeysSampled } from './keys-sampled.ts'
import { sendKeysUnsampled } from './keys-unsampled.ts'
import { receiveNoHeaderReceived, sendNoHeaderReceived } from './no-header-received.ts'

/** Where who sends the first key begins. */
export function initialEkState(authenticator: Authenticator): BraidState {
  return { name: 'KeysUnsampled', epoch: 1, authenticator }
}

/** Where who sends the first ciphertext begins. */
export function initialCtState(authenticator: Authenticator): BraidState {
  const receiving = decodeChunks(HEADER_BYTES + AUTHENTICATOR_MAC_BYTES)
  return { name: 'NoHeaderReceived', epoch: 1, authenticator, receiving }
}

/** What to put into the next message, which is of the epoch of `state`. */
export function braidSend(
  state: BraidState,
  random: Random,
  native: NativeMlKem768,
  prepared?: () => Uint8Array | undefined
): BraidSent {
  switch (state.name) {
    case 'KeysUnsampled':
      return sendKeysUnsampled(state, random, native, prepared)
    case 'KeysSampled':
      return sendKeysSampled(state)
    case 'HeaderSent':
      return sendHeaderSent(state)
    case 'Ct1Received':
      return sendCt1Received(state)
    case 'EkSentCt1Received':
      return sendEkSentCt1Received(state)
    case 'NoHeaderReceived':
      return sendNoHeaderReceived(state)
    case 'HeaderReceived':
      return sendHeaderReceived(state, random)
    case 'Ct1Sampled':
      return sendCt1Sampled(state)
    case 'EkReceivedCt1Sampled':
      return sendEkReceivedCt1Sampled(state)
    case 'Ct1Acknowledged':
      return sendCt1Acknowledged(state)
    case 'Ct2Sampled':
      return sendCt2Sampled(state)
  }
}

/**
 * Takes in what a message carries. That of an epoch gone by carries nothing any more, and no state minds what another state
 * waits for: chunks come late, twice or not at all.
 *
 * @throws SpqrError `epoch` for a message of an epoch that the peer cannot be in; `forged`.
 */
export function braidReceive(
  state: BraidState,
  { epoch, payload }: Pick<BraidMessage, 'epoch' | 'payload'>,
  native: NativeMlKem768
): BraidReceived {
  if (epoch > state.epoch) {
    if (state.name === 'Ct2Sampled' && epoch === state.epoch + 1) {
      return { state: leaveCt2Sampled(state) }
    }
    throw new SpqrError('epoch')
  }
  if (epoch < state.epoch) {
    return { state }
  }
  switch (state.name) {
    case 'KeysSampled':
      return { state: receiveKeysSampled(state, payload) }
    case 'HeaderSent':
      return { state: receiveHeaderSent(state, payload) }
    case 'Ct1Received':
      return { state: receiveCt1Received(state, payload) }
    case 'EkSentCt1Received':
      return receiveEkSentCt1Received(state, payload, native)
    case 'NoHeaderReceived':
      return { state: receiveNoHeaderReceived(state, payload) }
    case 'Ct1Sampled':
      return { state: receiveCt1Sampled(state, payload) }
    case 'EkReceivedCt1Sampled':
      return { state: receiveEkReceivedCt1Sampled(state, payload) }
    case 'Ct1Acknowledged':
      return { state: receiveCt1Acknowledged(state, payload) }
    case 'KeysUnsampled':
    case 'HeaderReceived':
    case 'Ct2Sampled':
      return { state }
  }
}
