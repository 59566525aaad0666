/** English, of what is wrong around the app: the clock, and relays that are gone. */
export const enTrouble = {
  'clock.ahead':
    'This machine’s clock is {time} ahead of your relays. Messages come and go all the same, but days and times shown here are wrong. Set the clock.',
  'clock.behind':
    'This machine’s clock is {time} behind your relays. Messages come and go all the same, but days and times shown here are wrong. Set the clock.',
  'network.now': 'Try now',
  'network.gone':
    'If it stays like this, ask who runs your relay, or add another one below. Contacts who know you only by a relay that is gone for good need a new link from you.'
} as const
