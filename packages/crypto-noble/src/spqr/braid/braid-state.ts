/**
 * The eleven states of the ML-KEM Braid, by their names in its specification.
 *
 * In every epoch one side sends an encapsulation key and the other a ciphertext; in the next they change places. Header, key
 * and both parts of the ciphertext are spread over the chunks that ride on ordinary messages:
 *
 *     sends the key (EK)                                   sends the ciphertext (CT)
 *
 *     KeysUnsampled <------------------------------+       NoHeaderReceived <----------------------------+
 *       | send: key pair, hdr 0                    |         | hdr complete, MAC right                   |
 *     KeysSampled          --- hdr --->            |       HeaderReceived                                |
 *       | first ct1                                |         | send: encaps1, ct1 0; secret of e         |
 *     HeaderSent           <--- ct1 ---            |       Ct1Sampled -------------+                     |
 *       | ct1 complete     --- ek --->             |         | ek complete         | ekCt1Ack,           |
 *     Ct1Received          --- ekCt1Ack --->       |         | by ek               | ek not complete     |
 *       | first ct2                                |       EkReceivedCt1Sampled  Ct1Acknowledged         |
 *     EkSentCt1Received    <--- ct2 ---            |         | ekCt1Ack, ct1Ack    | ek complete         |
 *       | ct2 complete,    --- ct1Ack --->         |         +----------+----------+                     |
 *       | MAC right; secret of e                   |                    |  (Ct1Sampled comes here at     |
 *       |                                          |                    |   once where ekCt1Ack brings   |
 *       |                                          |                    |   the last chunk of ek)        |
 *       |                                          |       Ct2Sampled                                    |
 *       |                                          +-- e+1 -- | any message of epoch e+1                 |
 *       +---------------------------------------------- e+1 --------------------------------------------+
 *
 * Every state is a value: a step makes another state, which shares what did not change. Byte arrays in a state are never
 * written to, and those that hold secrets stand alone in their buffers, so that `secretsOf` can name what to wipe.
 */
import type { Authenticator } from '../authenticator.ts'
import type { ChunkDecoder, ChunkEncoder } from '../erasure-code.ts'

interface InEpoch {
  /** The epoch that is being agreed on, from 1. */
  readonly epoch: number
  readonly authenticator: Authenticator
}

/** EK: about to make a key pair. */
export interface KeysUnsampled extends InEpoch {
  readonly name: 'KeysUnsampled'
}

/** EK: sends the header and its MAC. */
export interface KeysSampled extends InEpoch {
  readonly name: 'KeysSampled'
  readonly dk: Uint8Array
  /** `header || MAC`. */
  readonly sending: ChunkEncoder
}

/** EK: sends the vector and receives ct1. */
export interface HeaderSent extends InEpoch {
  readonly name: 'HeaderSent'
  readonly dk: Uint8Array
  /** `ekVector`. */
  readonly sending: ChunkEncoder
  /** `ct1`. */
  readonly receiving: ChunkDecoder
}

/** EK: has ct1 and goes on sending the vector. */
export interface Ct1Received extends InEpoch {
  readonly name: 'Ct1Received'
  readonly dk: Uint8Array
  readonly ct1: Uint8Array
  /** `ekVector`. */
  readonly sending: ChunkEncoder
}

/** EK: the peer has the whole vector; receives ct2. */
export interface EkSentCt1Received extends InEpoch {
  readonly name: 'EkSentCt1Received'
  readonly dk: Uint8Array
  readonly ct1: Uint8Array
  /** `ct2 || MAC`. */
  readonly receiving: ChunkDecoder
}

/** CT: receives the header. */
export interface NoHeaderReceived extends InEpoch {
  readonly name: 'NoHeaderReceived'
  /** `header || MAC`. */
  readonly receiving: ChunkDecoder
}

/** CT: about to encapsulate. */
export interface HeaderReceived extends InEpoch {
  readonly name: 'HeaderReceived'
  readonly header: Uint8Array
}

/** What is needed until the vector is here and ct2 can be made. */
export interface Encapsulation {
  readonly header: Uint8Array
  /** What everything random in the ciphertext comes from. */
  readonly m: Uint8Array
  readonly ct1: Uint8Array
  /** `ekVector`. */
  readonly receiving: ChunkDecoder
}

/** CT: sends ct1 and receives the vector. */
export interface Ct1Sampled extends InEpoch, Encapsulation {
  readonly name: 'Ct1Sampled'
  /** `ct1`. */
  readonly sending: ChunkEncoder
}

/**
 * CT: has the vector and goes on sending ct1. The specification makes ct2 on leaving this state; it is made on entering here,
 * so that the randomness behind it is gone sooner. No peer can tell.
 */
export interface EkReceivedCt1Sampled extends InEpoch {
  readonly name: 'EkReceivedCt1Sampled'
  /** `ct1`. */
  readonly sending: ChunkEncoder
  /** `ct2 || MAC`, to be sent next. */
  readonly ct2AndMac: Uint8Array
}

/** CT: the peer has ct1; receives the rest of the vector. */
export interface Ct1Acknowledged extends InEpoch, Encapsulation {
  readonly name: 'Ct1Acknowledged'
}

/** CT: sends ct2 and its MAC until the peer is in the next epoch. */
export interface Ct2Sampled extends InEpoch {
  readonly name: 'Ct2Sampled'
  /** `ct2 || MAC`. */
  readonly sending: ChunkEncoder
}

/** One of the eleven. */
export type BraidState =
  | KeysUnsampled
  | KeysSampled
  | HeaderSent
  | Ct1Received
  | EkSentCt1Received
  | NoHeaderReceived
  | HeaderReceived
  | Ct1Sampled
  | EkReceivedCt1Sampled
  | Ct1Acknowledged
  | Ct2Sampled

/** The names of the states. */
export type BraidStateName = BraidState['name']

/** Every array of a state that is secret, itself and not a copy. */
export function secretsOf(state: BraidState): readonly Uint8Array[] {
  const { root, mac } = state.authenticator
  const secrets = [root, mac]
  if ('dk' in state) {
    secrets.push(state.dk)
  }
  if ('m' in state) {
    secrets.push(state.m)
  }
  return secrets
}
