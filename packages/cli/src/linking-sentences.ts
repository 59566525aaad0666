/** What is said of a new device that shows a code itself, on both sides. */

/** Below: `digits` as `digitsText` writes them; names plain. */
export const linkingSentences = {
  code: 'On a device of your account, within 10 minutes: sealpost devices link CODE, with this code:',
  scan: 'Or let it scan:',
  type: (digits: string): string =>
    `It asks for six digits: ${digits}. The code is for your own device: show it to nobody else.`,
  askAccount: (name: string): string =>
    `The account of ${name} lets this device in. Is it yours, and did you type the digits on your other device? [y/N]`,
  askJoin: (name: string): string =>
    `The code leads into the account of ${name}, and lets this device in. Is it yours? [y/N]`,
  account: (name: string): string => `The account of ${name} lets this device in.`,
  either: '--link and --show-code exclude each other: one device shows a code, the other reads it.',
  noRelay: 'Name at least one relay where the two devices meet: --relay ADDRESS',
  loud: (name: string): string =>
    [
      `${name === '' ? 'A device' : name} wants into your account. It would be able to do everything that this device can: read your`,
      'messages, write in your name, and let in or remove other devices. Let in only a device that you hold',
      'in your own hands: whoever else sent you the code would get your whole account.'
    ].join('\n'),
  ask: 'The six digits that it shows (nothing for no):',
  askAgain: (triesLeft: number): string =>
    `These are not its digits; compare them. ${triesLeft === 1 ? 'Once more' : `${String(triesLeft)} times more`} (nothing for no):`,
  yesWithCode:
    '--yes cannot be said of a device that shows a code: the digits that it shows are typed. Leave it out.'
} as const
