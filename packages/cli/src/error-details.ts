/** What is said where a code alone would say too little: what happened, and what to do. */
import type { ErrorDetail } from '@sealpost/protocol'

/** Used before the sentence of the code (`error-sentences.ts`). */
export const errorDetails: Readonly<Record<ErrorDetail, string>> = {
  'text-empty': 'An empty text cannot be sent; write something.',
  'request-text':
    'What goes with a request has at most 1,000 bytes; write more once they have accepted.',
  name: 'A name has 1 to 64 bytes and no control characters; choose another.',
  'link-life': 'A link for one person lives for at least a minute and at most 30 days.',
  'address-life': 'A public address lives for at least a minute and at most 366 days, or for ever.',
  'link-led-nowhere': 'The link of this contact led nowhere; ask them for a new one.',
  'link-of-blocked': 'You blocked who made this link; to talk to them, sealpost unblock WHO.',
  'link-newer': 'This link is of a newer version of sealpost; upgrade, and open it again.',
  'linking-code':
    'This code has expired, or is not shown any more; show another: sealpost devices link, or sealpost init --show-code on the new device',
  'linking-code-damaged':
    'This is no code by which a device joins, or a part of it is missing; take all of it, or show another.',
  'code-to-join':
    'A device of an account shows this code: read it on the new device, with sealpost init --link CODE. What sealpost devices link CODE takes is shown by sealpost init --show-code.',
  'code-to-let-in':
    'A new device shows this code: read it on a device of your account, with sealpost devices link CODE. What sealpost init --link takes is shown by sealpost devices link.',
  'code-no-link':
    'This is no link of a person, but a code by which a device gets into an account; if somebody sent it to you, they want your account.',
  'not-let-in':
    'The device was not let in: the other one said no, or nobody answered there. Begin again with sealpost devices link.',
  'not-joined': 'This device did not join: you said no. Nothing was made.',
  'digits-wrong':
    'The digits were wrong three times, and the device was not let in. Only let in a device that you have before you.',
  'no-safety-number':
    'They have not answered yet, so there is no number to compare; try again once they have.',
  'no-request': 'Nobody of that name or id asks to talk to you; sealpost requests lists who does.',
  'not-replaceable':
    'The conversation with that contact cannot go on with somebody else; take one that sealpost contacts lists, and that is not blocked.',
  'no-relay-answered':
    'No relay has answered for their link yet, so there is nothing to encrypt with; try again in a moment.',
  'not-own-message': 'Only a message of your own can be taken back or edited, and this one is not.',
  'not-failed':
    'Only a contact whose link led nowhere can be forgotten; block keeps anybody else away, and clear deletes what was said.',
  'taken-back': 'This message was taken back; nothing of it is left to answer or to change.',
  'other-conversation':
    'A reply answers a message of the same conversation; take one that inbox shows there.',
  timer: 'Messages stay for a second to 366 days, or for ever: sealpost timer WHO 1d, or off.',
  'too-many-pins':
    'Five conversations are pinned; take one of them down first: sealpost keep WHO --unpin',
  emoji: 'A reaction is one emoji; sealpost react ID --none takes yours back.',
  'other-device': 'Another device of yours sent this message; take it back there.',
  'own-device': 'This is the device you are using; remove it from another one, or delete its home.',
  'too-many-devices':
    'This account had 127 devices, as many as can be; make a new account with sealpost init, and tell your contacts.',
  'no-other-copy': 'No other copy of this home was seen, so there is nothing to renew.',
  'too-many-relays': 'An account has at most 5 relays; name fewer.',
  'relay-twice': 'A relay is named twice; name each once.',
  'recovery-phrase':
    'This is no recovery phrase, or one character of it is wrong; compare it once more.',
  'no-recovery-phrase':
    'This home has no recovery phrase yet, and a backup is never without one; sealpost backup FILE makes one.',
  'not-proven':
    'What was read back is not what was written, so this file is no backup; try another disk.',
  'store-reopening': 'The store failed and is being opened again; try again in a moment.',
  'too-many-ways': 'A home has at most 8 ways in; remove one first.',
  'reports-full':
    'Five of your reports are open there, or you wrote 20 times today; wait for an answer, or withdraw one: sealpost reports withdraw NUMBER'
}
