/**
 * Everything that is said to people while a command runs, in one place, so that it can be said in another language. What a command,
 * an argument or a flag is for stands in its row; what is said of an error's code, in `error-sentences.ts`.
 */
import { chatSentences } from './chat-sentences.ts'
import { passphraseSentences } from './passphrase-sentences.ts'
import { clearSentences } from './clear-sentences.ts'
import { keepSentences } from './keep-sentences.ts'
import { deskSentences, reportSentences } from './report-sentences.ts'
import { secondsText } from './time-text.ts'
import { webSentences } from './web-sentences.ts'
import { wordSentences } from './word-sentences.ts'

/** Sentences by where they are said. Those of errors end with what to do. */
export const sentences = {
  flags: {
    home: 'where this account lives; SEALPOST_HOME, else $XDG_DATA_HOME/sealpost',
    json: 'one JSON object a line, on the standard output; errors on the standard error',
    help: 'says what there is',
    version: 'says which version this is'
  },
  help: {
    title: 'sealpost: messages that only the person you write to can read',
    usage: 'Usage: sealpost COMMAND [--home DIR] [--json]',
    commands: 'Commands:',
    arguments: 'Arguments:',
    flags: 'Flags:',
    everywhere: 'With every command:',
    more: 'sealpost COMMAND --help says more of each.',
    mayRepeat: 'may be repeated',
    seeAlso: 'And:'
  },
  usage: {
    noCommand: 'Say what to do: sealpost --help lists the commands.',
    unknownCommand: (name: string, near: string | undefined): string =>
      `There is no command ${quoted(name)}. ${
        near === undefined ? 'sealpost --help lists those there are.' : `Did you mean ${near}?`
      }`,
    unknownSecondWord: (command: string, word: string, near: string | undefined): string =>
      `There is no command ${quoted(`${command} ${word}`)}. ${
        near === undefined
          ? `sealpost ${command} --help lists those there are.`
          : `Did you mean ${near}?`
      }`,
    unknownFlag: (
      word: string,
      command: string | undefined,
      near: string | undefined,
      takesText: boolean
    ): string => {
      const where = command === undefined ? 'sealpost' : `sealpost ${command}`
      const meant =
        near === undefined ? `${where} --help lists those there are.` : `Did you mean ${near}?`
      const dashes = takesText ? ' Put -- before a text that begins with a dash.' : ''
      return `There is no flag ${quoted(word)}. ${meant}${dashes}`
    },
    flagWithoutValue: (name: string, value: string): string =>
      `${name} needs a value behind it: ${name} ${value}.`,
    switchWithValue: (name: string): string => `${name} takes no value; write ${name} alone.`,
    flagTwice: (name: string): string => `${name} is given twice; give it once.`,
    missingFlag: (flag: string, sentence: string): string => `${flag} is missing: ${sentence}.`,
    missingArgument: (name: string, usage: string): string => `${name} is missing. Write: ${usage}`,
    surplusArgument: (word: string, usage: string): string =>
      `${quoted(word)} is one word too many; put quotes around a text of several. Write: ${usage}`,
    choice: (name: string, choices: readonly string[]): string =>
      `${name} is one of ${choices.join(', ')}.`,
    seconds: (name: string, max: number): string =>
      `${name} takes seconds: a number above 0 and up to ${String(max)}.`,
    every: '--every takes a time such as 12h, 1d or 7d, from an hour to 90 days; or off.',
    keep: (max: number): string =>
      `--keep takes how many backups to keep: from 1 to ${String(max)}.`,
    port: (max: number): string =>
      `--port takes a number from 0, which is any that is free, to ${String(max)}.`,
    duration: (name: string): string =>
      `${name} takes a time such as 30m, 12h or 7d: at least a minute, and at most 30 days or, for a public address, 366.`
  },
  passphrase: passphraseSentences as Readonly<typeof passphraseSentences>,
  home: {
    missing: (home: string): string =>
      `There is no account in ${home}. Make one: sealpost init --name NAME --relay ADDRESS`,
    inUse: (home: string, holder: string | undefined): string =>
      `${home} is held by ${holder ?? 'another process'}, which did not finish in time. ` +
      'Wait for it, or stop it.',
    stopFirst: (holder: string | undefined): string =>
      `${holder ?? 'Another process'} keeps this home online; stop it first.`,
    staysAlready: 'Another process keeps this home online already; there is nothing to do.',
    holder: (command: string, pid: number, since: string): string =>
      `sealpost ${command} (process ${String(pid)}, since ${since})`,
    otherVersion:
      'The process that keeps this home online is of another version; stop it and try again.',
    connectionLost: 'The process that keeps this home online stopped before it answered; try again.'
  },
  init: {
    noRelay:
      'Name at least one relay that keeps messages for you: --relay ADDRESS. npm start in a checkout of Sealpost runs one and prints its address.',
    relayTwice: (address: string): string => `${address} is named twice; name it once.`,
    done: (name: string, home: string): string => `${name} lives in ${home} now.`,
    next: 'Next: sealpost invite makes a link for somebody to talk to you.',
    compare: 'If the other device shows the same six digits, say yes there.',
    joined: (name: string, home: string, device: number): string =>
      `${home} is a device of ${name} now, number ${String(device)}.`,
    linkAlone: (flag: string): string =>
      `${flag} comes from the account that this device joins; leave it out beside --link or --show-code.`
  },
  invite: {
    giveAll:
      'Your public address. Whoever has it may ask to talk to you, and you are asked about each of them:',
    untilRevoked: (id: string): string =>
      `It works for everybody until you revoke it: sealpost links revoke ${id}`,
    untilOrRevoked: (time: string, id: string): string =>
      `It works for everybody until ${time}, or until you revoke it: sealpost links revoke ${id}`,
    give: 'Give this link to one person, over something only they can read:',
    until: (time: string): string => `It works once, until ${time}.`,
    scan: 'Or let them scan it:',
    timeout:
      'No relay has taken the link in time. It is kept, and goes on when sealpost runs again; sealpost links shows it.'
  },
  add: {
    accepted: (name: string): string =>
      `${name} is a contact now. Write: sealpost send ${shellWord(name)} TEXT`,
    held: (name: string): string =>
      `${name} goes on under another identity than the one you verified, so nothing is sent yet: compare numbers, then sealpost verify ${shellWord(name)} --confirm`,
    requested: (name: string): string =>
      `${name === '' ? 'They' : name} will see that you ask as soon as they are online. ` +
      'What you write until they answer waits here.',
    unnamed: 'a contact without a name yet',
    timeout:
      'No relay of the link could be reached in time. It is kept, and goes on when sealpost runs again.'
  },
  links: {
    none: 'No links yet. sealpost invite makes one for one person, sealpost invite --reusable a public address.',
    kinds: { 'one-time': 'for one person', public: 'public address' },
    states: {
      new: 'not on a relay yet',
      published: 'open',
      used: 'used',
      expired: 'expired',
      revoked: 'revoked'
    },
    made: (time: string): string => `made ${time}`,
    usedBy: (name: string): string => `used by ${name}`,
    until: (time: string): string => `until ${time}`,
    forEver: 'until you revoke it',
    atRelays: (published: number, all: number): string =>
      `on ${String(published)} of ${String(all)} relays`,
    revoked: 'Revoked: nobody can use it any more, from each relay on that has learned of it.',
    endedBefore: {
      new: 'Not revoked; try again.',
      published: 'Not revoked; try again.',
      used: 'It was used already, and nobody can use it again; to hear nothing of who used it, sealpost block WHO.',
      expired: 'It had expired already: nobody can use it.'
    },
    ambiguous: (id: string): string =>
      `Several links begin with ${quoted(id)}; write more of the id.`
  },
  search: {
    none: 'No message has that in it.',
    toThem: (name: string): string => `you to ${name}`,
    more: (shown: number, count: number): string =>
      `These are the newest ${String(shown)} of ${String(count)}: --limit shows more.`
  },
  requests: {
    none: 'Nobody asks.',
    waiting: (count: number): string =>
      `${count === 1 ? 'Somebody asks' : `${String(count)} people ask`} to talk to you: sealpost requests`,
    asks: (name: string): string =>
      `${name} asks to talk to you: sealpost accept ${shellWord(name)}, or sealpost decline ${shellWord(name)}`,
    many: 'So many ask to talk to you that you are not told of each for a while: sealpost requests lists them.',
    dropped: (name: string): string =>
      `${name} asked to talk to you, and gave way to newer ones: too many wait. They may ask again.`,
    namesake: (name: string, other: string): string =>
      `Calls themselves ${name} as your contact ${other} does, and is somebody else: be careful.`,
    answer: (name: string): string =>
      `sealpost accept ${shellWord(name)} lets them talk to you; decline forgets them; block does so for good.`,
    unknown: (who: string): string =>
      `Nobody called ${who} asks to talk to you; sealpost requests lists who does.`,
    declined: (name: string): string =>
      `${name} is forgotten and told nothing. To hear nothing of somebody any more, sealpost block WHO.`
  },
  devices: {
    unnamed: 'without a name',
    numbered: (device: number): string => `Device ${String(device)}`,
    added: (time: string): string => `added ${time}`,
    isThis: 'this one',
    notBegun: 'has not been online yet',
    notFound: 'cannot be found',
    nowNotFound: (name: string): string =>
      `${name} cannot be found: what you write here does not reach that device of yours. Open Sealpost on it; if this stays so, sealpost devices says what to do.`,
    someNotFound:
      'A device that cannot be found gets nothing of what you write here. Open Sealpost on it and look again in a few minutes. If this stays so, link it anew: sealpost devices link here, and sealpost init --link CODE in a new home there. If it is gone, take it off: sealpost devices remove NUMBER.',
    noneFound:
      'This device finds none of your others: what you write here does not show on them, nor here what is written there. Open Sealpost on one of them and look again in a few minutes. If this stays so, begin anew from there: sealpost devices link there, and sealpost init --link CODE in a new home here; what was written only in this home stays in it. If the others are gone, take them off: sealpost devices remove NUMBER.',
    number: (text: string): string =>
      `${quoted(text)} is no number of a device; sealpost devices lists them.`,
    renamed: (device: number, name: string): string =>
      name === ''
        ? `Device ${String(device)} has no name now.`
        : `Device ${String(device)} is ${name} now.`,
    removed: (device: number): string =>
      `Device ${String(device)} is removed: nothing reaches it any more, and your contacts are told by themselves.`,
    stolen:
      'It keeps what it has; where somebody else has it unlocked, they also have your identity: make a new account, and tell your contacts.',
    code: 'On the other device, within 10 minutes: sealpost init --link CODE, with this code:',
    scan: 'Or let it scan:',
    joins: (name: string, digits: string): string =>
      `${name === '' ? 'A device' : name} joins, with ${digits}.`,
    ask: (name: string, digits: string): string =>
      `${name === '' ? 'A device' : name} wants to join. Does it show ${digits}? It gets your whole account. [y/N]`,
    askRenew: 'Make this home a device of its own, beside the copy that is online? [y/N]',
    notRenewed: 'Nothing was changed: this home stays a copy, and sends nothing.',
    renewed: (device: number): string =>
      `This home is device ${String(device)} of your account now; your contacts learn of it when sealpost runs next.`,
    copyUntold:
      'The other copy does not learn of it, and does not see what you write here: delete it, take it off with sealpost devices remove, and link it anew with sealpost devices link.',
    askAgain: 'Write yes or no.',
    linked: (device: number, name: string): string =>
      `${name === '' ? 'It' : name} is device ${String(device)} of your account now.`,
    history: (transfer: {
      readonly done: number
      readonly total: number | undefined
      readonly device: number
      readonly isIncoming: boolean
    }): string => {
      const { done, total, device, isIncoming } = transfer
      const count = total === undefined ? String(done) : `${String(done)} of ${String(total)}`
      return `History ${isIncoming ? 'from' : 'to'} device ${String(device)}: ${count} messages.`
    },
    historyDone: (done: number, device: number, isIncoming: boolean): string =>
      `History ${isIncoming ? 'from' : 'to'} device ${String(device)}: all of it is there (${String(done)} messages).`,
    historyLater:
      'The history follows whenever both devices are online: let sealpost daemon run on both.'
  },
  settings: {
    choice: (name: string, choices: readonly string[]): string =>
      `The setting ${name} is one of ${choices.join(', ')}.`,
    unknown: (name: string, near: string | undefined, all: readonly string[]): string =>
      `There is no setting ${quoted(name)}. ${
        near === undefined ? `There are ${all.join(', ')}.` : `Did you mean ${near}?`
      }`
  },
  direct: {
    consent:
      'Directly means that each of the two sides sees the network address of the other; both must allow it.',
    ask: 'May people you accept connect to this machine directly? That is faster, and shows each side the network address of the other; otherwise all goes over relays. It can be changed at any time. [Y/n]',
    askAgain: 'Write y for directly, or n for relays only.',
    told: 'People you accept may connect to this machine directly, which shows each side the network address of the other; sealpost settings direct off keeps to relays.',
    either: '--direct and --relays-only exclude each other; give one of them.',
    allowed: (name: string): string =>
      `You and ${name} connect directly where both allow it and are online.`,
    refused: (name: string): string => `What you and ${name} write goes over relays only.`,
    byDefault: 'So say your settings.',
    hasPath: 'There is a direct path now.',
    listenInvalid: (text: string): string =>
      `SEALPOST_LISTEN is HOST:PORT, several with commas between, and ${quoted(text)} is not; for example 0.0.0.0:7702`
  },
  block: {
    blocked: (name: string): string =>
      `${name} is blocked: nothing of theirs reaches you any more, and they are told nothing. sealpost unblock ${shellWord(name)} takes it back.`,
    wasNot: (name: string): string => `${name} was not blocked; there is nothing to do.`,
    standings: {
      accepted: (name: string): string =>
        `${name} may write to you again, and what they wrote meanwhile comes too, once they learn of it: that needs both of you to be online now and then.`,
      pending: (name: string): string =>
        `${name} asks to talk to you again: sealpost accept ${shellWord(name)}, or sealpost decline ${shellWord(name)}`,
      requested: (name: string): string => `${name} has not answered you yet.`,
      failed: (name: string): string =>
        `${name} is not blocked any more. To talk, give them a link, or ask them for one.`,
      blocked: (name: string): string => `${name} is still blocked; try again.`
    }
  },
  contacts: {
    none: 'Nobody yet. sealpost invite makes a link for somebody; sealpost add LINK opens one.',
    standings: {
      requested: 'has not answered yet',
      accepted: '',
      failed: 'the link led nowhere',
      pending: 'asks to be a contact',
      blocked: 'blocked'
    },
    unread: (count: number): string => `${String(count)} unread`,
    missing: (count: number): string => `${String(count)} missing`,
    unknown: (who: string): string =>
      `Nobody here is called ${quoted(who)}; sealpost contacts lists who is here, sealpost requests who asks to be.`,
    verified: 'verified',
    changed: (name: string): string =>
      `has another identity than before: sealpost verify ${shellWord(name)}`
  },
  send: {
    states: {
      queued: 'queued: on this disk only, for now',
      'on-relay': '✓ on relays',
      delivered: '✓✓ delivered',
      read: '✓✓ read'
    },
    direct: '✓ on their device',
    unanswered: (name: string): string =>
      `${name} has not answered your request yet: it is kept, and goes out when sealpost runs after they did.`,
    timeout: (state: string, wanted: string): string =>
      `It is ${state}, and was not ${wanted} in the time given. It is kept, and goes on whenever ` +
      'sealpost runs.'
  },
  /** What has changed about a conversation, within it. */
  notices: {
    'device-added': (name: string, device: number): string =>
      `${name} has a new device (number ${String(device)}): it gets your messages too from now on. ` +
      'If you doubt it, ask them.',
    'device-removed': (name: string, device: number): string =>
      `${name} has removed a device (number ${String(device)}): it gets no messages any more.`,
    'identity-changed': (name: string): string =>
      `${name} has another identity from here on, as you said. Compare numbers before you trust it: sealpost verify ${shellWord(name)}`,
    'timer-by-us': (_name: string, _device: number, seconds: number): string =>
      seconds === 0
        ? 'You chose that messages stay for ever.'
        : `You chose that messages go from here on: yours ${secondsText(seconds)} after they were sent, theirs ${secondsText(seconds)} after you read them, and so with them.`,
    'timer-by-them': (name: string, _device: number, seconds: number): string =>
      seconds === 0
        ? `${name} chose that messages stay for ever.`
        : `${name} chose that messages go from here on: what somebody sent ${secondsText(seconds)} after that, what somebody got ${secondsText(seconds)} after it was read.`
  },
  recall: {
    pending: 'Taken back here; some relay has not answered yet.',
    'in-time': 'Taken back in time: nobody had fetched it.',
    'too-late':
      'It was delivered before: the other side was asked to erase it, and may have read it.',
    timeout: 'Some relay did not answer in time. It is asked again whenever sealpost runs.'
  },
  timer: {
    is: (name: string, seconds: number): string =>
      seconds === 0
        ? `What you and ${name} write stays for ever.`
        : `What you and ${name} write goes ${secondsText(seconds)} after it was sent, or read.`,
    value: 'A timer is off, or a number of s, m, h, d or w up to 366d; for example 1h or 1w.'
  },
  keep: keepSentences as Readonly<typeof keepSentences>,
  clear: clearSentences as Readonly<typeof clearSentences>,
  words: wordSentences as Readonly<typeof wordSentences>,
  inbox: {
    withdrawn: '(a message that was taken back)',
    unreadable: '(a message that could not be read; it is asked for again)',
    lost: '(a message that could not be read and did not come again; ask for it)',
    missing: (count: number): string =>
      count === 1
        ? '(a message is missing, and does not come any more; ask for it)'
        : `(${String(count)} messages are missing, and do not come any more; ask for them)`,
    none: 'Nothing.',
    noneUnread: 'Nothing unread.',
    limit: (max: number): string => `--limit takes a number of messages: from 1 to ${String(max)}.`,
    after: (text: string): string =>
      `--after takes the id of a message, or a time such as 2026-11-22 or 2026-11-22T14:03, and ${quoted(text)} is neither.`,
    following: 'Waiting for messages; Ctrl-C ends.'
  },
  message: {
    from: 'from',
    to: 'to',
    received: 'received',
    queued: 'queued',
    storedAt: 'stored at',
    onRelay: '✓ on relays',
    onDevice: '✓ stored',
    directly: 'directly, on a device of theirs',
    delivered: '✓✓ delivered',
    read: '✓✓ read',
    notYet: 'not yet',
    withdrawn: 'taken back',
    edited: 'edited',
    before: 'before',
    recall: { pending: 'asking relays', 'in-time': 'in time', 'too-late': 'too late' }
  },
  verify: {
    compare: (name: string): string =>
      `Compare with what ${name} sees, in person or by a call. If one digit differs, somebody is between you. If all are the same: sealpost verify ${shellWord(name)} --confirm`,
    isVerified: (name: string): string => `You have compared it with ${name} before.`,
    changed: (name: string): string =>
      `${name} has another identity than before: this number is new, and proves nothing until you compare it.`,
    confirmed: (name: string): string =>
      `${name} is verified now. If their identity ever changes, nothing is sent before you have looked.`,
    unconfirmed: (name: string): string => `${name} is not verified any more.`,
    seen: (name: string): string =>
      `Messages to ${name} go on under their new identity, which you have not verified.`,
    one: '--confirm, --unconfirm and --seen exclude each other; give one of them.'
  },
  relays: {
    phases: {
      idle: 'not needed',
      dialing: 'being reached',
      waiting: 'cannot be reached now',
      greeting: 'being reached',
      ready: 'connected'
    },
    notAsked: 'not asked any more',
    own: 'yours',
    left: 'left, still emptied',
    contacts: 'of contacts',
    uninvited:
      'takes new people by invitation: ask its operator for one, then relays add with the address that has it',
    closes: (day: string, isOwn: boolean): string =>
      isOwn
        ? `closes for good on ${day}: add another, and your contacts are told`
        : `closes for good on ${day}`,
    says: (relay: string, text: string): string => `The operator of ${relay} says: ${text}`,
    none: 'No relay yet. sealpost relays add ADDRESS adds one.',
    added: (address: string): string =>
      `${address} is yours now; your contacts are told by themselves.`,
    removed: (address: string): string =>
      `${address} is left. What contacts still send there is fetched until all of them know, and 8 weeks more.`,
    notYours: (given: string): string =>
      `${quoted(given)} is none of your relays. sealpost relays lists them.`,
    works: (address: string): string => `${address} works: a test message went in and came out.`,
    answersOnly: (address: string, why: string): string =>
      `${address} answers and cannot keep messages for you now: ${why}`,
    roundTrip: 'answers in',
    clock: 'clock differs by',
    capacity: 'says it is',
    operator: 'operator',
    policy: 'policy'
  },
  backup: {
    eitherOr: 'Say either --passphrase or --recovery-phrase and --new-phrase, not both.',
    ask: 'Recovery phrase or passphrase of the file: ',
    choose: 'A passphrase for this file: ',
    passphraseRequired:
      'A backup file has a passphrase: run sealpost in a terminal to be asked for it, or set SEALPOST_BACKUP_PASSPHRASE.',
    phrase:
      'This is the recovery phrase for your backups. Write it on paper: it is shown once, and nobody can open a file without it.',
    typeBack: 'Type it back, so that you know you have it:',
    typedWrong: 'That is not it; look once more and type it again.',
    notTyped: 'The phrase was not typed back, so there is no backup; begin again.',
    jsonNeedsYes:
      'A recovery phrase is made now: with --json, say --yes and keep the recoveryPhrase that is printed.',
    noFile: 'FILE is missing. Write: sealpost backup FILE',
    keepAlone: '--keep goes with --every: sealpost backup --every 1d --keep 7 FOLDER',
    scheduledPhrase:
      'Backups that are made by themselves are under the recovery phrase of this home; leave out --passphrase.',
    scheduled: (every: string, folder: string, keep: number): string =>
      `A first backup is in ${folder} and can be restored; each ${every} there will be another, and ${String(keep)} are kept.`,
    needsStaying: 'A process that stays makes them: let sealpost daemon run.',
    unscheduled: 'No more backups are made by themselves; those that were made stay.',
    scheduledFailed: (why: string): string => `The backup that was due could not be made: ${why}`,
    progress: {
      writing: (count: number): string => `${String(count)} messages written`,
      proving: (count: number): string => `${String(count)} messages proven`
    },
    done: (path: string, count: number, time: string): string =>
      `${path} holds your account and ${String(count)} messages; it was read back and can be restored (${time}).`,
    theFile: 'the file',
    fileMissing: (path: string): string =>
      `There is no ${path}, or it is not reachable now; name another place, or make it first.`,
    fileRefused: (path: string): string =>
      `${path} cannot be used: this account of the machine may not, or the disk is read-only; name another place.`,
    fileOfOtherKind: (path: string): string =>
      `${path} is a folder where a file is needed, or a file where a folder is; name another place.`,
    fileFull: (path: string): string =>
      `There is no room for ${path}; make some, or name another place.`,
    fileFailed: (path: string, why: string): string =>
      `${path} cannot be used (${why}); name another place.`
  },
  restore: {
    required:
      'The file’s recovery phrase or passphrase is needed: run sealpost in a terminal, or set SEALPOST_BACKUP_PASSPHRASE.',
    eitherOr: 'Say either --old-device-lost or --keep-old, not both.',
    sayWhich:
      'Say whether the device that made the file is gone: --old-device-lost, or --keep-old if you go on using it.',
    ask: 'Is the device that made this file lost, so that nobody uses it any more? yes or no:',
    askAgain: 'Write yes or no.',
    yes: ['y', 'yes'] as readonly string[],
    no: ['n', 'no'] as readonly string[],
    done: (name: string, home: string, count: number): string =>
      `${name} lives in ${home} again, as a new device, with ${String(count)} messages.`,
    since: (time: string): string => `The file was made ${time}: what came later is not in it.`,
    next: 'Next: sealpost daemon. Your contacts learn of this device and send what it lacks; whom no relay lets you reach, send a new link (sealpost invite).'
  },
  export: {
    done: (path: string): string => `${path} holds your conversations, for whoever can read it.`,
    with: (name: string): string => `with ${name}`,
    you: 'you',
    missing: '(messages that are missing)'
  },
  status: {
    name: 'name',
    home: 'home',
    device: 'device',
    number: (device: number): string => `number ${String(device)}`,
    relays: 'relays',
    relayCounts: (ready: number, all: number): string =>
      `${String(ready)} of ${String(all)} connected`,
    contacts: 'contacts',
    requests: 'requests',
    requestCount: (count: number): string =>
      count === 0 ? '0' : `${String(count)}, for you to answer: sealpost requests`,
    unread: 'unread',
    queued: 'queued',
    queuedCount: (count: number): string =>
      count === 0 ? '0' : `${String(count)}, on this disk only until a relay has them`,
    missing: 'missing',
    missingCount: (count: number): string =>
      count === 0 ? '0' : `${String(count)}, which are asked for again by themselves`,
    backup: 'backup',
    noBackup: 'none was made here yet; sealpost backup FILE makes and proves one',
    proven: (time: string, file: string): string =>
      `last proven restorable: ${time}${file === '' ? '' : ` (${file})`}`,
    schedule: 'backups',
    scheduled: (plan: {
      readonly every: string
      readonly keep: number
      readonly folder: string
    }): string => `each ${plan.every} into ${plan.folder}, ${String(plan.keep)} kept`,
    nextBackup: (time: string): string => `next: ${time}`,
    dueBackup: 'one is due',
    overdueBackup: (last: string | undefined): string =>
      `overdue (${last === undefined ? 'none yet' : `last: ${last}`}): let sealpost daemon run`,
    failedBackup: (time: string, why: string): string => `the last try failed (${time}): ${why}`,
    online: 'online',
    stays: 'yes, by a process that stays',
    doesNotStay: 'only while a command runs; sealpost daemon stays'
  },
  doctor: {
    homeReadable: (home: string): string => `${home} opens`,
    diskWritable: (free: string): string => `the disk takes writes, ${free} free`,
    diskAlmostFull: (free: string): string => `only ${free} free on this disk: make room`,
    diskFailed: (home: string): string =>
      `nothing can be written in ${home}: check its owner and whether the disk is full`,
    homePrivate: 'nobody else can read the home',
    homeNotPrivate: (home: string): string =>
      `others can look into ${home}: chmod 700 ${shellWord(home)}`,
    clockRight: (seconds: string): string => `your clock and the relays' differ by ${seconds} s`,
    clockWrong: (seconds: string): string =>
      `your clock differs from the relays' by ${seconds} s: set it (timedatectl set-ntp true)`,
    clockUnknown: 'no relay could be asked for the time',
    relaySilent: (address: string): string =>
      `${address} cannot be reached: check your network, then ask who runs it`,
    noRelay: 'not one of your relays can be reached: nothing arrives and nothing leaves',
    relayWorks: (address: string, roundTripMs: string): string =>
      `${address} works: a test message went in and came out (${roundTripMs} ms)`,
    relayRefuses: (address: string, why: string): string =>
      `${address} answers and keeps nothing for you now: ${why}`,
    storeReads: (contactCount: number, queuedCount: number): string =>
      `the store reads (contacts: ${String(contactCount)}, messages queued: ${String(queuedCount)})`,
    storeFails: (why: string): string => `the store does not read: ${why}`,
    prekeysFresh: (days: string): string =>
      `the keys that contacts start conversations with are ${days} days old`,
    prekeysOld: (days: string): string =>
      `the keys that contacts start conversations with are ${days} days old: let sealpost daemon run for a minute, and they are renewed`,
    version: (version: string, node: string): string => `sealpost ${version} on Node ${node}`,
    tooFewRelays: 'only one relay: if it is lost, messages on it are late until you meet again'
  },
  reports: reportSentences as Readonly<typeof reportSentences>,
  desk: deskSentences as Readonly<typeof deskSentences>,
  web: webSentences as Readonly<typeof webSentences>,
  daemon: {
    ready: (name: string): string => `${name} is online; Ctrl-C ends.`
  },
  chat: chatSentences as Readonly<typeof chatSentences>,
  network: {
    unreached: (address: string): string =>
      `${address} cannot be reached now; what it holds comes later.`,
    notDrained:
      'Not every relay has handed over all it holds yet; the rest comes with the next command.'
  },
  contactProblems: {
    denied: (name: string): string =>
      `Messages to ${name} cannot be delivered now, and wait here; if it stays so for days, send them a new link: sealpost invite`,
    'mailbox-full': (name: string): string =>
      `The mailbox of ${name} is full until they are online; your messages wait here and go on by themselves.`
  },
  /** What happened to people while a command stays. */
  events: {
    merged: (name: string): string =>
      `The link led to ${name}, who is here already: the same conversation goes on.`,
    identityChanged: (name: string): string =>
      `${name} has another identity from here on; compare numbers before you trust it: sealpost verify ${shellWord(name)}`,
    held: (name: string): string =>
      `${name} has another identity than the one you verified, so nothing is sent: sealpost verify ${shellWord(name)}`,
    linkEnds: {
      taken: (name: string): string =>
        `The link to ${name} was used already; if not by you, tell who sent it, over something you both trust.`,
      expired: (name: string): string =>
        `The link to ${name} expired before they answered; ask them for a new one.`,
      untrusted: (name: string): string =>
        `What the relays hold for the link to ${name} was not made by them; ask them for a new one on other relays.`,
      blocked: (name: string): string =>
        `The link led to somebody you blocked, not to ${name}; to talk to them, sealpost unblock WHO.`
    }
  },
  bug: (detail: string): string =>
    `Something that cannot be so was so; please report it. (${detail})`
} as const

/** A word as an error repeats it: on one line and not too long. */
function quoted(word: string): string {
  const shown = word.length > 60 ? `${word.slice(0, 60)}...` : word
  return JSON.stringify(shown)
}

/** A word as it must be written in a shell. */
function shellWord(word: string): string {
  return /^[\p{L}\p{N}_./@:-]+$/u.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}
