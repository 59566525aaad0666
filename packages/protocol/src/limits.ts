/** Every bound on the wire, with its unit and its reason. What an operator may change stands in the relay's options instead. */

const KIB = 1024
const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

// ---- frames

/** Bytes of one frame without its length. Room for 40 claimables of 4 KiB, or a sealed envelope of 32 KiB several times. */
export const FRAME_BYTES_MAX: number = 256 * KIB
/** Bytes of a frame's varint length: 3 hold 256 KiB; a fourth is refused before anything is collected. */
export const FRAME_LENGTH_BYTES_MAX = 3
/**
 * Records (fields, each item of a list, those within them too) of one frame. The most that any frame of today has is the 772 of
 * a full `subscribe`; the rest is room for fields of later versions. Without it 256 KiB could be 131,072 objects.
 */
export const FRAME_RECORDS_MAX = 1_024
/** The largest number of a request or a ping. A stream that has used it up is opened anew. */
export const REQUEST_NUMBER_MAX = 0xffff_ffff
/** Silence after which a side sends a ping. Below the 60 s after which many proxies close a quiet WebSocket. */
export const HEARTBEAT_MS: number = 30 * SECOND_MS
/** Pings without an answer after which the connection is dead. */
export const HEARTBEAT_MISSED_MAX = 2
/** A peer that reads nothing for so long, with frames waiting for it, is cut off. */
export const STALLED_READER_MS: number = 60 * SECOND_MS

// ---- envelopes

/** The only sizes a sealed envelope can have, in bytes: a text, a long text, a chunk. */
export const SIZE_CLASSES: readonly number[] = [2_048, 8_192, 32_768]
/** How long an envelope lives, by its lifetime's number: an hour, a day, two weeks, thirty days. */
export const LIFETIMES_MS: readonly number[] = [HOUR_MS, DAY_MS, 14 * DAY_MS, 30 * DAY_MS]
/** Bytes of a request to a request box, sealed: one size, so that requests look alike. */
export const REQUEST_SEALED_BYTES = 8_192
/** Bytes of a claimable: room for a bundle with a Kyber prekey and an X-Wing key. */
export const CLAIMABLE_BYTES = 4_096

// ---- verbs

/** Registrations in one `register`. */
export const REGISTRATIONS_MAX = 64
/** Subscriptions in one `subscribe`, ids in one `unsubscribe`. */
export const SUBSCRIPTIONS_MAX = 256
/** Envelope ids in one `ack`. */
export const ACKS_MAX = 256
/** Claimables in one `put-claimables`, and kept for one link. */
export const CLAIMABLES_MAX = 40
/** Versions that an `info` may name. */
export const VERSIONS_MAX = 8
/** Bytes of UTF-8 of an operator's words in `info`, each. */
export const OPERATOR_TEXT_BYTES_MAX = 256
/** Notices of an operator in one `info`. */
export const OPERATOR_NOTICES_MAX = 3
/** Bytes of UTF-8 of one of them. */
export const OPERATOR_NOTICE_BYTES_MAX = 400
/** Visible ASCII characters of the link to an operator's account in `info`. */
export const DESK_LINK_LENGTH_MAX = 2_048
/** Leading zero bits that a proof of work may ask for: 2^32 hashes take a day. */
export const WORK_BITS_MAX = 32

// ---- delivery at a relay

/** Envelopes delivered and not acknowledged on one stream. */
export const UNACKED_ENVELOPES_MAX = 64
/** Bytes of them. */
export const UNACKED_BYTES_MAX: number = 1024 * KIB
/** Tombstones that a mailbox keeps, the newest: 14 days of a busy conversation, half a megabyte. */
export const TOMBSTONES_MAX = 8_192
/** `denied` is sent so long after arrival, whatever was wrong: the time says nothing. */
export const DENIED_DELAY_MS = 25
/** A connection that was denied more often in a minute is told to slow down. */
export const DENIED_PER_MINUTE_MAX = 30
/** A relay erases a mailbox that nobody subscribed to for so long. */
export const MAILBOX_IDLE_MS: number = 26 * 7 * DAY_MS
/** The challenge of proofs of work changes so often; the one before still holds. */
export const CHALLENGE_PERIOD_MS: number = HOUR_MS

// ---- addresses and time

