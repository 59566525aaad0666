/** The libp2p protocol of section 6: one long-lived stream of frames between a client and a relay. */
export const MAILBOX_PROTOCOL = '/sealpost/mailbox/1.0.0'
/** The version that `info` names for it. */
export const MAILBOX_PROTOCOL_VERSION = 1
/** The libp2p protocol of section 10: a stream of frames between two clients. */
export const DIRECT_PROTOCOL = '/sealpost/direct/1.0.0'
/** What a device says beside its addresses, or in their place, that takes offers of paths over WebRTC. */
export const OFFERS_ADDRESS = '/webrtc'
/** Every key derivation and every signed or hashed text begins with this. */
export const LABEL_PREFIX = 'sealpost/1/'
