/**
 * The Sparse Post-Quantum Ratchet, version 1: the ML-KEM Braid agrees on a secret in every epoch, the epoch chains make of it a
 * key for each message (Double Ratchet revision 4, section 5).
 *
 * The message of braid epoch e is encrypted with a key of chain epoch e - 1. A secret that a step brings goes into the chain
 * before the key of that same step is taken.
 */
import { ml_kem768 } from '@noble/post-quantum/ml-kem.js'
import type { Random } from '@sealpost/crypto'
import { UsageError } from '@sealpost/protocol'
import { initialAuthenticator } from './authenticator.ts'
import { braidReceive, braidSend, initialCtState, initialEkState } from './braid/braid.ts'
import { addEpoch, receiveKey, sendKey, startChain } from './epoch-chain.ts'
import type { EpochChain, SpqrDirection } from './epoch-chain.ts'
import type { NativeMlKem768 } from './mlkem768-incremental.ts'
import { SpqrError } from './spqr-error.ts'
import { decodeMessage, decodeMessageHead, encodeMessage, SPQR_VERSION } from './spqr-message.ts'
import { SpqrState } from './spqr-state.ts'

/** Bytes of the key that a session begins with. */
const AUTH_KEY_BYTES = 32

/** What a call to send gives. */
export interface SentSpqr {
  readonly state: SpqrState
  /** For field 5 of the SignalMessage: 4 to 50 bytes that the caller owns. */
  readonly message: Uint8Array
  /** The post-quantum key of the message, 32 bytes that the caller owns and wipes. */
  readonly key: Uint8Array
}

/** What a call to receive gives. */
export interface ReceivedSpqr {
  /** To be kept only when the MAC of the whole message has been found right. */
  readonly state: SpqrState
  /** The post-quantum key of the message, 32 bytes that the caller owns and wipes. */
  readonly key: Uint8Array
}

/**
 * Begins a session.
 *
 * @param authKey what both sides agreed on, `pqr` of PQXDH: 32 bytes that stay the caller's.
 * @param direction `a2b` for who initiated the session.
 * @throws UsageError where `authKey` is not 32 bytes.
 */
export function initialSpqr(authKey: Uint8Array, direction: SpqrDirection): SpqrState {
  if (authKey.length !== AUTH_KEY_BYTES) {
    throw new UsageError('SEALPOST_USAGE', `The key of a session has ${AUTH_KEY_BYTES} bytes.`)
  }
  const authenticator = initialAuthenticator(authKey)
  return new SpqrState({
    isNegotiated: false,
    chain: startChain(authKey, direction),
    braid: direction === 'a2b' ? initialEkState(authenticator) : initialCtState(authenticator)
  })
}

/**
 * The SPQR message and the key for the next message to send. Draws 64 bytes of randomness where a key pair is made, 32 where
 * something is encapsulated, and nothing otherwise: each once in about 87 messages of a conversation.
 *
 * @param native ML-KEM of the platform, where it has one.
 * @param prepared gives a decapsulation key that was made before, once; then nothing is drawn for the key pair.
 */
export function spqrSend(
  state: SpqrState,
  random: Random,
  native: NativeMlKem768 = ml_kem768,
  prepared?: () => Uint8Array | undefined
): SentSpqr {
  const { isNegotiated, chain, braid } = state.parts
  const { epoch } = braid
  const sent = braidSend(braid, random, native, prepared)
  const taken = sendKey(withEpoch(chain, sent.epochSecret), epoch - 1)
  return {
    state: new SpqrState({ isNegotiated, chain: taken.chain, braid: sent.state }),
    message: encodeMessage({ epoch, index: taken.number, payload: sent.payload }),
    key: taken.key
  }
}

/**
 * The key for a message that came with `message` in its field 5.
 *
 * Until a message of version 1 came, one of a later version gives its key and nothing else: the peer will hear what is spoken
 * here and follow. Afterwards it is refused, and so is at any time a message without SPQR.
 *
 * @throws SpqrError where there is no key for it: malformed, out of bounds, given out before, or forged.
 */
export function spqrReceive(
  state: SpqrState,
  message: Uint8Array,
  native: NativeMlKem768 = ml_kem768
): ReceivedSpqr {
  const { isNegotiated, chain, braid } = state.parts
  const head = decodeMessageHead(message)
  if (head.version !== SPQR_VERSION) {
    if (isNegotiated) {
      throw new SpqrError('version')
    }
    const taken = receiveKey(chain, head.epoch - 1, head.index)
    return { state: new SpqrState({ isNegotiated, chain: taken.chain, braid }), key: taken.key }
  }
  const decoded = decodeMessage(message)
  const received = braidReceive(braid, decoded, native)
  const opened = withEpoch(chain, received.epochSecret)
  const taken = receiveKey(opened, decoded.epoch - 1, decoded.index)
  return {
    state: new SpqrState({ isNegotiated: true, chain: taken.chain, braid: received.state }),
    key: taken.key
  }
}

/** The chain with the epoch that a step brought, if it did; the secret is wiped. */
function withEpoch(chain: EpochChain, epochSecret: Uint8Array | undefined): EpochChain {
  if (epochSecret === undefined) {
    return chain
  }
  const opened = addEpoch(chain, epochSecret)
  epochSecret.fill(0)
  return opened
}
