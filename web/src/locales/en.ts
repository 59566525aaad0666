import { enErrors } from './en-errors.ts'
import { enFeedback } from './en-feedback.ts'
import { enKeep } from './en-keep.ts'
import { enLinking } from './en-linking.ts'
import { enKeys } from './en-keys.ts'
import { enNotice } from './en-notice.ts'
import { enNotify } from './en-notify.ts'
import { enPeople } from './en-people.ts'
import { enRelease } from './en-release.ts'
import { enRoom } from './en-room.ts'
import { enSettings } from './en-settings.ts'
import { enShelf } from './en-shelf.ts'
import { enStars } from './en-stars.ts'
import { enTimer } from './en-timer.ts'
import { enTrouble } from './en-trouble.ts'
import { enWords } from './en-words.ts'

const enApp = {
  'app.name': 'Sealpost',
  'app.starting': 'Opening…',
  'app.failed': 'What this browser keeps cannot be opened.',
  'app.failed.full':
    'This browser has no room left. Make some, then reload the page; nothing was lost.',
  'app.failed.newer': 'This home was written by a newer Sealpost. Reload the page to get it.',
  'app.failed.try': 'Reload the page. If it stays, restore your last backup.',
  'app.part-missing': 'A part of Sealpost could not be loaded.',
  'app.part-missing.lead':
    'Its host cannot be reached, or has a newer one by now. Reload the page; nothing was lost.',
  'app.reload': 'Reload',

  'bug.title': 'Something went wrong',
  'bug.lead':
    'Your messages are safe: they are on the disk before anything is shown. Reload the page to go on.',
  'bug.copy': 'Copy a report',
  'bug.copied': 'Copied',
  'bug.copy.hint':
    'It says what went wrong in the program, and nothing of what you wrote or to whom.',

  'action.back': 'Back',
  'action.continue': 'Continue',
  'action.cancel': 'Cancel',
  'action.close': 'Close',
  'action.copy': 'Copy',
  'action.copied': 'Copied',
  'action.copy.failed': 'This browser does not allow it. Select the text and copy it yourself.',
  'action.again': 'Try again',

  'welcome.lead':
    'Talk to people. Only you and they can read it, and no phone number or e-mail address is asked of you.',
  'welcome.invited': 'Somebody wants to talk to you. It takes a name, and a minute.',
  'welcome.start': 'Get started',
  'welcome.point.private': 'Encrypted from this page to theirs, against tomorrow’s computers too.',
  'welcome.point.proven': 'A tick means proof: stored, delivered, read.',
  'welcome.point.yours':
    'Your messages live in this browser, sealed. Relays only pass on what they cannot open.',

  'create.title': 'What should people call you?',
  'create.name': 'Your name',
  'create.name.hint': 'Only people you talk to see it. You can use any name.',
  'name.too-long_one': 'This name is too long by {count} character.',
  'name.too-long_other': 'This name is too long by {count} characters.',
  'name.unseen':
    'Something in this name cannot be seen, and could make it look like another. Type it anew.',
  'create.relay.looking': 'Looking for a relay…',
  'create.relay.here': 'The relay that this page came from keeps your messages while you are away.',
  'create.relay.address': 'Address of a relay',
  'create.relay.invite':
    'This relay takes new people by invitation. Ask whoever runs it for one, and paste the address with the invite in it.',
  'create.relay.hint':
    'Whoever runs a relay can give you its address. It sees sealed envelopes, and nothing else.',

  'protect.title': 'Protect what this browser keeps',
  'protect.lead': 'What you choose seals your messages on this machine. Nobody can reset it.',
  'protect.passphrase': 'Passphrase',
  'protect.again': 'Once more',
  'protect.hint': 'Four random words are better than one clever one.',
  'protect.mismatch': 'The two are not the same.',
  'protect.skip': 'Not now',
  'protect.skip.hint': 'Without it, whoever uses this browser can read everything.',
  'protect.strength.0': 'Guessed at once',
  'protect.strength.1': 'Easy to guess',
  'protect.strength.2': 'Fair',
  'protect.strength.3': 'Strong',

  'direct.title': 'How should messages travel?',
  'direct.lead':
    'When you and someone you accepted are both online, messages can go straight from machine to machine. Each of you then sees the other’s network address.',
  'direct.on': 'Directly with people I accepted',
  'direct.on.hint': 'Faster, and relays see less.',
  'direct.off': 'Through relays only',
  'direct.off.hint': 'Nobody you talk to sees your network address.',
  'direct.done': 'Start talking',
  'direct.making': 'Making your keys…',

  'unlock.title': 'Welcome back',
  'unlock.lead': 'Your messages are sealed in this browser.',
  'unlock.passphrase': 'Passphrase',
  'unlock.unlock': 'Unlock',
  'unlock.unlocking': 'Unlocking…',
  'unlock.forgot': 'Forgot it?',
  'unlock.forgot.lead':
    'Nobody can reset a passphrase. You can restore a backup, or remove what this browser keeps and start anew.',
  'unlock.erase': 'Remove everything here',
  'unlock.erase.sure':
    'Everything this browser keeps is removed for good: your identity, your contacts, your messages.',

  'home.chats': 'Chats',
  'home.search': 'Search',
  'home.add': 'Add somebody',
  'home.settings': 'Settings',
  'home.lock': 'Lock',
  'home.empty.title': 'Nobody here yet',
  'home.empty.lead': 'Send somebody a link, or open theirs.',
  'home.empty.invite': 'Make a link',
  'home.select': 'Choose a chat, or add somebody.',
  'home.requests_one': '{count} person asks to talk to you',
  'home.requests_other': '{count} people ask to talk to you',
  'home.unread_one': '{count} unread message',
  'home.unread_other': '{count} unread messages',
  'home.no-messages': 'Say hello',
  'home.you': 'You: {text}',

  'search.messages': 'Messages',
  'search.count_one': '{count} message',
  'search.count_other': '{count} messages',
  'search.none': 'No message has that in it',

  'network.online': 'Online',
  'network.online.some': '{ready} of {all} relays',
  'network.connecting': 'Connecting…',
  'network.offline': 'Offline',

  'standing.requested': 'Waiting for their answer',
  'standing.requested.lead': '{name} was asked. You can write as soon as they accept.',
  'standing.failed': 'The link led nowhere',
  'standing.failed.lead': 'The link led nowhere. Ask for a new one.',
  'standing.blocked': 'Blocked',
  'standing.blocked.lead': 'You blocked {name}: nothing of theirs reaches you.',
  'standing.unblock': 'Unblock',
  'standing.held':
    '{name} has another identity than before, and you had verified the old one. Nothing is sent until you have looked.',
  'standing.changed': '{name} has another identity than before.',
  'standing.compare': 'Compare safety numbers',
  'standing.seen': 'I understand',
  'stopped.removed':
    'This device was removed from your account. It keeps what it has, and sends nothing.',
  'stopped.superseded': 'Another copy of this home is in use. This one stops here.',
  'stopped.become': 'Make this one a device of its own',

  'chat.log': 'Messages with {name}',
  'chat.write': 'Write a message',
  'chat.send': 'Send',
  'chat.begin': 'This is where it begins. Only you and {name} can read this.',
  'chat.new': 'New messages',
  'chat.to-end': 'To the newest message',
  'chat.typing': '{name} is writing…',
  'chat.online': 'Online',
  'chat.direct': 'Direct',
  'chat.verified': 'Verified',
  'chat.info': 'About {name}',
  'chat.missing_one': '{count} message is missing here. {name} was asked for it.',
  'chat.missing_other': '{count} messages are missing here. {name} was asked for them.',
  'chat.unreadable': 'A message could not be read. {name} was asked to send it again.',
  'chat.lost': 'A message could not be read, and will not come again.',
  'chat.withdrawn.own': 'You took this message back.',
  'chat.withdrawn': '{name} took this message back.',
  'chat.notice.device-added': '{name} uses another device too.',
  'chat.notice.device-removed': '{name} removed a device.',
  'chat.notice.identity-changed': '{name} has another identity now.',
  'chat.failed': 'Not sent: {reason}',

  'state.queued': 'Kept here, not sent yet',
  'state.on-relay': 'Stored for them',
  'state.delivered': 'Delivered',
  'state.read': 'Read',
  'menu.reply': 'Reply',
  'menu.edit': 'Edit',
  'menu.react': 'React',
  'menu.delete': 'Delete for me',
  'compose.edit': 'Edit message',
  'compose.reply': 'Reply to {name}',
  'compose.reply.own': 'Reply to yourself',
  'message.you': 'You',
  'message.edited': 'Edited',
  'message.forwarded': 'Forwarded',
  'message.reaction': '{name}: {emoji}',
  'message.sentence.own': 'You, {text}, {time}, {state}',
  'message.sentence': '{name}, {text}, {time}',

  'day.today': 'Today',
  'day.yesterday': 'Yesterday',

  'error.bug': 'Something went wrong that should not. Please report it with this code: {code}.',
  'error.passphrase-wrong': 'That is not the passphrase.',
  'error.link-invalid':
    'This is not a whole Sealpost link. Copy it again from its first to its last character.',
  'error.link-expired': 'This link has expired. Ask for a new one.',
  'error.link-own': 'This is your own link. Give it to the person you want to talk to.',
  'error.link-used': 'This link was used already. If not by you, tell the person who sent it.',
  'error.link-untrusted':
    'What relays hold for this link is not by the person who sent it. Ask for a new one.',
  'error.link-led-nowhere': 'The link led nowhere. Ask for a new one.',
  'error.link-newer': 'This link was made by a newer Sealpost. Reload the page to get it.',
  'error.text-too-long': 'This is longer than one message can be. Send it in parts.',
  'error.text-empty': 'There is nothing to send yet.',
  'error.request-text': 'The first words are too long: 1,000 bytes at most.',
  'error.name': 'A name is 1 to 64 bytes long, and one line.',
  'error.identity-changed': 'Their identity changed. Look at it before you write.',
  'error.blocked': 'You blocked them. Unblock them to write.',
  'error.no-relay-answered':
    'They cannot be written to yet: no relay has answered. Try again in a moment.',
  'error.no-relays': 'A relay is needed. Enter the address of one.',
  'error.address-invalid':
    'This is not the address of a relay. It ends with a node key that begins with 12D3.',
  'error.store-full': 'This browser has no room left. Make some, and try again; nothing was lost.',
  'error.store-failed': 'This browser could not read or write what it keeps. Try again.',
  'error.store-corrupt': 'What this browser keeps is damaged. Restore your last backup.',
  'error.store-newer': 'This home was written by a newer Sealpost. Reload the page.',
  'error.store-reopening': 'The store is being opened again. Try again in a moment.',
  'error.dial-failed': 'The relay cannot be reached now.',
  'error.timeout': 'It did not happen in time. It goes on by itself.',
  'error.home-exists': 'There is an account in this browser already. Reload the page.'
} as const

/** English. Its keys are what every other language must have. */
export const en: typeof enApp &
  typeof enFeedback &
  typeof enKeep &
  typeof enKeys &
  typeof enNotice &
  typeof enNotify &
  typeof enPeople &
  typeof enRelease &
  typeof enRoom &
  typeof enSettings &
  typeof enShelf &
  typeof enStars &
  typeof enLinking &
  typeof enTimer &
  typeof enTrouble &
  typeof enWords &
  typeof enErrors = {
  ...enApp,
  ...enFeedback,
  ...enKeep,
  ...enKeys,
  ...enNotice,
  ...enNotify,
  ...enPeople,
  ...enRelease,
  ...enRoom,
  ...enSettings,
  ...enShelf,
  ...enStars,
  ...enLinking,
  ...enTimer,
  ...enTrouble,
  ...enWords,
  ...enErrors
}
