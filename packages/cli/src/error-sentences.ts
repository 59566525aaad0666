/** What is said of each error code: what happened, and what to do. */
import type { ErrorCode } from '@sealpost/protocol'

/** Used where nobody who knows more has said it in particular. */
export const errorSentences: Readonly<Record<ErrorCode, string>> = {
  SEALPOST_USAGE: 'This is not how it is used; sealpost COMMAND --help says how.',
  SEALPOST_CLIENT_CLOSED: 'Sealpost was stopping just then; try again.',
  SEALPOST_HOME_IN_USE: 'Another process holds this home; stop it, or wait until it is done.',
  SEALPOST_HOME_MISSING:
    'There is no account in this home; make one: sealpost init --name NAME --relay ADDRESS',
  SEALPOST_HOME_EXISTS: 'There is an account in this home already; name another with --home DIR.',
  SEALPOST_HOME_INCOMPLETE:
    'A restore into this home was cut short, so there is no account in it yet; run sealpost restore FILE once more.',
  SEALPOST_UNKNOWN_CONTACT:
    'Nobody here has that name or id; sealpost contacts lists who is here, sealpost requests who asks to be.',
  SEALPOST_AMBIGUOUS_CONTACT:
    'Several people have that name; take the id that sealpost contacts shows.',
  SEALPOST_UNKNOWN_MESSAGE:
    'No message here has that id; take the one that send or inbox gave with --json.',
  SEALPOST_UNKNOWN_DEVICE:
    'This account has no device of that number; sealpost devices lists them.',
  SEALPOST_UNKNOWN_LINK: 'No link of yours has that id; sealpost links lists them.',
  SEALPOST_BLOCKED: 'You blocked them; to write to them, sealpost unblock WHO first.',
  SEALPOST_NOT_ACCEPTED:
    'They asked to talk to you and wait for your answer; sealpost accept WHO or decline WHO first.',
  SEALPOST_TOO_LATE: 'It was delivered already, or this device does not hold it any more.',
  SEALPOST_NO_RELAYS:
    'This account has no relay, so nothing can arrive; sealpost relays add ADDRESS adds one.',
  SEALPOST_UNKNOWN_RELAY: 'This is none of your relays; sealpost relays lists them.',
  SEALPOST_KNOWN_RELAY: 'This is one of your relays already; there is nothing to do.',
  SEALPOST_TOO_MANY_RELAYS:
    'An account has at most 5 relays; leave one first: sealpost relays remove ADDRESS',
  SEALPOST_LAST_RELAY:
    'Without this relay nobody could reach you; first sealpost relays add ADDRESS another.',
  SEALPOST_DEVICE_REMOVED:
    'This device was removed from the account: it keeps what it has, and gets nothing new; to use it again, link it anew.',
  SEALPOST_SUPERSEDED:
    'Another copy of this home is online, so this one sends nothing; delete one of the two, or make this one a device of its own: sealpost devices renew',
  SEALPOST_TEXT_TOO_LONG: 'The text is longer than one message can be; send it in parts.',
  SEALPOST_CONFIG_UNKNOWN_KEY: 'The configuration has a key that does not exist; take it out.',
  SEALPOST_CONFIG_INVALID: 'The configuration has a value that it cannot have; correct it.',
  SEALPOST_ADDRESS_INVALID:
    'This is no address of a relay; ask who runs it for one such as /ip4/192.0.2.1/tcp/7700/ws/p2p/12D3KooW...',
  SEALPOST_LINK_INVALID:
    'This link is damaged or is no Sealpost link; ask for it again, and take all of it.',
  SEALPOST_LINK_EXPIRED: 'This link has expired; ask who sent it for a new one.',
  SEALPOST_LINK_OWN: 'This is your own link; give it to the person you want to talk to.',
  SEALPOST_LINK_USED:
    'This link was used already; if not by you, tell who sent it, over something you both trust.',
  SEALPOST_LINK_UNTRUSTED:
    'What the relays hold for this link was not made by who sent it; ask them for a new one on other relays.',
  SEALPOST_PASSPHRASE_REQUIRED: 'This home is locked; its passphrase is needed.',
  SEALPOST_PASSPHRASE_WRONG: 'This is not the passphrase; try again.',
  SEALPOST_PASSKEY_REQUIRED: 'This home opens with a passkey, which only a browser can ask for.',
  SEALPOST_PASSKEY_WRONG: 'This passkey does not open this home; use another.',
  SEALPOST_LAST_WAY_IN: 'This is your last way in; add another first.',
  SEALPOST_TIMEOUT:
    'It did not happen in the time given; it goes on whenever sealpost runs, and sealpost status tells how far it is.',
  SEALPOST_DENIED:
    'The relay refused, and does not say whether it does not know or does not allow it; try again later, or use another relay.',
  SEALPOST_QUOTA_EXCEEDED:
    'Their mailbox at the relay is full; it goes on once they have been online.',
  SEALPOST_ENVELOPE_TOO_LARGE: 'The relay takes nothing so large; send less at once.',
  SEALPOST_EXPIRED: 'It was too old when it arrived; do it again.',
  SEALPOST_NEEDS_WORK:
    'The relay asks for more work than this machine does for one; try again later, or use another relay.',
  SEALPOST_NEEDS_INVITE:
    'This relay takes new people by invitation: ask its operator for one, and give the address with the invite in it to sealpost relays add.',
  SEALPOST_SLOW_DOWN: 'The relay was asked too much at once; wait a minute and try again.',
  SEALPOST_BUSY: 'The relay is full or stopping; others carry on, or try again later.',
  SEALPOST_UNSUPPORTED_VERSION:
    'The two sides speak different versions; upgrade the older one of them.',
  SEALPOST_RELAY_INTERNAL: 'The relay failed inside; try again, or tell who runs it.',
  SEALPOST_DIAL_FAILED:
    'The relay cannot be reached now; check your network and the address, then ask who runs it.',
  SEALPOST_LISTEN_FAILED:
    'This address cannot be listened on: it is in use, or not of this machine; take another.',
  SEALPOST_REPLY_TIMEOUT: 'The relay did not answer in time; try again, or ask who runs it.',
  SEALPOST_CONNECTION_CLOSED: 'The connection was closed before the answer came; try again.',
  SEALPOST_FRAME_TOO_LARGE:
    'The relay sent more than anything can be; use another relay, and tell who runs this one.',
  SEALPOST_FRAME_MALFORMED:
    'The relay sent something that makes no sense; use another relay, and tell who runs this one.',
  SEALPOST_MALFORMED_ID:
    'The other side sent an id that can be none; upgrade, or tell who runs the other side.',
  SEALPOST_CONTENT_MALFORMED:
    'The other side sent something that breaks the rules; ask them to upgrade.',
  SEALPOST_STALLED: 'The other side stopped reading; try again.',
  SEALPOST_FLOODED: 'The other side sent more than is allowed, and was cut off; try again later.',
  SEALPOST_IDENTITY_CHANGED:
    'They have another identity than the one you verified, so nothing is sent; compare numbers and sealpost verify WHO --confirm, or go on without: --seen.',
  SEALPOST_DUPLICATE_MESSAGE: 'This message was read before; there is nothing to do.',
  SEALPOST_NO_SESSION:
    'There is nothing yet to encrypt with for them; try again once they have been online.',
  SEALPOST_BUNDLE_INVALID:
    'What the relay gave was not signed by who it should be of; ask them for a new link.',
  SEALPOST_MESSAGE_INVALID: 'The message could not be decrypted; its sender is asked for it again.',
  SEALPOST_PREKEY_UNKNOWN:
    'The message was made with a key that is gone; its sender is asked for it again.',
  SEALPOST_SEAL_BROKEN: 'What arrived is damaged, or not for this home; it was dropped.',
  SEALPOST_STORE_CORRUPT:
    'This home holds what cannot be read; restore it from a backup: sealpost restore',
  SEALPOST_STORE_FULL: 'There is no room left on the disk; make some, and try again.',
  SEALPOST_STORE_LOCKED: 'Another process has this home open; wait for it, or stop it.',
  SEALPOST_STORE_FAILED:
    'The home could not be read or written; sealpost doctor looks for the reason.',
  SEALPOST_STORE_NEWER:
    'This home was written by a newer version of sealpost; upgrade, or use that version.',
  SEALPOST_BACKUP_UNKNOWN: 'This is no Sealpost backup file; name another.',
  SEALPOST_BACKUP_NEWER:
    'This backup was written by a newer version of sealpost; upgrade first, then restore.',
  SEALPOST_BACKUP_DAMAGED: 'This backup file is damaged or cut short; use another copy of it.',
  SEALPOST_BUG: 'Something that cannot be so was so; please report it.'
}