/** A deposit seed's step. */
export const EPOCH_MS: number = 7 * DAY_MS
/** Relays in an address record: more make each message dearer and none safer. */
export const RELAYS_MAX = 5
/** Addresses of one relay. */
export const RELAY_ADDRESSES_MAX = 3
/** Bytes of a multiaddr's text. */
export const MULTIADDR_BYTES_MAX = 256
/** Epochs that a sender searches backwards for the one a relay accepts. */
export const EPOCH_SEARCH_MAX = 26
/** Devices of an account, numbers used up included. */
export const DEVICES_MAX = 127

/** The largest registration id that Signal draws; the smallest is 1. */
export const REGISTRATION_ID_MAX = 16_380

// ---- content

/** Bytes of content, or of a part of it that is kept: what does not fit the largest size class reaches nobody. */
export const CONTENT_BYTES_MAX = 32_768

/** Bytes of UTF-8 in one text message: with its ciphertext it stays in the largest size class. */
export const TEXT_BYTES_MAX = 30_000
/** Bytes of UTF-8 of what a reply quotes. */
export const EXCERPT_BYTES_MAX = 256
/** Bytes of UTF-8 of a reaction: any emoji but a kiss of two skin tones, which has 35. */
export const EMOJI_BYTES_MAX = 32
/** Texts that are kept of a message beside its last one. */
export const EARLIER_TEXTS_MAX = 10
/** The longest time that a message may be made to stay: 366 days. */
export const TIMER_SECONDS_MAX: number = 366 * 86_400
/** Bytes of UTF-8 of a person's name. */
export const NAME_BYTES_MAX = 64
/** Bytes of UTF-8 of the text that comes with a request. */
export const REQUEST_TEXT_BYTES_MAX = 1_000
/** Ranges beyond the first gap that progress names. */
export const PROGRESS_RANGES_MAX = 64
/** Bytes of a signed device list's body. */
export const DEVICE_LIST_BYTES_MAX = 8_192
/** Bytes of a link's payload once decoded: five relays with three addresses each. */
export const LINK_BYTES_MAX = 4_096
/** Bytes of UTF-8 of a link's text: its payload in base64url behind the address of a web client. */
export const LINK_TEXT_BYTES_MAX = 6_144

// ---- between the devices of one account

/** Bytes of the content that a copy for own devices carries: what is around it has a KiB. */
export const SENT_COPY_BYTES_MAX: number = CONTENT_BYTES_MAX - KIB
/** Read marks in one content: about 6 KiB. */
export const READ_MARKS_MAX = 127
/** Messages that one word says are deleted: about 7 KiB. */
export const DELETIONS_MAX = 127
/** Messages of which one word says whether they are starred: about 10 KiB. */
export const STARS_MAX = 127
/** Bytes of UTF-8 of the name that this account gives a contact: a name, and a number to tell two of one name apart. */
export const CONTACT_NAME_BYTES_MAX = 96
/** Addresses of one contact's devices in one content, about 2.2 kB each: as many as the largest envelope holds. */
export const CONTACT_ADDRESSES_MAX = 12
/** Bytes of an X-Wing secret key, with room for a longer kind. */
export const REQUEST_SECRET_KEY_BYTES_MAX = 64
/** Bytes of records in one part of a history: one text of the greatest length, in a session that is not answered yet. */
export const HISTORY_PART_BYTES_MAX = 30_400

// ---- under the seal alone, and while a device is linked

/** Ciphertexts that a resend request names beside the last that could not be read: as many as a conversation shows of one device. */
export const RESEND_HASHES_MAX = 32
/** Bytes of a resend request: it fits the smallest size class. */
export const RESEND_REQUEST_BYTES_MAX = 1_800
/** Bytes of live content: it fits the smallest size class. An offer of a path has some hundred, the rest has ten. */
export const LIVE_CONTENT_BYTES_MAX = 1_800
/** Places where one end of a path takes UDP: two families on each of a few networks. */
export const PATH_CANDIDATES_MAX = 8
/** Bytes of a new device's first word: a request key and a name. */
export const LINK_HELLO_BYTES_MAX = 1_536
/** Bytes of the welcome: sealed like a request, it fits 8,192. */
export const LINK_WELCOME_BYTES_MAX = 7_000

// ---- backups

/** Bytes of one backup record: a contact with all its addresses, twice. */
export const BACKUP_RECORD_BYTES_MAX: number = 64 * KIB
/** The backup records that this version writes. */
export const BACKUP_FORMAT_VERSION = 1

/** Envelopes on a page of what a relay holds for a mailbox: of the largest size class, as many as one frame takes. */
export const HELD_ENVELOPES_MAX = 7
