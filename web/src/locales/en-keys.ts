/** English, of the ways into what this browser keeps. */
export const enKeys = {
  'error.passkey-required': 'Sealpost is locked. Use your passkey.',
  'error.passkey-wrong': 'This passkey does not open what this browser keeps. Use another.',
  'error.last-way-in': 'This is the last way in. Add another first.',
  'error.too-many-ways': 'There are eight ways in already. Remove one first.'
} as const
